"""Looks into what Markdown's parser leaves alone: the boxes and tables that a person sees there.

Text becomes text, tables and entries of lists; quotations and HTML become what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.markdown import comments, foreign, grid, html, options, words
from checklists.formats.markdown.blocks import Block, Source, Text
from checklists.formats.markdown.boxes import (
    leading_box,
    loose_box,
    may_hold_box,
    trailing_box,
)
from checklists.formats.markdown.options import SIGNS

MAX_QUOTES = 8
"""Quotations inside quotations that are looked into."""
_QUOTE = re.compile(r"[ \t]*>")
_ATX = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")


def shaped(blocks: list[Block], *, details: bool = True) -> list[Block]:
    """The blocks with what is hidden in them made visible; `details`: also which belong to some."""
    return [made for block in html.folded(blocks, details=details) for made in _shape(block)]


def _shape(block: Block) -> list[Block]:
    shape = _SHAPES.get(block.kind)
    return shape(block) if shape else [block]


def _heading(block: Block) -> list[Block]:
    lines = block.lines()
    if _ATX.match(lines[0]):
        box = leading_box(block.text)
        if box and block.text[box.end :].strip() and comments.OPEN not in block.text:
            block.box, block.text = box, block.text[box.end :].strip()
        return [block]
    if not _holds_more(lines[:-1]):
        return [block]
    # Underlined by accident: a line below boxes or a table that is meant as a separator.
    above = block.part("paragraph", block.start, block.end - 1)
    return [*_split(above), block.part("hr", block.end - 1, block.end)]


def _holds_more(lines: list[str]) -> bool:
    return any(loose_box(line) for line in lines) or (
        len(lines) > 1 and grid.begins_table(lines[0], lines[1])
    )


def _split(block: Block, begin: int = 0) -> list[Block]:
    """The text, tables and loose items of a paragraph; its first lines may be left alone."""
    lines = block.lines()
    listed = foreign.listed(block, lines) if begin == 0 else None
    if listed:
        return listed
    if not (may_hold_box("\n".join(lines)) or any(map(_is_special, lines))):
        return [block]
    found: list[Block] = []
    place = text = 0
    while place < len(lines):
        made = _made_at(block, lines, place, loose=place >= begin)
        if made is None:
            place += 1
            continue
        if text < place:
            found.append(block.part("paragraph", block.start + text, block.start + place))
        found.append(made)
        place = text = made.end - block.start
    if not found:
        return [block]
    if text < place:
        found.append(block.part("paragraph", block.start + text, block.end))
    return found


def _made_at(block: Block, lines: list[str], place: int, *, loose: bool) -> Block | None:
    """The table or list that begins on that line."""
    if place + 1 < len(lines) and grid.begins_table(lines[place], lines[place + 1]):
        return _table(block, place, _table_end(lines, place + 2))
    if foreign.begins_table(lines, place):
        return _table(block, place, _table_end(lines, place + 1), frame=1)
    if loose and _is_loose(lines[place]):
        return _loose(block, place, _entry_end(lines, place + 1))
    return foreign.block_at(block, place, lines[place])


def _is_special(line: str) -> bool:
    return "|" in line or foreign.is_markup(line)


def _table_end(lines: list[str], place: int) -> int:
    while place < len(lines) and "|" in lines[place]:
        place += 1
    return place


def _entry_end(lines: list[str], place: int) -> int:
    while place < len(lines) and not (loose_box(lines[place]) or _is_special(lines[place])):
        place += 1
    return place


def _table(block: Block, start: int, end: int, *, frame: int = 2) -> Block:
    made = block.part("table", block.start + start, block.start + end)
    header, *lines = made.lines()
    first, *numbers = made.numbers
    top = grid.row_of(foreign.header(header) if frame == 1 else header, first)
    rows = [
        grid.padded(grid.row_of(line, number), len(top))
        for line, number in zip(lines[frame - 1 :], numbers[frame - 1 :], strict=True)
    ]
    made.table = grid.Table(top, rows, made.numbers, frame=frame)
    return made


def _is_loose(line: str) -> bool:
    box = loose_box(line)
    return box is not None and bool(line[box.end :].strip())


def _loose(block: Block, start: int, end: int) -> Block:
    made = block.part("list", block.start + start, block.start + end)
    first = made.lines()[0]
    parts = SIGNS.split(first)
    if len(parts) > 2 and not parts[0].strip() and not options.in_line(first):
        sources = [Text([part], [made.line]) for part in parts[1:]]
        titles = [Block("paragraph", source, 0, 1) for source in sources]
    else:
        titles = [block.part("paragraph", made.start, made.end)]
    for title in titles:
        entry = replace(title, kind="list_item", children=[title], odd=words.LOOKS_LIKE_BOX)
        entry.box = loose_box(title.lines()[0])
        made.children.append(entry)
    if len(titles) > 1 and end - start > 1:
        made.children[-1].children.append(
            block.part("paragraph", made.start + 1, block.start + end)
        )
    return made


def _list(block: Block) -> list[Block]:
    block.children = [made for entry in block.children for made in _entry(entry)]
    return [block]


def _entry(block: Block) -> list[Block]:
    """The entry, and those that only the laziness of Markdown makes a part of its text."""
    first = block.children[0] if block.children else None
    if first is None or first.kind not in ("paragraph", "heading"):
        block.children = shaped(block.children)
        return [block]
    lines = first.lines()
    box = leading_box(lines[0])
    if box and (lines[0][box.end :].strip() or any(line.strip() for line in lines[1:])):
        block.box = box
        block.odd = words.LOOKS_LIKE_BOX if box.odd and not (box.answer or box.mark) else ""
    elif not box and len(lines) == 1:
        block.box = trailing_box(lines[0])
    parts = _split(first, 1) if first.kind == "paragraph" else [first]
    lazy: list[Block] = []
    while len(parts) > 1 and parts[-1].kind == "list" and _is_lazy(parts[-1]):
        lazy[:0] = parts.pop().children
    block.children = [*parts, *shaped(block.children[1:])]
    if not lazy:
        return [block]
    lazy[-1].children += block.children[len(parts) :]
    del block.children[len(parts) :]
    lazy[-1].end, block.end = block.end, lazy[0].start
    return [block, *lazy]


def _is_lazy(block: Block) -> bool:
    line = block.source.lines[block.start]
    return len(line) - len(line.lstrip(" \t")) < block.indent


def _quotation(block: Block) -> list[Block]:
    lines = block.lines()
    if not may_hold_box("\n".join(lines)):
        return [block]
    if block.source.depth >= MAX_QUOTES:
        raise Invalid(
            _("Line %(line)s: quotations are nested more than %(limit)s deep.")
            % {"line": block.line, "limit": MAX_QUOTES},
            code="too_deep",
            line=block.line,
        )
    depth = block.source.depth + 1
    inner = [_unquoted(line, block.indent) for line in lines]
    lazy = [place for place, line in enumerate(lines) if line.strip() and not _QUOTE.match(line)]
    source = Source(inner, block.numbers, depth=depth, lazy=lazy)
    block.children = shaped(source.blocks)
    if source.end >= len(lines):
        return [block]
    rest = Source(lines[source.end :], block.numbers[source.end :], depth=depth)
    block.end = block.start + source.end
    return [block, *shaped(rest.blocks)]


def _unquoted(line: str, indent: int) -> str:
    """The line without its mark; tabs count from where they really stand."""
    found = _QUOTE.match(line)
    if not found:
        return line
    rest = line[found.end() :]
    text = rest.lstrip(" \t")
    column = first = indent + found.end()
    for blank in rest[: len(rest) - len(text)]:
        column += 4 - column % 4 if blank == "\t" else 1
    return " " * max(0, column - first - 1) + text


def _html(block: Block) -> list[Block]:
    block.children = shaped(html.blocks_in(block), details=False)
    return [block]


_SHAPES: dict[str, Callable[[Block], list[Block]]] = {
    "heading": _heading,
    "paragraph": _split,
    "list": _list,
    "blockquote": _quotation,
    "html_block": _html,
    "details": _html,
}
