"""Lines that are plain text to Markdown and more to people: lists with other bullets, headings of
wikis, the frames of admonitions."""

from __future__ import annotations

import re

from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.boxes import loose_box, without_bullet

_HEADING = re.compile(r"(?:(={1,6})|h([1-6])\.)[ \t]+([^\s=].*)")
"""`== Before`, `== Before ==`, `h2. Before`"""
_FRAME = re.compile(r":{3,}[ \t]*([A-Za-z][\w-]{0,40})?")
"""`:::tip`, `:::warning Not on Fridays`, `:::note[Mind this]`, `:::`"""
_LINE_MAX = 300
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
    """Whether a line is a heading of a wiki or the frame of an admonition."""
    return len(line) <= _LINE_MAX and bool(_FRAME.match(line.lstrip()) or _HEADING.match(line))


def block_at(block: Block, place: int, line: str) -> Block | None:
    """A line of a paragraph, counted from 0, as a heading or as a block of kind `colons`."""
    if not is_markup(line):
        return None
    frame = _FRAME.match(line.lstrip())
    heading = _HEADING.match(line)
    kind = "colons" if frame else "heading"
    made = block.part(kind, block.start + place, block.start + place + 1)
    if frame:
        made.text = _frame_title(frame[1], line.lstrip()[frame.end() :])
    elif heading:
        made.text = heading[3].rstrip("= \t")
        made.level = len(heading[1] or "") or int(heading[2])
    return made


def _frame_title(kind: str | None, rest: str) -> str:
    """What a frame says beside its kind, without attributes in braces."""
    title = rest.partition("{")[0].strip()
    if title.startswith("["):
        title = title[1:].partition("]")[0].strip()
    return f"**{kind}:** {title}" if title and kind else title


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
