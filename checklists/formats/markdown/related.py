"""The closing list of related documents: every link in it, with the words beside it."""

from __future__ import annotations

from collections.abc import Iterator

from checklists.errors import Invalid
from checklists.formats.markdown import words
from checklists.formats.markdown.blocks import Block, Source
from checklists.formats.markdown.report import Report
from checklists.formats.markdown.titles import Titles
from checklists.formats.tree import NOTE_MAX, RelatedDocument
from checklists.formats.validate import check_document


def read_related(
    blocks: list[Block], source: Source, titles: Titles, report: Report
) -> Iterator[RelatedDocument]:
    """The documents in the blocks; what holds no link is reported."""
    for block in blocks:
        if block.kind in ("list", "list_item"):
            yield from read_related(block.children, source, titles, report)
        elif block.kind == "paragraph":
            yield from _documents(block, source, titles, report)
        elif block.kind == "heading":
            report.lines(block, words.LINKS_HEADING)
        else:
            report.look_alikes(block)
            report.lines(block, words.NO_LINK)


def _documents(
    block: Block, source: Source, titles: Titles, report: Report
) -> Iterator[RelatedDocument]:
    links = titles.links(source.text_of(block), block.start + 1)
    if not links.found:
        report.lines(block, words.NO_LINK)
    note = links.note
    for title, address in links.found:
        document = RelatedDocument(title, address, note[:NOTE_MAX].strip())
        try:
            check_document(document, "The link")
        except Invalid as error:
            report.lines(block, f"{words.NO_LINK} {error.message}")
        else:
            yield document
            note = ""
