"""What stands on one line: a title without its markup, the links of a related document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from checklists.formats.markdown import comments, severity

LINE_MAX = 4_000
"""Characters of Markdown in one title; a longer one is refused before it is parsed."""

_MARKUP = re.compile(r"[\\`*_\[\]<>&!~]")
_BREAKS = re.compile(r"[\t\n\x0b\x0c\x85\u2028\u2029]+|  +")
_CONDITION = re.compile(r"\s*\((if\s+needed|if\s+applicable)\)", re.IGNORECASE)
_DASHES = " \t-\u2013\u2014:"
_HINT = re.compile(r"\s*<!--(?! readiness \{)(.*?)-->")
_SHIELD = re.compile(
    r"/badge/(?:(?:severity|priority|level)[-_])?([a-z]+[0-9]?)[-_.?]", re.IGNORECASE
)
BADGE = re.compile(r"badge|shields\.io|/workflows?/|/actions/|codecov|coveralls|travis-ci", re.I)
"""What the address of a badge holds."""
_ANCHOR = re.compile(r"\s*\{#[\w:.-]{1,100}[^{}]{0,80}\}$")
_FOOTNOTE = re.compile(r"[ \t]?\[(\^[^\[\]\s]{1,100})\]")
_LOSSY = {"link_open", "image", "html_inline", "s_open"}


class _Inline(MarkdownIt):
    """Leaves addresses as they are written, so that they survive being read and written again."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        return url


_INLINE = _Inline("commonmark", {"maxNesting": 20}).enable("strikethrough")


@dataclass(frozen=True, slots=True)
class Title:
    """A title as read. `original` is its Markdown if the plain text says less than that did.

    `comment` is the JSON text of our comment at its end, `hint` the words of other people's
    comments. `requirement` is what a word or sign of severity says; `struck`: it begins struck
    through.
    """

    text: str
    original: str = ""
    condition: str = ""
    comment: str = ""
    requirement: str = ""
    hint: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one line: (title, address) each, and the text around them."""

    found: tuple[tuple[str, str], ...]
    note: str


def markup_in(text: str) -> int:
    """How many characters of the text may be markup: what parsing it costs."""
    return len(_MARKUP.findall(text))


def read_heading(line: str, env: dict[str, Any] | None = None) -> Title:
    """The title in a heading's line. `env` holds the link definitions of the file."""
    raw, comment = comments.split(line)
    anchor = _ANCHOR.search(raw, max(0, len(raw) - 200)) if raw.rstrip().endswith("}") else None
    return _read_line(raw[: anchor.start()] or raw if anchor else raw, comment, env)


def _read_line(raw: str, comment: str, env: dict[str, Any] | None) -> Title:
    hints = [hint.strip() for hint in _HINT.findall(raw)]
    raw = _HINT.sub("", raw).strip() if hints else raw.strip()
    notes = (env or {}).get("footnotes", ())
    shown = _FOOTNOTE.sub(lambda mark: "" if mark.group(1) in notes else mark.group(), raw)
    plain = _plain(shown, env)
    levels = [plain.requirement, *map(severity.of_word, hints)]
    return Title(
        text=plain.text or raw,
        original=raw if plain.lossy or shown != raw else "",
        comment=comment,
        requirement=next(filter(None, levels), ""),
        hint="\n\n".join(hint for hint in hints if hint and not severity.of_word(hint)),
        struck=plain.struck,
    )


def read_title(line: str, env: dict[str, Any] | None = None) -> Title:
    """The title in an item's line, which may carry a condition and a word of severity."""
    title = _read_line(*comments.split(line), env)
    text, condition = _split_condition(title.text)
    text, requirement = severity.split(text, from_zero=(env or {}).get("p0", True))
    return replace(
        title, text=text, condition=condition, requirement=requirement or title.requirement
    )


def read_links(text: str, env: dict[str, Any] | None = None) -> Links:
    """The links in a line or paragraph."""
    found: list[tuple[str, str]] = []
    words: list[str] = []
    inside: list[str] | None = None
    address = ""
    for token in _tokens(text, env):
        if token.type == "link_open":
            inside, address = [], str(token.attrs["href"])
        elif token.type == "link_close" and inside is not None:
            found.append((_one_line("".join(inside)) or address, address))
            inside = None
        else:
            (words if inside is None else inside).append(_text_of(token))
    return Links(tuple(found), _one_line("".join(words)).strip(_DASHES))


def _split_condition(text: str) -> tuple[str, str]:
    found = _CONDITION.search(text)
    if not found:
        return text, ""
    before, after = text[: found.start()], text[found.end() :]
    rest = _one_line(f"{before} {after}" if after[:1].isalnum() else before + after)
    return (rest, _one_line(found.group(1)).lower()) if rest else (text, "")


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text without markup. `lossy`: the markup said something that the text does not."""

    text: str
    lossy: bool = False
    requirement: str = ""
    struck: bool = False


def _plain(raw: str, env: dict[str, Any] | None) -> _Plain:
    if not _MARKUP.search(raw):
        return _Plain(_one_line(raw))
    tokens = _tokens(raw, env)
    levels = {id(token): _level_of(token) for token in tokens if token.type == "image"}
    shown = [token for token in tokens if not levels.get(id(token))]
    plain = [token for token in shown if not _is_badge(token)]
    lossy = any(token.type in _LOSSY and token.markup != "autolink" for token in shown)
    texts = [token for token in tokens if token.type != "text" or token.content.strip()]
    struck = bool(texts) and texts[0].type == "s_open"
    level = next(filter(None, levels.values()), "")
    text, all_text = (_one_line("".join(map(_text_of, part))) for part in (plain, shown))
    return _Plain(text or all_text, lossy, level, struck)


def _is_badge(token: Token) -> bool:
    return token.type == "image" and bool(BADGE.search(str(token.attrs.get("src", ""))))


def _level_of(image: Token) -> str:
    """What an image says of severity, by its text or, if it is a badge, by its address."""
    found = _SHIELD.search(str(image.attrs.get("src", "")))
    words = [image.content, image.content.rpartition(":")[2], found.group(1) if found else ""]
    return next(filter(None, map(severity.of_word, words)), "")


def _tokens(text: str, env: dict[str, Any] | None) -> list[Token]:
    parsed: Iterable[Token] = _INLINE.parseInline(text, dict(env or {}))
    return [child for token in parsed for child in token.children or ()]


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak") or token.content[:3].lower() == "<br":
        return " "
    return token.content if token.type in ("text", "code_inline", "image") else ""


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
