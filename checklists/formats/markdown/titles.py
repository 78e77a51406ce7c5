"""Reads the titles and links of one file, within the limits and with its link definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.markdown import comments, inline
from checklists.formats.markdown.inline import Links, Title
from checklists.formats.tree import TITLE_MAX

MAX_MARKUP = 60_000
"""Characters in the titles of one file that may be markup: each costs time to understand."""

T = TypeVar("T")


class Titles:
    """`definitions` is what the inline parser needs to resolve the file's link definitions."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._markup = 0

    def item(self, raw: str, line: int) -> Title:
        """The title of an item. Raises Invalid (title_too_long, too_complex) with the line."""
        return self._title(inline.read_title, raw, line)

    def heading(self, raw: str, line: int) -> Title:
        """The title of a checklist, section or group; it may be empty."""
        return self._title(inline.read_heading, raw, line)

    def links(self, text: str, line: int) -> Links:
        """The links in a text among related documents."""
        return self._read(inline.read_links, text, line)

    def _title(self, read: Callable[[str, dict[str, Any]], Title], raw: str, line: int) -> Title:
        title = self._read(read, raw, line)
        refuse_long_title(title.text, line)
        return title

    def _read(self, read: Callable[[str, dict[str, Any]], T], text: str, line: int) -> T:
        visible, _comment = comments.split(text)
        if len(visible) > inline.LINE_MAX:
            raise _too_long(len(visible), inline.LINE_MAX, line)
        self._markup += inline.markup_in(visible)
        if self._markup > MAX_MARKUP:
            raise Invalid(
                _(
                    "By line %(line)s the titles hold more than %(max_markup)s characters of "
                    "markup. Split the file into several checklists."
                )
                % {"line": line, "max_markup": f"{MAX_MARKUP:,}"},
                code="too_complex",
                line=line,
            )
        return read(text, self._definitions)


def refuse_long_title(text: str, line: int) -> None:
    """Raise Invalid if the title is over the limit."""
    if len(text) > TITLE_MAX:
        raise _too_long(len(text), TITLE_MAX, line)


def _too_long(length: int, limit: int, line: int) -> Invalid:
    return Invalid(
        _(
            "The title on line %(line)s is %(length)s characters long; the limit is "
            "%(limit)s. Put the details on lines of their own below it."
        )
        % {"line": line, "length": f"{length:,}", "limit": f"{limit:,}"},
        code="title_too_long",
        line=line,
    )
