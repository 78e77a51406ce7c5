"""From blocks to pieces: headings open sections and groups, boxes are items, the rest is text.

- `#` is the title, `##` a section, `###` a group; a deeper heading is a group whose title is the
  path to it ("Compute / GPU").
- The first line beside a box is the item's title. Whatever else belongs to that list entry is its
  guidance, but for entries with a box of their own: those are nested items. A title that is merely
  broken at the margin (a long line that goes on in lower case) is put together again.
- Text under a heading is guidance of that section or group, wherever it stands there; text under a
  heading that is an item is that item's.
"""

from __future__ import annotations

from checklists.formats.markdown import comments, words
from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.collecting import Collected, take_answer
from checklists.formats.markdown.entries import Entries, take_options
from checklists.formats.markdown.inline import Title
from checklists.formats.markdown.pieces import LINE_LEVEL, SECTION_LEVEL, Piece
from checklists.formats.markdown.references import Definitions
from checklists.formats.markdown.titles import Titles
from checklists.formats.tree import LineKind


class Walk:
    """Walks through the blocks of one file once."""

    def __init__(self, titles: Titles, definitions: Definitions, *, all_sections: bool) -> None:
        self.found = Collected()
        self._entries = Entries(self.found)
        self._titles = titles
        self._definitions = definitions
        self._titled = self._all_sections = all_sections
        self._owner: Piece | None = None
        self._opened = False

    def walk(self, blocks: list[Block]) -> None:
        """Add the pieces of the blocks to `found`."""
        position = 0
        while position < len(blocks):
            block = blocks[position]
            before = blocks[position - 1] if position else None
            position += 1
            if block.kind == "heading":
                position = self._heading(block, blocks, position)
            elif self._setting(block):
                continue
            elif _is_container(block):
                self._container(block)
            elif block.kind == "summary":
                self._summary(block)
            elif block.has_box:
                self._opened = True
                self._entries.block(block, None, self._owner)
            else:
                self.found.keep(block, self._owner or self._item_above(block, before))

    def _container(self, block: Block) -> None:
        frame = self.found.frame(block)
        if frame and block.odd:
            frame.report(block.odd)
        if block.kind == "blockquote":
            with self._entries.quotation():
                self.walk(block.children)
        else:
            self.walk(block.children)

    def _summary(self, block: Block) -> None:
        """What is always seen of details: an item, or the heading of those below."""
        if block.box:
            self._item(block)
        else:
            self.found.add(LineKind.GROUP, block.numbers, block.text, level=LINE_LEVEL)
            self._owner = None

    def _item(self, block: Block) -> None:
        item = self.found.add(LineKind.ITEM, block.numbers, block.text)
        item.level = max(block.level, 1)
        self._opened = True
        if block.odd:
            item.report(block.odd)
        if block.box:
            take_answer(item, block.box.answer, block.box.mark)
        if block.options:
            take_options(item, block.options)
        self._owner = item

    def _item_above(self, block: Block, before: Block | None) -> Piece | None:
        """The item that a comment or details right below its list belong to."""
        if not before or not before.has_box or before.kind != "list":
            return None
        comment = block.kind == "html_block" and block.body().startswith("<!--")
        touching = block.start == before.end and before.body().count("\n") + 1 == (
            before.end - before.start
        )
        if block.kind != "details" and not (comment and touching):
            return None
        return next(p for p in reversed(self.found.pieces) if p.kind == LineKind.ITEM)

    def _heading(self, block: Block, blocks: list[Block], position: int) -> int:
        if block.box:
            self._item(block)
            return position
        if _is_over_contents(block, blocks, position):
            self.found.leave_out(block, words.CONTENTS)
            return position
        title = self._titles.heading(block.text, block.line)
        self._owner = None if title.text else self._owner
        if not title.text:
            self.found.add(LineKind.IGNORED, block.numbers).report(words.EMPTY_HEADING)
        elif block.level > SECTION_LEVEL:
            self._open(LineKind.GROUP, block)
        elif block.level == 1 and not self._titled and not self._opened:
            self.found.add(LineKind.TITLE, block.numbers, block.text, level=1)
            self._titled = True
        elif self._lists_documents(title, blocks, position):
            return self._documents(block, blocks, position)
        else:
            piece = self._open(LineKind.SECTION, block)
            if block.level == 1 and not self._all_sections:
                piece.report(words.SECOND_TITLE)
        return position

    def _open(self, kind: LineKind, block: Block) -> Piece:
        self._opened = True
        return self.found.add(kind, block.numbers, block.text, level=block.level)

    def _lists_documents(self, title: Title, blocks: list[Block], position: int) -> bool:
        """Whether the section is the list of related documents; our comment says it is not."""
        return (
            words.means_related(title.text)
            and not title.comment
            and not any(b.has_box for b in blocks[position : _section_end(blocks, position)])
        )

    def _documents(self, heading: Block, blocks: list[Block], position: int) -> int:
        self.found.add(LineKind.RELATED, heading.numbers)
        end = _section_end(blocks, position)
        for block in blocks[position:end]:
            if not self._setting(block):
                self._document(block)
        return end

    def _document(self, block: Block) -> None:
        if block.kind in ("list", "list_item"):
            for child in block.children:
                self._document(child)
        elif block.kind == "paragraph":
            text = block.body()
            self._definitions.needed_by(text)
            self.found.add(LineKind.RELATED, block.numbers, text)
        elif block.kind == "heading":
            self.found.add(LineKind.RELATED, block.numbers).report_all(words.LINKS_HEADING)
        else:
            self.found.leave_out(block, words.NO_LINK)

    def _setting(self, block: Block) -> bool:
        """Take a comment of ours that is about the whole checklist, or link definitions."""
        if self._definitions.took(block):
            self.found.add(LineKind.SETTING, block.numbers)
            return True
        if block.kind != "html_block":
            return False
        rest, comment = comments.split(block.body())
        if rest or not comment:
            return False
        self.found.add(LineKind.SETTING, block.numbers, comment)
        return True


def begins_with_sections(blocks: list[Block]) -> bool:
    """Whether the first level of headings is that of sections, and the file has no title."""
    tops = [place for place, b in enumerate(blocks) if b.kind == "heading" and b.level == 1]
    if len(tops) < 2:
        return False
    for block in blocks[tops[0] + 1 :]:
        if block.kind == "heading":
            return False
        if block.has_box:
            return True
    return False


def _is_container(block: Block) -> bool:
    """Whether what is in a block is read as if it stood there by itself."""
    if block.kind == "html_block":
        return block.has_box or any(child.kind == "heading" for child in block.children)
    return block.kind in ("blockquote", "details", "opened") and block.has_box


def _is_over_contents(heading: Block, blocks: list[Block], position: int) -> bool:
    """Whether nothing but a table of contents stands under a heading, not even other headings,
    unless that is what it is called.
    """
    kinds = [block.kind for block in blocks[position : position + 2]]
    if kinds[:1] != ["contents"] or kinds[1:] not in ([], ["heading"]):
        return False
    deeper = any(block.level > heading.level for block in blocks[position + 1 : position + 2])
    return not deeper or words.means_contents(heading.text)


def _section_end(blocks: list[Block], position: int) -> int:
    end = position
    while end < len(blocks):
        block = blocks[end]
        if block.kind == "heading" and block.level <= SECTION_LEVEL:
            break
        end += 1
    return end
