"""Headings in all but name: bold lines and such in capitals above items, and entries that only hold
others together."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile

from checklists.formats.markdown.blocks import Block, everything
from checklists.formats.markdown.pieces import LINE_LEVEL, SECTION_LEVEL

_BOLD = re.compile(r"\s*(\*\*|__)(?![\s*_])([^*]+?)(?<!\s)(?:\1:?|:\1)\s*")
_SIGN_FIRST = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]\ufe0f?\s+\S")
_LINE_MAX = 120
_SHOUTED = re.compile(r"[^\W\d_][^\n.!?]{2,59}")
_NAME = re.compile(r"[^\n.!?]{1,60}[:\uff1a][ \t]*")
_PLAIN_NAME = re.compile(r"[^\n]{0,59}[^\s.!?,;]")
_CONTAINERS = {"blockquote", "html_block", "details", "opened"}
_OF_ITEMS = {"list", "table", "html_block", "details"}


def find(blocks: list[Block]) -> None:
    """Make headings of what looks like one to a person. Items must be known already."""
    real = any(b.kind == "heading" and b.level >= SECTION_LEVEL for b in everything(blocks))
    _look(blocks, LINE_LEVEL if real else SECTION_LEVEL)
    if not real:
        _name_lists(blocks)
    _name_in_capitals(blocks, LINE_LEVEL)


def _look(blocks: list[Block], level: int) -> None:
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        below = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.kind in _CONTAINERS:
            _look(block.children, level)
        elif block.kind == "list" and _holds_lists_only(block):
            blocks[place : place + 1] = _opened(block, level)
        elif block.kind == "paragraph" and below and below.kind in _OF_ITEMS and below.has_box:
            _make_heading(block, _line_title(block.body()), level)


def _name_lists(blocks: list[Block]) -> None:
    """In a file without headings, short lines name the lists below them: if they end in a colon, or
    if a list of several entries shows that they are no notes between single ones."""
    above = [
        place
        for place, (block, below) in enumerate(pairwise(blocks))
        if block.kind == "paragraph" and below.kind == "list" and below.has_box
    ]
    named = [place for place in above if _NAME.fullmatch(blocks[place].body())]
    plain = [place for place in above if _PLAIN_NAME.fullmatch(blocks[place].body())]
    if len(plain) > len(named) and any(_several(blocks, place + 1) for place in plain):
        named = plain
        first = blocks[0].kind == "paragraph" and named[0] > 0
        if first and not _has_title(blocks) and _PLAIN_NAME.fullmatch(blocks[0].body()):
            _make_heading(blocks[0], blocks[0].body().strip(), 1)
    divides = bool(named) and any(block.has_box for block in blocks[: named[0]])
    for place in named if len(named) > 1 or (divides and _several(blocks, named[0] + 1)) else ():
        title = blocks[place].body().strip().rstrip(":\uff1a ")
        _make_heading(blocks[place], title, SECTION_LEVEL)


def _name_in_capitals(blocks: list[Block], level: int) -> None:
    """Several lines in capitals above items are the headings of plain text."""
    found = [
        block
        for block, below in pairwise(blocks)
        if block.kind == "paragraph" and below.kind in _OF_ITEMS and below.has_box
        if _SHOUTED.fullmatch(block.body()) and block.body().isupper()
    ]
    for block in found if len(found) > 1 else ():
        _make_heading(block, block.body().strip().rstrip(":\uff1a "), level)


def _several(blocks: list[Block], place: int) -> bool:
    """Whether several entries with boxes stand there without anything between."""
    lists = takewhile(lambda block: block.kind == "list", blocks[place : place + 2])
    return sum(entry.box is not None for block in lists for entry in block.children) > 1


def _has_title(blocks: list[Block]) -> bool:
    return any(block.kind == "heading" for block in everything(blocks))


def _make_heading(block: Block, title: str, level: int) -> None:
    if title:
        block.kind, block.level, block.text = "heading", level, title


def _line_title(text: str) -> str:
    if "\n" in text or len(text) > _LINE_MAX:
        return ""
    bold = _BOLD.fullmatch(text)
    if bold:
        return bold.group(2)
    return text.strip() if _SIGN_FIRST.match(text) and text.rstrip()[-1] not in ".!?,;:" else ""


def _holds_lists_only(block: Block) -> bool:
    """Whether no entry of a list is an item, and each is a line with items below it."""
    return all(
        entry.box is None
        and len(entry.children) > 1
        and entry.children[0].kind == "paragraph"
        and "\n" not in entry.children[0].body()
        and entry.children[1].kind == "list"
        and entry.children[1].has_box
        for entry in block.children
    )


def _opened(block: Block, level: int) -> list[Block]:
    """What is in the entries of a list, under headings."""
    found: list[Block] = []
    for entry in block.children:
        title, *below = entry.children
        text = title.body()
        _make_heading(title, _line_title(text) or text.strip().rstrip(":"), level)
        found += [title, *below]
    return found
