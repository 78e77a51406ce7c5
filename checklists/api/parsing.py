"""Bodies of requests: small, JSON, and without anything that no database or log can hold."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from checklists.api.errors import JSON, Malformed, UnsupportedMediaType
from checklists.errors import Invalid

BODY_LIMIT = 1024 * 1024
"""Bytes. The longest body we ask for is evidence as text."""


class JsonParser(Parser):
    """Reads a body, or raises the Refused that says what is wrong with it."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON:
            raise UnsupportedMediaType(
                _("Send the body as Content-Type: %(json)s.") % {"json": JSON}
            )
        try:
            value = json.loads(request.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Malformed(
                _("The body is no JSON. Send an object, in UTF-8."), code="bad_json"
            ) from None
        _refuse_unstorable(value)
        return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _refuse_unstorable(value: Any) -> None:
    """Raise Invalid if a text anywhere in the value holds NUL or half a surrogate pair."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            left += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            left += part
        elif isinstance(part, str) and not _storable(part):
            raise Invalid(
                _(
                    "The body holds a character that cannot be stored (NUL, or half of a "
                    "surrogate pair). Remove it and try again."
                ),
                code="unstorable_character",
            )


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
