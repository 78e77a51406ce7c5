"""Reads a request for a stream and writes the answers that are not streams."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from checklists.errors import Invalid, NotVisible, Refused
from checklists.stream.channel import Send
from checklists.stream.source import Ask

PATH = re.compile(r"/releases/([0-9]{1,18})/live/")
NUMBER = re.compile(r"[0-9]{1,18}")
LAST_MOMENT = 10**14
"""Milliseconds since 1970; beyond lies no moment that a calendar has."""

# What Django's middleware says of everything it sees; streams it does not see.
HARMLESS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]

STREAM_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store, no-transform"),
        # nginx would otherwise keep events back until its buffer is full.
        (b"x-accel-buffering", b"no"),
        *HARMLESS,
    ],
}


class MethodNotAllowed(Refused):
    """A stream is only read (405)."""

    status = 405
    default_code = "method_not_allowed"


class TooManyStreams(Refused):
    """This person has too many streams open (429)."""

    status = 429
    default_code = "too_many_streams"


class NoRoom(Refused):
    """This process takes no more streams: it is full or going down (503)."""

    status = 503
    default_code = "no_room"


def read(scope: Mapping[str, Any]) -> Ask:
    """The request as plain data. Raises NotVisible, MethodNotAllowed, Invalid."""
    found = PATH.fullmatch(scope["path"].removeprefix(scope.get("root_path", "")))
    if found is None:
        raise NotVisible
    if scope["method"] != "GET":
        raise MethodNotAllowed(_("A live stream can only be read, with GET."))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    after = _number("after", query.get("after", [None])[-1])
    seen = _number("seen", query.get("seen", [None])[-1])
    if seen is not None and seen > LAST_MOMENT:
        raise Invalid(_("seen must be a moment, in milliseconds since 1970."), field="seen")
    # A browser that reconnects by itself repeats the old address and adds this header.
    resumed = _number("Last-Event-ID", headers.get("last-event-id") or None)
    return Ask(
        release_id=int(found[1]),
        after=after if resumed is None else resumed,
        seen=seen,
        headers=headers,
        language=_language(query.get("language", [""])[-1], headers.get("accept-language", "")),
    )


def _language(named: str, accepted: str) -> str:
    """The language of the page that asks; of a program, the one that its header asks for."""
    if named in dict(settings.LANGUAGES):
        return named
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return get_language_from_request(request)


def _number(field: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not NUMBER.fullmatch(text):
        raise Invalid(_("%(field)s must be a whole number.") % {"field": field}, field=field)
    return int(text)


async def refuse(send: Send, refused: Refused) -> None:
    """Answer with the refusal, as the API words it."""
    answer = {"code": refused.code, "message": refused.message, "details": refused.details}
    body = json.dumps(answer).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        *HARMLESS,
        *_EXTRA.get(refused.status, []),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_EXTRA: dict[int, list[tuple[bytes, bytes]]] = {
    401: [(b"www-authenticate", b"Bearer")],
    405: [(b"allow", b"GET")],
    429: [(b"retry-after", b"30")],
    503: [(b"retry-after", b"3")],
}
