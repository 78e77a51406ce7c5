"""Keys: the slug paths that name sections, groups and items for life.

A section's key has one segment, a group's two, an item's three:
`infrastructure/compute/configure-auto-scaling`. What stands under no heading of its level gets the
segment `general`, so a key always has as many segments as its level.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

GENERAL = "general"
SLUG_MAX = 80
_WORD = re.compile(r"[a-z0-9_]+")
_EMOJI_MARKS = "\ufe0e\ufe0f\u20e3"
SEGMENT_MAX = 90
"""A slug and the number that tells it from its namesakes."""
KEY_MAX = 3 * SEGMENT_MAX + 2


def slug(title: str) -> str:
    """The key segment of a title: lower case, letters and digits of any script, else hyphens.

    Empty if the title has no letter and no digit. A slug is its own slug.
    """
    return _hyphenated(title)[:SLUG_MAX].strip("-")


def is_key(text: str, *, segments: int) -> bool:
    """Whether the text can be a key of that level."""
    parts = text.split("/")
    return len(parts) == segments and all(_is_segment(part) for part in parts)


class KeyBook:
    """Gives out the keys of one level so that none is given twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: defaultdict[str, int] = defaultdict(lambda: 1)

    def reserve(self, key: str) -> bool:
        """Take the key as it is. False if somebody has it."""
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def make(self, prefix: str, title: str, *, fallback: str) -> str:
        """The title's key below the prefix; namesakes get -2, -3 in the order of asking."""
        base = "/".join(filter(None, (prefix, slug(title) or fallback)))
        key = base
        while not self.reserve(key):
            self._last[base] += 1
            key = f"{base}-{self._last[base]}"
        return key


def _belongs(character: str) -> bool:
    """Combining marks belong to their letter: without them Hindi or Thai words fall apart.

    Those that only choose how an emoji looks (⚙️, 1️⃣) belong to nothing that can be read.
    """
    if character in _EMOJI_MARKS:
        return False
    return character == "_" or unicodedata.category(character)[0] in "LNM"


def _hyphenated(text: str) -> str:
    if text.isascii():
        return "-".join(_WORD.findall(text.lower()))
    for _ in range(3):  # folding can undo the normal form, so both are repeated until they agree
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "-".join("".join(c if _belongs(c) else " " for c in text).split())


def _is_segment(text: str) -> bool:
    return 0 < len(text) <= SEGMENT_MAX and _hyphenated(text) == text
