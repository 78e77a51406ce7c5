"""Tables of contents: lists of links to the headings of the same file."""

from __future__ import annotations

import re

from checklists.formats.keys import slug
from checklists.formats.markdown.blocks import Block, everything
from checklists.formats.markdown.boxes import leading_box

_ANCHOR = re.compile(r"[*_]{0,3}(?:[0-9.]+\s+)?\[[^\n]{1,300}\]\(#([^()\s]{0,300})\)[.:]?[*_]{0,3}")


def find(blocks: list[Block]) -> None:
    """Make each list that is a table of contents one of kind `contents`, if others are left."""
    titles = {_letters(block.text) for block in everything(blocks) if block.kind == "heading"}
    lists = [block for block in everything(blocks) if block.kind == "list"]
    found = [block for block in lists if _repeats(block, titles)]
    inside = {id(part) for block in found for part in everything([block])}
    if all(id(block) in inside for block in lists) and _boxed(found):
        return
    for block in found:
        if block.kind == "list":
            block.kind, block.children, block.box = "contents", [], None


def _repeats(block: Block, titles: set[str]) -> bool:
    anchors = [_anchor(entry) for entry in everything([block]) if entry.kind == "list_item"]
    if not anchors or None in anchors:
        return False
    known = sum(_letters(anchor or "") in titles for anchor in anchors)
    return known * 2 >= len(anchors)


def _anchor(entry: Block) -> str | None:
    first = entry.children[0] if entry.children else None
    if first is None or first.kind != "paragraph":
        return None
    text = first.body().strip()
    box = leading_box(text)
    found = _ANCHOR.fullmatch(text[box.end :].strip() if box else text)
    return found.group(1) if found else None


def _letters(text: str) -> str:
    return slug(text).replace("-", "").replace("_", "")


def _boxed(blocks: list[Block]) -> bool:
    return any(block.box for block in everything(blocks))
