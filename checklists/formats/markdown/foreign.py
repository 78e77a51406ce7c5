"""Lines that are plain text to Markdown and more to people: lists with other bullets, headings of
wikis, the frames of admonitions."""

from __future__ import annotations

import re

from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.boxes import loose_box, without_bullet

_HEADING = re.compile(
    r"(?:(?P<signs>={1,6})|h(?P<number>[1-6])\.)[ \t]+(?P<text>[^\s=][^\n]{0,500}?)[ \t]*=*[ \t]*"
)
"""`== Before`, `== Before ==`, `h2. Before`"""
_FRAME = re.compile(
    r"[ \t]*:{3,}[ \t]*(?P<kind>[A-Za-z][\w-]{0,40})?"
    r"(?:\[(?P<short>[^\[\]]{0,200})\]|[ \t]+(?P<long>[^{}]{1,200}))?(?:\{[^{}]{0,200}\})?[ \t]*"
)
"""`:::tip`, `:::warning Not on Fridays`, `:::note[Mind this]`, `:::`"""

_JIRA_SIGN = re.compile(r"((?:^[ \t]*(?:[-*#]{1,6}[ \t]+)?|\|[ \t]*))\(([/x])\)(?=[ \t|]|$)")
_JIRA_LINK = re.compile(r"\[([^\[\]|]{1,300})\|((?:https?://|mailto:|/)[^\[\]|\s]{1,2000})\]")
_JIRA = {"/": "✅", "x": "❌"}


def from_jira(lines: list[str]) -> list[str]:
    """The lines with Jira's signs and links as they are written elsewhere, if it wrote them."""
    signed = any("(/)" in line for line in lines)
    if not signed and not any(line.lstrip().startswith("||") for line in lines):
        return lines
    linked = [_JIRA_LINK.sub(r"[\1](\2)", line) for line in lines]
    if not signed:
        return linked
    return [_JIRA_SIGN.sub(lambda sign: sign[1] + _JIRA[sign[2]], line) for line in linked]


def begins_table(lines: list[str], place: int) -> bool:
    """Whether a table of Jira begins on that line: its header has two bars between cells."""
    below = lines[place + 1].lstrip() if place + 1 < len(lines) else ""
    line = lines[place].strip()
    header = line.startswith("||") and line.endswith("||") and line.count("||") > 2
    return header and below.startswith("|") and not below.startswith("||")


def header(line: str) -> str:
    """The header of a table of Jira as that of any other."""
    return line.replace("||", "|")


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
        title = (frame["short"] or frame["long"] or "").strip()
        made.text = f"**{frame['kind']}:** {title}" if title and frame["kind"] else title
    if heading:
        made.text = heading["text"].strip()
        made.level = len(heading["signs"] or "") or int(heading["number"])
    return made


def listed(block: Block, lines: list[str]) -> list[Block] | None:
    """A paragraph of several lines with bullets, or with a line above them that ends in a colon, as
    the list that it looks like. Its boxes are found elsewhere."""
    named = len(lines) > 1 and lines[0].rstrip().endswith(":") and not without_bullet(lines[0])
    entries = lines[1:] if named else lines
    if len(lines) < 2 or not all(map(without_bullet, entries)) or any(map(loose_box, entries)):
        return None
    start = block.start + named
    made = block.part("list", start, block.end)
    for place in range(start, block.end):
        entry = block.part("list_item", place, place + 1)
        entry.children = [block.part("paragraph", place, place + 1)]
        made.children.append(entry)
    return [block.part("paragraph", block.start, start), made] if named else [made]
