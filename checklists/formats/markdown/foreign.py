"""Lines that mean something elsewhere: headings of wikis, and the frames of admonitions."""

from __future__ import annotations

import re

from checklists.formats.markdown.blocks import Block

_HEADING = re.compile(
    r"(?:(?P<signs>={1,6})|h(?P<number>[1-6])\.)[ \t]+(?P<text>[^\s=][^\n]{0,500}?)[ \t]*=*[ \t]*"
)
"""`== Before`, `== Before ==`, `h2. Before`"""
_FRAME = re.compile(
    r"[ \t]*:{3,}[ \t]*(?:[A-Za-z][\w-]{0,40})?"
    r"(?:\[(?P<short>[^\[\]]{0,200})\]|[ \t]+(?P<long>[^{}]{1,200}))?(?:\{[^{}]{0,200}\})?[ \t]*"
)
"""`:::tip`, `:::warning Not on Fridays`, `:::note[Mind this]`, `:::`"""


def is_markup(line: str) -> bool:
    """Whether a line is such a heading or frame."""
    return bool(_FRAME.fullmatch(line) or _HEADING.fullmatch(line))


def block_at(block: Block, place: int, line: str) -> Block | None:
    """A line of a paragraph, counted from 0, as a heading or as a block of kind `colons`."""
    frame = _FRAME.fullmatch(line)
    heading = None if frame else _HEADING.fullmatch(line)
    if not (frame or heading):
        return None
    kind = "colons" if frame else "heading"
    made = block.part(kind, block.start + place, block.start + place + 1)
    if frame:
        made.text = (frame["short"] or frame["long"] or "").strip()
    if heading:
        made.text = heading["text"].strip()
        made.level = len(heading["signs"] or "") or int(heading["number"])
    return made
