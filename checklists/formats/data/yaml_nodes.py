"""YAML with the line of each value, from the parser's events.

Nothing is ever constructed: a tag means nothing, and every scalar is its text. An alias is the
value it stands for, counted as often as it is used, so a bomb is refused and not built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.data.nodes import Building, Listing, Mapping, Node

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser: libyaml where PyYAML was built with it."""
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_COMMENT = re.compile(r"[\s\]},]*#")
_BREAK = re.compile("[\n\x85\u2028\u2029]")
"""What ends a line in YAML 1.1; only the first does here."""


@dataclass(frozen=True, slots=True)
class YamlText:
    """A file: its documents, and the lines that hold a comment; True if nothing else."""

    documents: tuple[Node, ...]
    comments: dict[int, bool]


def parse_yaml(text: str) -> YamlText:
    """The documents in a YAML text. Raises Invalid (bad_yaml, and what Building raises)."""
    reading = _Reading(text)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            reading.take(event)
    except yaml.YAMLError as error:
        raise _refusal(error, text) from None
    return YamlText(tuple(reading.building.documents), reading.comments())


class _Reading:
    def __init__(self, text: str) -> None:
        self.building = Building()
        self._lines = text.split("\n")
        self._numbers = [1]
        for found in _BREAK.finditer(text):
            self._numbers.append(self._numbers[-1] + (found.group() == "\n"))
        self._anchors: dict[str, Node] = {}
        self._pending: list[str | None] = []
        self._ends: dict[int, int] = {}
        self._inside: set[int] = set()

    def take(self, event: Any) -> None:
        """Take one event of the parser."""
        line = self._number(event.start_mark.line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            mapping = isinstance(event, yaml.MappingStartEvent)
            self.building.open(Mapping(line) if mapping else Listing(line))
            self._pending.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            node = self.building.close()
            anchor = self._pending.pop()
            if anchor:
                self._anchors[anchor] = node
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()
        self._seen(event)

    def comments(self) -> dict[int, bool]:
        """The lines that hold a comment, and whether they hold nothing else."""
        found = {}
        for number, text in enumerate(self._lines, 1):
            if "#" not in text or number in self._inside:
                continue
            end = self._ends.get(number, 0)
            if text.lstrip().startswith("#") or (end and _COMMENT.match(text, end)):
                found[number] = not end
        return found

    def _number(self, line: int) -> int:
        """The number of a line of the parser's, which counts from 0 and one past the last."""
        return self._numbers[min(max(line, 0), len(self._numbers) - 1)]

    def _scalar(self, event: Any, line: int) -> None:
        mark = event.end_mark
        end = self._number(mark.line if mark.column else mark.line - 1)
        if event.style in ("|", ">"):
            while end > line and not self._lines[end - 1].strip():
                end -= 1
            self._inside.update(range(line + 1, end + 1))
        plain = not event.style and event.implicit[0]
        nothing = plain and event.value in _NOTHING and not self.building.expects_name
        value = event.value.removesuffix("\n") if event.style in ("|", ">") else event.value
        made = self.building.text(value, line, max(end, line), nothing=nothing)
        if event.anchor:
            self._anchors[event.anchor] = made

    def _alias(self, event: Any, line: int) -> None:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise Invalid(
                _(
                    "Line %(line)s refers to *%(anchor)s, which is not finished above it. "
                    "Write out what it stands for."
                )
                % {"line": line, "anchor": event.anchor[:40]},
                code="bad_alias",
                line=line,
            )
        if self.building.expects_name:
            raise Invalid(
                _("Line %(line)s: a name cannot be an alias. Write it out.") % {"line": line},
                code="bad_alias",
                line=line,
            )
        self.building.again(node, line)

    def _seen(self, event: Any) -> None:
        mark = event.end_mark
        if mark.column:
            number = self._number(mark.line)
            self._ends[number] = max(self._ends.get(number, 0), mark.column)


def _refusal(error: yaml.YAMLError, text: str) -> Invalid:
    mark = getattr(error, "problem_mark", None)
    position = getattr(error, "position", None)
    line = mark.line + 1 if mark is not None else 1
    if mark is None and isinstance(position, int):
        line = text.count("\n", 0, position) + 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or _("it is broken")
    return Invalid(
        _(
            "This is not YAML. Line %(line)s: %(problem)s. Put quotes around texts "
            "that hold “: ” or begin with a sign."
        )
        % {"line": line, "problem": problem},
        code="bad_yaml",
        line=line,
    )
