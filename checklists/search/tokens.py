"""What a word is, in any script. Pure.

Scripts that put no space between words are taken character by character, and a run of them is
found as a phrase: so two characters of Chinese are found within a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

LONGEST_QUERY = 200
MOST_TERMS = 8
LONGEST_TOKEN = 64
MOST_TOKENS = 20_000
"""Of one text; what comes after is not found."""

# Thai, Lao, Myanmar, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, folded, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; of the last, the beginning is enough if `open_end`."""

    words: tuple[str, ...]
    open_end: bool

    def ends(self, folded: list[str]) -> bool:
        """Whether the term stands at the end of these words."""
        here = folded[-len(self.words) :]
        if len(here) < len(self.words) or here[:-1] != list(self.words[:-1]):
            return False
        last = self.words[-1]
        return here[-1].startswith(last) if self.open_end else here[-1] == last


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order."""
    for count, found in enumerate(_pattern().finditer(text)):
        if count == MOST_TOKENS:
            return
        folded = _folded(found[0])
        if folded:
            yield Token(folded[:LONGEST_TOKEN], found.start(), found.end())


def words_of(text: str) -> str:
    """The words of a text as the index holds them."""
    return " ".join(token.folded for token in tokens(text))


def terms_of(query: str) -> tuple[Term, ...]:
    """What is looked for: every word by its beginning, and what is in quotes as it stands.

    Whatever is typed means something or nothing; nothing is an error.
    """
    found = []
    for quoted, word in re.findall(r'"([^"]*)"?|([^\s"]+)', query[:LONGEST_QUERY]):
        words = tuple(token.folded for token in tokens(quoted or word))
        if words:
            found.append(Term(words, open_end=bool(word)))
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def _folded(word: str) -> str:
    """Without case and without the variants of a character; only what both databases keep."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c)[0] == "M")


@cache
def _pattern() -> re.Pattern[str]:
    marks = "".join(
        re.escape(c) for c in map(chr, range(0x300, 0xFFFF)) if unicodedata.category(c)[0] == "M"
    )
    spaced = rf"(?![{_UNSPACED}])"
    return re.compile(rf"[{_UNSPACED}]|{spaced}[^\W_](?:{spaced}(?:[^\W_]|[{marks}]))*")
