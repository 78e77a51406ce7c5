"""The import report: which lines did not become what they look like, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checklists.formats.markdown import words
from checklists.formats.markdown.blocks import Block, Source
from checklists.formats.tree import Ignored

TEXT_MAX = 200
"""Characters of a line that the report repeats."""

_MARKERS = r"(?:[ \t>]|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))*"
_BOX_LIKE = re.compile(
    _MARKERS
    + r"(?:\[(?:[ \t\u00a0]*|[ \t]?[xX✓✔✗✘☑√*~-][ \t]?)\](?![(\[:])|[☐☑☒])[ \t\u00a0]*(?:\S|$)"
)
_FENCE = re.compile(r"(?:`{3,}|~{3,})[ \t]*")


class Report:
    """Collects the lines to report; the first reason for a line counts."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: dict[int, Ignored] = {}

    def line(self, number: int, why: str) -> None:
        """Report one line, counted from 1."""
        text = self._source.lines[number - 1].strip()
        if len(text) > TEXT_MAX:
            text = text[: TEXT_MAX - 1] + "…"
        self._found.setdefault(number, Ignored(number, text, why))

    def lines(self, block: Block, why: str) -> None:
        """Report every line of the block that is not empty."""
        for number in range(block.start, block.end):
            if self._source.lines[number].strip():
                self.line(number + 1, why)

    def look_alikes(self, block: Block) -> None:
        """Report the lines of a text that look like an item and are none."""
        for part in _texts(block):
            if part.kind == "fence":
                self._unclosed_fence(part)
                continue
            why = {"blockquote": words.QUOTED, "code_block": words.INDENTED}.get(part.kind)
            for number in self._box_lines(part):
                bare = self._source.lines[number - 1].rstrip().endswith("]")
                self.line(number, why or (words.NO_TITLE if bare else words.LOOKS_LIKE_BOX))

    def all(self) -> tuple[Ignored, ...]:
        """What was reported, by line."""
        return tuple(self._found[number] for number in sorted(self._found))

    def _box_lines(self, block: Block) -> Iterator[int]:
        for number, line in enumerate(self._source.lines[block.start : block.end], block.start + 1):
            if _BOX_LIKE.match(line):
                yield number

    def _unclosed_fence(self, block: Block) -> None:
        closed = block.end - block.start > 1 and _FENCE.fullmatch(
            self._source.lines[block.end - 1].strip(" \t>")
        )
        if not closed and any(self._box_lines(block)):
            self.line(block.start + 1, words.UNCLOSED)


def _texts(block: Block) -> Iterator[Block]:
    """The parts of a block that hold text; entries with a box of their own are items, not text."""
    if block.kind not in ("list", "list_item"):
        yield block
    for child in block.children:
        if child.box is None:
            yield from _texts(child)
