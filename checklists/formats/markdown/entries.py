"""List entries: an entry with a box is an item, everything else about it is text."""

from __future__ import annotations

from typing import Any

from checklists.errors import Invalid
from checklists.formats.markdown import comments, fields, words
from checklists.formats.markdown.blocks import BOX, Block, Source
from checklists.formats.markdown.drafts import DraftItem, Prose
from checklists.formats.markdown.report import Report
from checklists.formats.markdown.titles import Titles

_MARGIN = 60
"""A line at least this long may have been broken at the margin."""


class Entries:
    """Reads the lists of one source."""

    def __init__(self, source: Source, report: Report, titles: Titles) -> None:
        self._source = source
        self._report = report
        self._titles = titles

    def items(self, block: Block, prose: Prose) -> list[DraftItem]:
        """The items in a list, each before those nested in it; other entries go to `prose`."""
        found: list[DraftItem] = []
        self._list(block, prose, None, found)
        return found

    def keep(self, block: Block, prose: Prose) -> None:
        """Keep a block as text, but for what no reader of the text would see."""
        if block.kind == "hr":
            self._report.lines(block, words.RULE)
            return
        text = self._source.text_of(block)
        if block.kind == "html_block" and _is_comment(text):
            self._report.lines(block, words.COMMENT)
            return
        self._report.look_alikes(block)
        prose.add(text, start=block.start)

    def _list(
        self, block: Block, prose: Prose, parent: DraftItem | None, found: list[DraftItem]
    ) -> None:
        for entry in block.children:
            if entry.box is not None:
                self._item(entry, parent, found)
            elif entry.has_box:
                self._report.line(entry.start + 1, words.NO_BOX_ABOVE)
                self._bare(entry, prose, parent, found)
            else:
                self.keep(entry, prose)
                if parent is None:
                    self._report.line(entry.start + 1, words.NO_BOX)

    def _item(self, entry: Block, parent: DraftItem | None, found: list[DraftItem]) -> None:
        line = entry.start + 1
        raw, rest = self._title_lines(entry.children[0])
        title = self._titles.item(raw, line)
        item = DraftItem(line, title.text, Prose(line), title.condition, parent)
        item.fields = self._fields(title.comment, line)
        item.title = item.fields.pop("title", item.title)
        if entry.box == "x":
            self._report.line(line, words.TICKED)
        found.append(item)
        item.prose.add(title.original)
        item.prose.add(rest)
        self._report.look_alikes(_below_title(entry.children[0]))
        for child in entry.children[1:]:
            if child.has_box:
                self._list(child, item.prose, item, found)
            else:
                self.keep(child, item.prose)

    def _bare(
        self, entry: Block, prose: Prose, parent: DraftItem | None, found: list[DraftItem]
    ) -> None:
        """An entry without a box above entries with one: its own text stays an entry of text."""
        marker = "- "
        for child in entry.children:
            if child.has_box:
                self._list(child, prose, parent, found)
            else:
                self._report.look_alikes(child)
                text = self._source.text_of(child)
                prose.add(marker + text.replace("\n", "\n  "))
                marker = "  "

    def _title_lines(self, block: Block) -> tuple[str, str]:
        """The Markdown of an item's title, and the other lines of its paragraph."""
        first, *rest = self._source.lines_of(block)
        found = BOX.match(first)
        title = first[found.end() :] if found else first
        while rest and not title.strip():
            title = rest.pop(0)
        last = title
        while rest and len(last) >= _MARGIN and rest[0].lstrip()[:1].islower():
            last = rest.pop(0)
            title = f"{title.rstrip()} {last.strip()}"
        if rest and title.endswith("\\"):  # a line break that is meant
            title = title[:-1]
        return title.strip(), "\n".join(line.lstrip() for line in rest)

    def _fields(self, comment: str, line: int) -> dict[str, Any]:
        try:
            return fields.item_fields(comment) if comment else {}
        except Invalid as error:
            self._report.line(line, words.BAD_COMMENT.format(error.message))
            return {}


def _below_title(block: Block) -> Block:
    return Block(block.kind, block.start + 1, block.end, block.indent)


def _is_comment(text: str) -> bool:
    return text.startswith("<!--") and text.find(comments.CLOSE) == len(text.rstrip()) - 3
