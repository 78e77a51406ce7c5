"""The first gate of every import: is this text at all, and is it of a size to work with?"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from checklists.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 20_000
MAX_LINE = 150_000
"""Characters in one line: more is a file that lost its line ends, or an attack on a parser."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def clean_text(source: bytes | str) -> str:
    """The text of a file with LF line ends and without byte order mark.

    Raises Invalid (too_big, not_utf8, forbidden_character, too_many_lines, line_too_long).
    """
    refuse_size(len(source))
    text = _decoded(source) if isinstance(source, bytes) else source
    _refuse_forbidden(text)
    refuse_size(len(text.encode()))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_lines(text)
    return text


def refuse_size(size: int) -> None:
    """Raise Invalid (too_big) for a file of more bytes than can be read."""
    if size > MAX_BYTES:
        raise Invalid(
            _(
                "The file is %(size)s MB; the limit is %(max_bytes)s MB. Split it into "
                "several checklists."
            )
            % {"size": f"{size / 1024 / 1024:.1f}", "max_bytes": MAX_BYTES // 1024 // 1024},
            code="too_big",
            size=size,
            limit=MAX_BYTES,
        )


def _decoded(source: bytes) -> str:
    if source.startswith(_UTF16_MARKS):
        raise Invalid(_("The file is UTF-16. Save it as UTF-8."), code="not_utf8")
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Invalid(
            _("The file is not UTF-8 (line %(line)s). Save it as UTF-8.") % {"line": line},
            code="not_utf8",
            line=line,
        ) from None


def _refuse_forbidden(text: str) -> None:
    found = _FORBIDDEN.search(text)
    if not found:
        return
    line = text.count("\n", 0, found.start()) + 1
    character = ord(found.group())
    name = _("half of a character") if character > 0x1F else _("a control character")
    raise Invalid(
        _("Line %(line)s holds %(name)s (U+%(character)s), which no checklist may hold. Remove it.")
        % {"line": line, "name": name, "character": f"{character:04X}"},
        code="forbidden_character",
        line=line,
    )


def _refuse_lines(text: str) -> None:
    lines = text.split("\n")
    if len(lines) > MAX_LINES + 1 or (len(lines) > MAX_LINES and lines[-1]):
        raise Invalid(
            _(
                "The file has %(count)s lines; the limit is %(max_lines)s. Split it into "
                "several checklists."
            )
            % {"count": f"{len(lines):,}", "max_lines": f"{MAX_LINES:,}"},
            code="too_many_lines",
            lines=len(lines),
            limit=MAX_LINES,
        )
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise Invalid(
                _(
                    "Line %(number)s is %(count)s characters long; the limit is "
                    "%(max_line)s. Break it into several lines."
                )
                % {"number": number, "count": f"{len(line):,}", "max_line": f"{MAX_LINE:,}"},
                code="line_too_long",
                line=number,
            )
