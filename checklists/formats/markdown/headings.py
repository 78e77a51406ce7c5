"""Headings in all but name: bold lines above items, and entries that only hold others together."""

from __future__ import annotations

import re
from itertools import pairwise

from checklists.formats.markdown.blocks import Block, everything
from checklists.formats.markdown.pieces import LINE_LEVEL, SECTION_LEVEL

_BOLD = re.compile(r"\s*(\*\*|__)(?![\s*_])([^*]+?)(?<!\s)(?:\1:?|:\1)\s*")
_SIGN_FIRST = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]\ufe0f?\s+\S")
_LINE_MAX = 120
_NAME = re.compile(r"[^\n.!?]{1,60}[:\uff1a][ \t]*")
_CONTAINERS = {"blockquote", "html_block", "details", "opened"}
_OF_ITEMS = {"list", "table", "html_block", "details"}


def find(blocks: list[Block]) -> None:
    """Make headings of what looks like one to a person. Items must be known already."""
    real = any(b.kind == "heading" and b.level >= SECTION_LEVEL for b in everything(blocks))
    _look(blocks, LINE_LEVEL if real else SECTION_LEVEL)
    if not real:
        _name_lists(blocks)


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
    """In a file without headings, short lines that end in a colon name the lists below them."""
    found = [
        block
        for block, below in pairwise(blocks)
        if block.kind == "paragraph" and below.kind == "list" and below.has_box
        if _NAME.fullmatch(block.body())
    ]
    for block in found if len(found) > 1 else ():
        _make_heading(block, block.body().strip().rstrip(":\uff1a "), SECTION_LEVEL)


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
