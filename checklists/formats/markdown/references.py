"""Link definitions (`[docs]: https://…`): one place in a file, used from anywhere in it.

Guidance is shown item by item, so each text takes along the definitions it uses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from markdown_it.common.utils import normalizeReference

from checklists.formats.markdown.blocks import Block

_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)([^\[\]]{1,200})\]:[ \t]*(<[^<>]*>|[^\s<]\S*)"
    r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)
_USE = re.compile(r"\[([^\[\]]{1,200})\]")


@dataclass(slots=True)
class Definition:
    """A link definition as written, its line (from 1) and whether any text uses it."""

    source: str
    address: str
    line: int
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
        found = [_DEFINITION.fullmatch(line) for line in lines]
        if not all(found):
            return
        self.blocks.add(id(block))
        for number, match in zip(block.numbers, found, strict=True):
            if match:
                definition = Definition(match.group().strip(), match.group(2).strip("<>"), number)
                if (
                    self.by_label.setdefault(normalizeReference(match.group(1)), definition)
                    is not definition
                ):
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
        return [definition.source for definition in found if definition.source not in held]

    def unused(self) -> list[Definition]:
        """Definitions that no text asked for, and those that an earlier one hides."""
        return [d for d in (*self.by_label.values(), *self.repeated) if not d.used]

    def environment(self) -> dict[str, Any]:
        """What the inline parser needs to resolve them."""
        return {
            "references": {
                label: {"title": "", "href": definition.address}
                for label, definition in self.by_label.items()
            }
        }
