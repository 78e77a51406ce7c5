"""How much an item is required, from a word or sign beside its title."""

from __future__ import annotations

import re

from checklists.formats.tree import MAY, MUST, SHOULD

_LEVELS = {
    MUST: """must|must[ -]have|required|mandatory|critical|blocker|blocking|high|highest|urgent
        |muss|pflicht|zwingend|essential|p0|s0|sev-?[01]|🔴|🚨|⛔|❗""",
    SHOULD: """should|should[ -]have|recommended|medium|moderate|major|sev-?2|🟡|🟠
        |soll|sollte|empfohlen""",
    MAY: """may|kann|could|could[ -]have|won['\u2019]?t|won['\u2019]?t[ -]have|optional
        |nice[ -]to[ -]have|good[ -]to[ -]have|low|lowest|minor|p[45]|sev-?[345]|🟢|🔵|⚪""",
}
_WORD = "(?:" + "|".join(re.sub(r"\s+", "", level) for level in _LEVELS.values()) + "|p[123])"
_WORD = _WORD.replace("[-]", "[ -]")
_NAMED = (
    rf"(?:(?:severity|priority|prio|level|importance)\s*[:=-]?\s*)?({_WORD})"
    r"(?:[ -](?:severity|priority|prio))?"
)
_SIGNS = "🔴🚨⛔❗🟡🟠🟢🔵⚪"
_PLACES = [
    re.compile(
        rf"[\[(【{{]\s*{_NAMED}\s*[\])】}}]\s*[:\u2013\u2014-]?\s*(?P<rest>\S.*)", re.I | re.S
    ),
    re.compile(rf"{_NAMED}\s*(?::|\s[\u2013\u2014-])\s+(?P<rest>\S.*)", re.I | re.S),
    re.compile(rf"([{_SIGNS}])\ufe0f?\s*(?P<rest>\S.*)", re.S),
    re.compile(rf"(?P<rest>.*\S)\s*[\[(【{{]\s*{_NAMED}\s*[\])】}}](?P<end>[.:]?)", re.I | re.S),
    re.compile(rf"(?P<rest>.*\S)\s*([{_SIGNS}])\ufe0f?", re.S),
    re.compile(
        r"(?P<rest>.*\S)\s+[\u2013\u2014-]\s+(required|mandatory|recommended|optional|critical"
        r"|must have|nice to have|p[0-5])",
        re.I | re.S,
    ),
]
_BESIDE = [place for number, place in enumerate(_PLACES) if number in (0, 2, 3, 4)]
"""In brackets or as a sign: what may be a tag of a heading, too."""
_SHOUTED = re.compile(r"\b(MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED|MAY|OPTIONAL)\b")
_WHOLE = re.compile(_NAMED, re.I)
_HEADING = re.compile(
    r"(?:[0-9.]+\s+)?(must[ -]haves?|should[ -]haves?|could[ -]haves?|nice[ -]to[ -]haves?"
    r"|good[ -]to[ -]haves?|required|mandatory|recommended|optional)"
    r"(?:\s+(?:items?|checks?|tasks?|steps?|points?))?",
    re.I,
)
_TEXT_MAX = 1_000


def split(text: str, *, from_zero: bool = True) -> tuple[str, str]:
    """The title without its tag, and what the tag says: must, should, may or nothing.

    `from_zero`: the file's scale begins at P0, so that P1 is the second of it.
    """
    if len(text) > _TEXT_MAX:
        return text, ""
    rest, word = _tagged(text, _PLACES)
    if word:
        return rest, of_word(word, from_zero=from_zero)
    shouted = _SHOUTED.search(text)
    if shouted and not text.isupper():
        return text, of_word(shouted.group().replace("SHALL", "must"))
    return text, ""


def of_word(text: str, *, from_zero: bool = True) -> str:
    """What a word of severity says: must, should or may; nothing if it is another word."""
    found = _WHOLE.fullmatch(text.strip().strip("*_`[]() ").rstrip("\ufe0f"))
    if not found:
        return ""
    word = found.group(1).casefold()
    if word in ("p1", "p2", "p3"):
        place = int(word[1]) - (0 if from_zero else 1)
        return (MUST, SHOULD, MAY, MAY)[place]
    for level, words in _COMPILED.items():
        if words.fullmatch(word):
            return level
    return ""


def of_letter(text: str) -> str:
    """What a letter of the MoSCoW method says."""
    return {"m": MUST, "s": SHOULD, "c": MAY, "w": MAY}.get(text.strip().casefold(), "")


def of_heading(title: str) -> str:
    """What a heading says of everything under it, by its words or a tag beside them."""
    title = title.strip()
    found = _HEADING.fullmatch(title)
    if found:
        return of_word(re.sub(r"s$", "", found.group(1)))
    _rest, word = _tagged(title, _BESIDE)
    return of_word(word)


def _tagged(text: str, places: list[re.Pattern[str]]) -> tuple[str, str]:
    """The text without its tag, and the tag; no tag if there is none in these places."""
    for place in places if len(text) <= _TEXT_MAX else ():
        found = place.fullmatch(text)
        if found:
            word = next(group for group in found.groups() if group and _is_word(group))
            return (found["rest"] + (found.groupdict().get("end") or "")).strip(), word
    return text, ""


def _is_word(text: str) -> bool:
    return bool(_WHOLE.fullmatch(text))


_COMPILED = {
    level: re.compile(re.sub(r"\s*\n\s*", "", words), re.I) for level, words in _LEVELS.items()
}
