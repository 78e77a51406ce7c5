"""Link definitions (`[docs]: https://…`) and footnotes (`[^1]: …`): one place in a file, used from
anywhere in it.

Guidance is shown item by item, so each text takes along the definitions it uses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it.common.utils import normalizeReference

from checklists.formats.markdown.blocks import Block

_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)([^\[\]]{1,200})\]:[ \t]*(<[^<>]*>|[^\s<]\S*)"
    r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)
_FOOTNOTE = re.compile(r" {0,3}\[(\^[^\[\]\s]{1,100})\]:[ \t]*\S")
_USE = re.compile(r"\[([^\[\]]{1,200})\]")


@dataclass(slots=True)
class Definition:
    """A definition as written, its lines (from 1) and whether any text uses it.

    A footnote has no address.
    """

    source: str
    address: str
    lines: Sequence[int]
    used: bool = False


@dataclass(slots=True)
class Definitions:
    """The definitions of a file by label. As in Markdown, the first of a label counts."""

    by_label: dict[str, Definition] = field(default_factory=dict)
    repeated: list[Definition] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)

    def took(self, block: Block) -> bool:
        """Whether the block was learnt from: it is not a text to keep."""
        return id(block) in self.blocks

    def learn(self, block: Block) -> None:
        """Learn the definitions in a block that holds nothing else."""
        if block.kind != "paragraph":
            return
        lines = block.lines()
        if _FOOTNOTE.match(lines[0]):
            self._learn_footnotes(block, lines)
            return
        found = [_DEFINITION.fullmatch(line) for line in lines]
        if not all(found):
            return
        self.blocks.add(id(block))
        for number, match in zip(block.numbers, found, strict=True):
            if match:
                address = match.group(2).strip("<>")
                self._add(match.group(1), Definition(match.group().strip(), address, [number]))

    def _learn_footnotes(self, block: Block, lines: list[str]) -> None:
        """Learn footnotes; a line that begins none goes on with the one above."""
        self.blocks.add(id(block))
        starts = [place for place, line in enumerate(lines) if _FOOTNOTE.match(line)]
        for start, end in pairwise([*starts, len(lines)]):
            found = _FOOTNOTE.match(lines[start])
            source = "\n".join(line.strip() for line in lines[start:end])
            if found:
                self._add(found.group(1), Definition(source, "", block.numbers[start:end]))

    def _add(self, label: str, definition: Definition) -> None:
        if self.by_label.setdefault(normalizeReference(label), definition) is not definition:
            self.repeated.append(definition)

    def needed_by(self, text: str) -> list[str]:
        """The definitions that the text uses and does not hold itself; marks them as used."""
        if not self.by_label:
            return []
        uses = dict.fromkeys(normalizeReference(use) for use in _USE.findall(text))
        found = [self.by_label[label] for label in uses if label in self.by_label]
        for definition in found:
            definition.used = True
        held = {line.strip() for line in text.split("\n")}
        return [known.source for known in found if known.source.partition("\n")[0] not in held]

    def unused(self) -> list[Definition]:
        """Definitions that no text asked for, and those that an earlier one hides."""
        return [d for d in (*self.by_label.values(), *self.repeated) if not d.used]

    def environment(self) -> dict[str, Any]:
        """What the inline parser needs to resolve them."""
        return {
            "references": {
                label: {"title": "", "href": definition.address}
                for label, definition in self.by_label.items()
                if not label.startswith("^")
            },
            "footnotes": _Labels(self.by_label),
        }


class _Labels:
    """Whether a label is that of a footnote, in any case of its letters."""

    def __init__(self, known: Mapping[str, Definition]) -> None:
        self._known = known

    def __contains__(self, label: str) -> bool:
        return normalizeReference(label) in self._known
