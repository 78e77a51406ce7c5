"""Answers to choose from (“☐ Yes ☐ No ☐ N/A”): they belong to a question and are no items."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checklists.formats.markdown.boxes import Box, leading_box
from checklists.formats.tree import DONE, NOT_APPLICABLE

_YES = """yes y pass passed true ok okay done complete completed met compliant ja oui sí si sim да
    是 はい כן نعم 예"""
_NO = """no n fail failed false incomplete partial partially partly unknown maybe other pending
    non-compliant noncompliant nein non não нет 否 いいえ לא لا 아니요 teilweise"""
_PHRASES = {"not ok", "not done", "not met", "not yet", "not sure", "don't know", "in progress"}
_NOT_APPLICABLE = {"n/a", "na", "n.a", "n.a.", "not applicable", "entfällt", "nicht anwendbar"}
_SAYS_YES = frozenset(_YES.split())
_WORDS = frozenset({*_SAYS_YES, *_NO.split(), *_PHRASES, *_NOT_APPLICABLE})
_REST = re.compile(r"\s*(?:[,;:(]|[-\u2013\u2014]\s|_{2,}).*", re.DOTALL)
_BETWEEN = re.compile(r"\s*[/|]\s*|\s+or\s+|\s{3,}")
_SIGNS = re.compile(r"(?=[☐☑☒⬜🔲]|(?<!\S)\\?\[[ xX]?\\?\](?!\()|(?<!\S)\([ xX]?\)\s)")
_NA = re.compile(r"\bn/a\b", re.IGNORECASE)
SIGNS = re.compile(r"(?=[☐☑☒])")
"""Where a box begins that may stand in the middle of a line."""
_TEXT_MAX = 500


@dataclass(frozen=True, slots=True)
class Options:
    """What one may answer. `chosen` is the text of the one that is ticked, if any."""

    na: bool
    answer: str = ""
    chosen: str = ""


def is_option(text: str) -> bool:
    """Whether a text is an answer and not something to do."""
    return _option(text) in _WORDS


def of_entries(entries: list[tuple[Box | None, str]]) -> Options | None:
    """The options that the entries of a list are; None if any of them is something else."""
    words = [_option(text) for _, text in entries]
    if len(set(words)) < 2 or not all(word in _WORDS for word in words):
        return None
    chosen = [
        (word, text) for word, (box, text) in zip(words, entries, strict=True) if box and box.answer
    ]
    word, text = chosen[0] if len(chosen) == 1 else ("", "")
    return Options(bool(_NOT_APPLICABLE & set(words)), answer_of(word), text.strip())


def in_line(text: str) -> Options | None:
    """The options that a line is: “Yes / No”, “☐ Yes ☐ No”."""
    if len(text) > _TEXT_MAX:
        return None
    signs = [part.strip() for part in _SIGNS.split(text) if part.strip()]
    if len(signs) > 1:
        return of_entries([_boxed(part) for part in signs])
    plain = _NA.sub("na", text.strip().strip("()[]*_ "))
    return of_entries([(None, part) for part in _BETWEEN.split(plain)])


def at_end(text: str) -> tuple[str, Options | None]:
    """A question without the options that follow it on its line, and those."""
    if len(text) > _TEXT_MAX:
        return text, None
    first = next((found.start() for found in _SIGNS.finditer(text) if found.start()), 0)
    options = in_line(text[first:]) if first else None
    return (text[:first].rstrip(" :-\u2013\u2014"), options) if options else (text, None)


def answer_of(word: str) -> str:
    """What an answer in words says: `done`, `not_applicable` or neither."""
    plain = _option(word)
    if plain in _SAYS_YES:
        return DONE
    return NOT_APPLICABLE if plain in _NOT_APPLICABLE else ""


def _option(text: str) -> str:
    plain = text.strip().strip("*_` ").casefold().replace("\u2019", "'").rstrip(".!… ")
    if plain in _WORDS or len(plain) > _TEXT_MAX:
        return plain
    words = " ".join(plain.split())
    for length in (2, 1):
        head = " ".join(re.split(r"\s+", words, maxsplit=length)[:length]).rstrip(",;:(_")
        if head in _WORDS and _REST.fullmatch(words[len(head) :]):
            return head
    return words


def _boxed(part: str) -> tuple[Box | None, str]:
    box = leading_box(part)
    return box, part[box.end :] if box else part
