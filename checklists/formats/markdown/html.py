"""HTML among Markdown, or around it: what is in it, as blocks of Markdown.

Lists become lists, a checkbox becomes a box, tables become tables. Lines keep their numbers.
"""

from __future__ import annotations

import re

from checklists.formats.markdown.blocks import Block, Source, Text
from checklists.formats.markdown.boxes import leading_box
from checklists.formats.markdown.grid import Table
from checklists.formats.markdown.html_lines import Lines
from checklists.formats.markdown.segments import Segment

_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TELLING = re.compile(r"<(?:li|tr|td|h[1-6]|input|summary|p|div|ul|ol)\b|[☐☑☒]|&#", re.IGNORECASE)
_DETAILS = re.compile(r"<(/?)details\b", re.IGNORECASE)
_LISTS = re.compile(r"<(/?)(ul|ol|table)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![dD][^<>]*>")
_HTML_ONLY = {"html_block", "code_block", "paragraph"}


def is_page(text: str) -> bool:
    """Whether a text is HTML from its beginning to its end."""
    return bool(_PAGE.match(text))


def page(lines: list[str]) -> list[Block]:
    """The blocks of a text that is HTML."""
    text = "\n".join(lines)
    return _blocks(Lines(titled="<h1" not in text.lower()).read(text, 1), 0)


def tag_lines(lines: list[str]) -> list[int]:
    """The numbers, from 1, of the lines that hold tags and no words."""
    return [
        number
        for number, line in enumerate(lines, 1)
        if line.strip() and not _TAG.sub("", line).strip()
    ]


def blocks_in(block: Block) -> list[Block]:
    """What is in a block of HTML, or between the tags of one with details."""
    if block.kind == "details":
        first, *rest = block.children
        return [*_converted(first), *rest]
    return _converted(block) if _TELLING.search(block.body()) else []


def folded(blocks: list[Block], *, details: bool) -> list[Block]:
    """The blocks, with those between two tags that belong together as one.

    `details`: also those of `<details>`; details in details are not kept apart.
    """
    found: list[Block] = []
    unclosed: set[str] = set()
    place = 0
    while place < len(blocks):
        block = blocks[place]
        end = 0
        if block.kind == "html_block":
            opener = details and _opens_details(block.body())
            end = _details_end(blocks, place) if opener else _end(blocks, place, unclosed)
            if end:
                block = _joined(blocks[place:end], details=opener)
        found.append(block)
        place = max(end, place + 1)
    return found


def _end(blocks: list[Block], place: int, unclosed: set[str]) -> int:
    """One past the last block that belongs to the tags opened in this one; 0 if none are."""
    opened = _LISTS.search(blocks[place].body())
    if not opened or opened.group(1) or opened.group(2).lower() in unclosed:
        return 0
    depth = 0
    for number in range(place, len(blocks)):
        if blocks[number].kind not in _HTML_ONLY:
            return 0
        for tag in _LISTS.finditer(blocks[number].body()):
            depth += -1 if tag.group(1) else 1
        if depth <= 0:
            return number + 1
    unclosed.add(opened.group(2).lower())
    return 0


def _opens_details(text: str) -> bool:
    tag = _DETAILS.search(text)
    return tag is not None and not tag.group(1)


def _details_end(blocks: list[Block], place: int) -> int:
    depth = 0
    for number in range(place, len(blocks)):
        if blocks[number].kind == "html_block":
            for tag in _DETAILS.finditer(blocks[number].body()):
                depth += -1 if tag.group(1) else 1
            if depth <= 0:
                return number + 1
    return len(blocks)


def _joined(blocks: list[Block], *, details: bool) -> Block:
    first = blocks[0]
    made = Block("html_block", first.source, first.start, blocks[-1].end, first.indent)
    if details:
        made.kind, made.children = "details", blocks
    return made


def _converted(block: Block) -> list[Block]:
    lines = block.lines()
    segments = Lines().read("\n".join(lines), 0)
    numbers = block.numbers
    for segment in segments:
        segment.renumber(numbers)
    return _blocks(segments, block.source.depth)


def _blocks(segments: list[Segment], depth: int) -> list[Block]:
    found: list[Block] = []
    for segment in segments:
        if segment.table:
            found.append(_table(segment.table))
        elif segment.kind == "text":
            found += Source(segment.lines, segment.numbers, depth=depth + 1).blocks
        else:
            found.append(_single(segment))
    return found


def _table(table: Table) -> Block:
    rows = [row for row in (table.header, *table.rows) if any(cell.text for cell in row)]
    lines = [" | ".join(cell.text for cell in row if cell.text) for row in rows]
    numbers = [row[0].line for row in rows]
    text = Text(lines, numbers)
    return Block("table", text, 0, len(lines), table=table)


def _single(segment: Segment) -> Block:
    text = " ".join(segment.lines)
    block = Block(segment.kind, Text(segment.lines, segment.numbers), 0, len(segment.lines))
    block.text = text
    if segment.kind == "summary":
        block.box = leading_box(text)
        block.text = text[block.box.end :] if block.box else text
    return block
