"""What JSON and YAML hold alike: texts, lists and named values, each with the line it stands on.

Every scalar is its text: `no`, `1.10` and `2026-01-01` stay what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from checklists.errors import Invalid

MAX_DEPTH = 40
MAX_NODES = 300_000
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(slots=True)
class Text:
    """A scalar. `nothing`: it is null. It stands on the lines from `line` to `end`, from 1."""

    text: str
    line: int
    end: int
    nothing: bool = False
    size: int = 1


@dataclass(slots=True)
class Listing:
    """A list. `size` is how many nodes it is made of, itself included."""

    line: int
    parts: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Mapping:
    """Named values in their order, no name twice."""

    line: int
    pairs: list[tuple[Text, Node]] = field(default_factory=list)
    size: int = 1
    names: set[str] = field(default_factory=set)


Node = Text | Listing | Mapping


class Building:
    """Builds nodes from the events of a parser, within the limits and without recursion."""

    def __init__(self) -> None:
        self._open: list[Listing | Mapping] = []
        self._names: list[Text | None] = []
        self._count = 0
        self.documents: list[Node] = []

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self._open)

    def text(self, text: str, line: int, end: int, *, nothing: bool = False) -> Text:
        """A scalar, as the next value or, in a mapping, the next name."""
        made = Text(_clean(text, line), line, end, nothing)
        inside = self._open[-1] if self._open else None
        if isinstance(inside, Mapping) and self._names[-1] is None:
            if made.text in inside.names:
                raise Invalid(
                    _(
                        "Line %(line)s: the name “%(text)s” occurs twice in one place, and only "
                        "one of them could count. Remove or rename one."
                    )
                    % {"line": line, "text": made.text[:80]},
                    code="name_twice",
                    line=line,
                )
            inside.names.add(made.text)
            self._names[-1] = made
            self._counted(1, line)
        else:
            self.value(made)
        return made

    def open(self, node: Listing | Mapping) -> None:
        """Begin a list or mapping. Raises Invalid (too_deep)."""
        if self.expects_name:
            raise Invalid(
                _("Line %(line)s: the name of a value must be a text.") % {"line": node.line},
                code="bad_name",
                line=node.line,
            )
        if self.depth >= MAX_DEPTH:
            raise Invalid(
                _("Line %(line)s is nested more than %(max_depth)s deep; no checklist is.")
                % {"line": node.line, "max_depth": MAX_DEPTH},
                code="too_deep",
                line=node.line,
            )
        self._open.append(node)
        self._names.append(None)

    def close(self) -> Node:
        """End the list or mapping that was opened last."""
        self._names.pop()
        node = self._open.pop()
        self.value(node)
        return node

    @property
    def expects_name(self) -> bool:
        """Whether what comes next is a name in a mapping."""
        return bool(self._open) and isinstance(self._open[-1], Mapping) and not self._names[-1]

    def value(self, node: Node) -> None:
        """A whole value. Raises Invalid (too_complex)."""
        self._counted(node.size if isinstance(node, Text) else 1, node.line)
        if not self._open:
            self.documents.append(node)
            return
        inside = self._open[-1]
        inside.size += node.size
        if isinstance(inside, Listing):
            inside.parts.append(node)
        else:
            inside.pairs.append((self._names[-1] or Text("", node.line, node.line), node))
            self._names[-1] = None

    def again(self, node: Node, line: int) -> None:
        """A value that stands elsewhere, too. It counts as often as it is used."""
        self._counted(node.size, line)
        self.value(node)

    def _counted(self, size: int, line: int) -> None:
        self._count += size
        if self._count > MAX_NODES:
            raise Invalid(
                _(
                    "By line %(line)s the file holds more than %(max_nodes)s values, "
                    "repeated ones counted. Split it into several checklists."
                )
                % {"line": line, "max_nodes": f"{MAX_NODES:,}"},
                code="too_complex",
                line=line,
            )


def texts_in(node: Node) -> Iterator[Text]:
    """Every text in a value, names included, in order."""
    waiting: list[Node] = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Text):
            yield here
        elif isinstance(here, Listing):
            waiting.extend(reversed(here.parts))
        else:
            for name, value in reversed(here.pairs):
                waiting += [value, name]


def text_of(node: Node, name: str) -> Text | None:
    """The text of that name in a mapping."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    return next((v for key, v in pairs if key.text == name and isinstance(v, Text)), None)


def value_of(node: Node, name: str) -> str:
    """What the text of that name says; empty if there is none."""
    found = text_of(node, name)
    return found.text if found else ""


def parts_of(node: Node, name: str) -> list[Node]:
    """The parts of the list of that name in a mapping."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    return next((v.parts for key, v in pairs if key.text == name and isinstance(v, Listing)), [])


def mappings_of(node: Node, name: str) -> list[Mapping]:
    """The mappings in the list of that name."""
    return [part for part in parts_of(node, name) if isinstance(part, Mapping)]


def _clean(text: str, line: int) -> str:
    found = _FORBIDDEN.search(text)
    if found:
        raise Invalid(
            _("Line %(line)s holds a character that no checklist may hold (U+%(ord)s). Remove it.")
            % {"line": line, "ord": f"{ord(found.group()):04X}"},
            code="forbidden_character",
            line=line,
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
