"""List entries: an entry with a box is an item, everything else about it is text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from checklists.formats.markdown import options, words
from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.boxes import Box
from checklists.formats.markdown.collecting import Collected, take_answer, take_words
from checklists.formats.markdown.options import Options
from checklists.formats.markdown.pieces import Piece
from checklists.formats.markdown.rows import read_rows
from checklists.formats.tree import LineKind

_MARGIN = 60
"""A line at least this long may have been broken at the margin."""

_OPENING = ("`", "(", '"', "“", "„", "«")


class Entries:
    """Reads lists, and what stands in their entries, into `found`."""

    def __init__(self, found: Collected) -> None:
        self._found = found
        self._quotes = 0

    @contextmanager
    def quotation(self) -> Iterator[None]:
        """While it lasts, what is read stands in a quotation."""
        self._quotes += 1
        try:
            yield
        finally:
            self._quotes -= 1

    def inside(self, blocks: list[Block], item: Piece) -> None:
        """Read what stands below the title of an item."""
        for block in blocks:
            self.block(block, item, item)

    def block(self, block: Block, parent: Piece | None, owner: Piece | None) -> None:
        """Read one block: items in it are nested in `parent`, text in it belongs to `owner`."""
        if not block.has_box or block.kind in ("heading", "summary"):
            self._found.keep(block, owner)
        elif block.kind == "list":
            self._list(block, parent, owner)
        elif block.kind == "table":
            read_rows(block, self._found, parent)
        else:
            self._found.frame(block)
            with self.quotation() if block.kind == "blockquote" else nullcontext():
                for child in block.children:
                    self.block(child, parent, owner)

    def _list(self, block: Block, parent: Piece | None, owner: Piece | None) -> None:
        for entry in block.children:
            if entry.box is not None:
                self._item(entry, entry.box, parent)
            elif entry.has_box:
                self._bare(entry, parent, owner)
            else:
                kept = self._found.keep(entry, owner)
                if kept and parent is None:
                    kept.report(words.NO_BOX)

    def _item(self, entry: Block, box: Box, parent: Piece | None) -> None:
        title, *below = entry.children
        text, count = _title(title, box)
        if entry.options:
            text = options.at_end(text)[0]
        item = self._found.add(LineKind.ITEM, title.numbers[:count], text, under=parent)
        if entry.odd:
            item.report(entry.odd)
        if self._quotes:
            item.report(words.QUOTED)
        take_answer(item, box.answer, box.mark)
        if entry.options:
            take_options(item, entry.options)
        self._rest(title, count, item)
        self.inside(below, item)

    def _rest(self, title: Block, count: int, item: Piece) -> None:
        """The lines of a paragraph below those of the title."""
        rest = [line.lstrip() for line in title.lines()[count:]]
        if title.kind == "heading" or not rest:
            return
        first = title.start + count
        below = Block("paragraph", title.source, first, title.end)
        below.indent = 0
        piece = self._found.keep(below, item)
        if piece:
            piece.text = "\n".join(rest)

    def _bare(self, entry: Block, parent: Piece | None, owner: Piece | None) -> None:
        """An entry without a box above entries with one: its own text stays an entry of text."""
        marker = "- "
        for child in entry.children:
            if child.has_box:
                self.block(child, parent, owner)
                continue
            kept = self._found.keep(child, owner)
            if kept:
                kept.text = marker + kept.text.replace("\n", "\n  ")
                if marker == "- ":
                    kept.report(words.NO_BOX_ABOVE, entry.line)
                marker = "  "


def take_options(item: Piece, given: Options) -> None:
    """Note which answers an item offers, and which one was chosen."""
    item.na = item.na or given.na
    if given.chosen:
        take_answer(item, given.answer)
        if not given.answer:
            take_words(item, given.chosen)
            item.report(words.UNCLEAR_MARK)


def _goes_on(line: str, below: str) -> bool:
    """Whether a line was only broken: at the margin, behind a comma, or inside brackets."""
    line = line.rstrip()
    full = len(line) >= _MARGIN
    if below[:1].islower():
        return full or line.endswith(",") or line.count("(") > line.count(")")
    return full and below[:1] in _OPENING and line[-1:].isalnum()


def _title(block: Block, box: Box) -> tuple[str, int]:
    """The Markdown of an item's title, and how many lines of its paragraph it takes."""
    first, *rest = block.lines()
    title = first[box.end : len(first) - box.tail]
    count = 1
    while count <= len(rest) and not title.strip():
        title = rest[count - 1]
        count += 1
    last = title
    while count <= len(rest) and _goes_on(last, rest[count - 1].lstrip()):
        last = rest[count - 1]
        title = f"{title.rstrip()} {last.strip()}"
        count += 1
    if count <= len(rest) and title.endswith("\\"):  # a line break that is meant
        title = title[:-1]
    return title.strip(), count
