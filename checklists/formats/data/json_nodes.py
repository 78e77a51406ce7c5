"""JSON with the line of each value: the standard parser knows none.

Numbers stay the text they are, so a huge one costs nothing. What the grammar does not allow (NaN,
a trailing comma, a name twice) is refused with its line.
"""

from __future__ import annotations

import json.decoder
import re
from enum import Enum, auto

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.data.nodes import Building, Listing, Mapping, Node

_SPACES = (" ", "\t", "\n")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")


class Next(Enum):
    """What the grammar asks for next. FIRST: the first part of a list or object, or its end."""

    VALUE = auto()
    NAME = auto()
    COLON = auto()
    COMMA = auto()
    FIRST = auto()


_WORDS = {
    Next.VALUE: gettext_lazy("a value"),
    Next.NAME: gettext_lazy("a name in quotes"),
    Next.COLON: "“:”",
    Next.COMMA: gettext_lazy("“,” or an end"),
}


def parse_json(text: str) -> Node:
    """The value in a JSON text. Raises Invalid (bad_json, name_twice, too_deep, too_complex)."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._building = Building()

    def parse(self) -> Node:
        closers: list[str] = []
        wanted = Next.VALUE
        while True:
            self._skip()
            character = self._text[self._at : self._at + 1]
            if wanted == Next.COMMA and not closers:
                if character:
                    raise self._refusal(_("There is more after the end of the value"))
                return self._building.documents[0]
            if closers and character == closers[-1] and wanted in (Next.COMMA, Next.FIRST):
                self._building.close()
                closers.pop()
                self._at += 1
                wanted = Next.COMMA
            else:
                wanted = self._step(wanted, character, closers)

    def _step(self, wanted: Next, character: str, closers: list[str]) -> Next:
        """Take what the grammar asks for; returns what it asks for then."""
        named = bool(closers) and closers[-1] == "}"
        if wanted == Next.FIRST:
            wanted = Next.NAME if named else Next.VALUE
        if wanted == Next.COMMA:
            self._expect(",", character, wanted)
            return Next.NAME if named else Next.VALUE
        if wanted == Next.COLON:
            self._expect(":", character, wanted)
            return Next.VALUE
        if wanted == Next.VALUE:
            return self._value(character, closers)
        if character != '"':
            raise self._missing(wanted)
        self._string()
        return Next.COLON

    def _value(self, character: str, closers: list[str]) -> Next:
        if character in ("{", "["):
            self._building.open(Mapping(self._line) if character == "{" else Listing(self._line))
            closers.append("}" if character == "{" else "]")
            self._at += 1
            return Next.FIRST
        if character == '"':
            self._string()
            return Next.COMMA
        found = _PLAIN.match(self._text, self._at)
        if not found:
            raise self._missing(Next.VALUE)
        self._at = found.end()
        nothing = found.group() == "null"
        self._building.text(
            "" if nothing else found.group(), self._line, self._line, nothing=nothing
        )
        return Next.COMMA

    def _string(self) -> None:
        try:
            text, self._at = json.decoder.scanstring(self._text, self._at + 1, True)  # type: ignore[attr-defined]
        except ValueError as error:
            raise self._refusal(
                _("The text that begins here is broken (%(error)s)") % {"error": error}
            ) from None
        self._building.text(text, self._line, self._line)

    def _expect(self, character: str, found: str, wanted: Next) -> None:
        if found != character:
            raise self._missing(wanted)
        self._at += 1

    def _missing(self, wanted: Next) -> Invalid:
        return self._refusal(_("Here must stand %(what)s") % {"what": _WORDS[wanted]})

    def _skip(self) -> None:
        while self._text[self._at : self._at + 1] in _SPACES:
            self._at += 1
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at

    def _refusal(self, fault: str) -> Invalid:
        column = self._at - self._text.rfind("\n", 0, self._at)
        return Invalid(
            _("This is not JSON. %(fault)s (line %(line)s, column %(column)s).")
            % {"fault": fault, "line": self._line, "column": column},
            code="bad_json",
            line=self._line,
        )
