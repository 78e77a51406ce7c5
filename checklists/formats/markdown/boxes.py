"""The boxes that people put before what must be done, and what they put into them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from checklists.formats.tree import DONE, NOT_APPLICABLE

_SPACES = r"[\s\u200b\ufeff_]{0,8}"
_TICKS, _CROSSES = "✅✔✓√", "❌✗✘✖❎"
_BALLOTS = "☐☑☒🗹🗷⬜◻◽▢□🔲🔳❏❐❑❒"
_CROSSED = "x\u0445\u03c7\uff58\u00d7"
"""An x, and what looks like one in other alphabets."""
_MARKS = (
    rf"n/?\.?a\.?|n\.a\.|done|yes|ok"
    rf"|[{_CROSSED}vy*~+/<>!?.☐☑☒\-\u2013\u2014{_TICKS}{_CROSSES}]"
)
_BRACKETS = rf"\\?[\[\uff3b]{_SPACES}((?:{_MARKS})\ufe0f?)?{_SPACES}\\?[\]\uff3d]"
_NAMES = {
    "white_check_mark": "✅",
    "heavy_check_mark": "✔",
    "ballot_box_with_check": "☑",
    "white_large_square": "☐",
    "white_medium_square": "☐",
    "black_square_button": "☐",
    "white_square_button": "☐",
    "x": "❌",
    "negative_squared_cross_mark": "❎",
}
_LEADING = re.compile(
    rf"[ \t]*(?:(?P<bracket>{_BRACKETS})(?![(\[:])"
    rf"|(?P<round>\({_SPACES}([xX✓✔]?){_SPACES}\))(?=\s)"
    rf"|(?P<sign>[{_BALLOTS}{_TICKS}{_CROSSES}])\ufe0f?"
    rf"|:(?P<name>{'|'.join(_NAMES)}):"
    r"|(?P<entity>&#(?:[0-9]{1,6}|[xX][0-9a-fA-F]{1,5});)"
    r"|(?P<input><input\b[^<>]{0,300}>)"
    rf"|(?P<wrap>\*\*|`|__){_BRACKETS}(?P=wrap)(?=\s))",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    rf"[\[\uff3b][^\[\]\n]{{0,8}}[\]\uff3d]|\(.?\)|[{_BALLOTS}{_TICKS}{_CROSSES}]"
    rf"|:(?:{'|'.join(_NAMES)}):|&#|<input",
    re.IGNORECASE,
)
_GAP = re.compile(r"[\s\u200b\ufeff]*")
_GFM = re.compile(r"[ \t]*\[[ \txX]\][ \t]")
_SIGNS = "•‣◦▪●∙·\u30fb\u2043►▶➤→"
_COUNT = r"\(?(?:\d{1,9}(?:\.\d{1,4}){0,5}|[a-z]|[ivx]{1,5})[.)、\uff0e\uff09]"
"""What lists are counted with: in any digits, with a letter, by chapter."""
_BULLET = re.compile(
    rf"[ \t]*(?:[-+*{_SIGNS}\u2013\u2014]{{1,6}}[ \t\xa0]*"
    rf"|\d{{1,9}}(?:\.\d{{1,4}}){{1,5}}[ \t\xa0]+|{_COUNT}[ \t\xa0]*)?",
    re.IGNORECASE,
)
_SIGN_BULLET = re.compile(
    rf"[ \t]*(?:[-+*][ \t]+|[{_SIGNS}][ \t]*|{_COUNT}(?:(?<=[、\uff0e\uff09])|[ \t])[ \t]*"
    r"|\.{1,5}[ \t]+)(?=\S)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s+(?:\\?\[[ xX]?\\?\]|[☐☑☒]\ufe0f?)\s*$")
_DONE = {*_TICKS, *_CROSSED, "v", "y", "*", "+", "☑", "☒", "🗹", "🗷", "yes", "ok", "done"}
_NOT_APPLICABLE = {"n/a", "na", "n.a.", "n.a", "-", "~", "\u2013", "\u2014"}
_UNGLUED = {"", *_CROSSED}


@dataclass(frozen=True, slots=True)
class Box:
    """A box at the beginning of a line, or at its end. The text beside it begins at `end`, and is
    followed by `tail` characters.

    `answer` is `done` or `not_applicable`; `mark` is what stands in it if that says neither.
    `odd`: its brackets are none to other readers of Markdown. `weak`: a sign that is often mere
    decoration.
    """

    end: int = 0
    tail: int = 0
    answer: str = ""
    mark: str = ""
    odd: bool = False
    weak: bool = False


NO_BOX = Box()
"""For what is an item without having a box."""


def leading_box(line: str) -> Box | None:
    """The box that a line begins with."""
    found = _LEADING.match(line)
    if not found:
        return None
    mark, weak = _mark(found)
    if mark is None:
        return None
    end = found.end()
    bracket = found["bracket"] is not None
    if bracket and mark not in _UNGLUED and line[end : end + 1].strip():
        return None
    gap = _GAP.match(line, end)
    text = gap.end() if gap else end
    odd = bracket and not _GFM.match(f"{line[: end + 1]} ")
    return Box(text, 0, answer_of(mark), _unclear(mark), odd, weak)


def loose_box(line: str) -> Box | None:
    """The box that a line of a paragraph begins with, after a bullet that is none to Markdown."""
    bullet = _BULLET.match(line)
    start = bullet.end() if bullet else 0
    for begin in dict.fromkeys((0, start)):  # “(x) text” is a box and no bullet
        box = leading_box(line[begin:])
        if box and line[begin + box.end :]:
            return replace(box, end=box.end + begin, odd=True)
    return None


def trailing_box(line: str) -> Box | None:
    """The box that a line ends with."""
    found = _TRAILING.search(line[-40:])
    if not found or len(line.strip()) <= len(found.group()):
        return None
    box = leading_box(found.group().strip())
    return replace(box, end=0, tail=len(found.group()), odd=True) if box else None


def without_bullet(line: str) -> int:
    """Where the text of a line begins that has a bullet which is none to Markdown, if it has."""
    found = _SIGN_BULLET.match(line)
    return found.end() if found else 0


def answer_of(mark: str) -> str:
    """What a mark says: `done`, `not_applicable` or nothing."""
    plain = mark.casefold()
    if plain in _DONE:
        return DONE
    return NOT_APPLICABLE if plain in _NOT_APPLICABLE else ""


def may_hold_box(text: str) -> bool:
    """Whether a text could hold a box anywhere: quick, and sure where it says no."""
    return bool(_ANYWHERE.search(text))


def _mark(found: re.Match[str]) -> tuple[str | None, bool]:
    """The mark in the box, None if this is no box after all; and whether that is a weak one."""
    if found["bracket"] is not None:
        return (found[2] or "").rstrip("\ufe0f").casefold(), False
    if found["wrap"] is not None:
        return (found[found.re.groups] or "").rstrip("\ufe0f").casefold(), True
    if found["round"] is not None:
        return found["round"].strip("() \t").casefold(), True
    if found["input"] is not None:
        given = found["input"].casefold()
        return ("x" if "checked" in given else "") if "checkbox" in given else None, False
    sign = found["sign"] or _NAMES.get((found["name"] or "").casefold(), "")
    sign = sign or html.unescape(found["entity"] or "")
    if sign not in _BALLOTS + _TICKS + _CROSSES:
        return None, False
    empty = sign in _BALLOTS and sign not in _DONE
    return "" if empty else sign, sign not in _BALLOTS


def _unclear(mark: str) -> str:
    return "" if not mark or answer_of(mark) else mark
