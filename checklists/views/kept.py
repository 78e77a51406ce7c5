"""Finished pages, kept for whoever looks again before anything has changed.

Whoever may be told "not changed" may as well be given the same bytes again: an ETag names all that
a page depends on, down to the reader's cookies. Pages are kept as they travel, compressed, which
makes them small and costs its time once.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

MOST_KEPT = 256
"""Pages; one of 160 items is 15 KB."""

# A page of 160 items fits the first ten packets, for a tenth of what drawing it costs.
_COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=5, mtime=0),
}
_ACCEPTED = {
    name: re.compile(rf"\b{name}\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))") for name in _COMPRESSED
}

_kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
_lock = threading.Lock()


def finished(
    request: HttpRequest, etag: str | None, draw: Callable[[], HttpResponse]
) -> HttpResponse:
    """The page of that ETag: as it was sent before, or drawn now. Without an ETag always drawn."""
    encoding = _encoding(request)
    if etag is None or not encoding:
        return _headed(draw(), etag)
    with _lock:
        body = _kept.get((etag, encoding))
    if body is None:
        response = _headed(draw(), etag)
        response.content = body = _COMPRESSED[encoding](response.content)
        _keep(etag, encoding, body)
    else:
        response = _headed(HttpResponse(body), etag)
    response["Content-Encoding"] = encoding
    return response


def forget_all() -> None:
    """Draw anew next time: for tests of what drawing costs."""
    with _lock:
        _kept.clear()


def _keep(etag: str, encoding: str, body: bytes) -> None:
    with _lock:
        _kept[etag, encoding] = body
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _headed(response: HttpResponse, etag: str | None) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    if etag is not None:
        response["ETag"] = etag
    return response


def _encoding(request: HttpRequest) -> str:
    """The best way to compress that the client takes; nothing for one that takes none."""
    accepted = request.headers.get("Accept-Encoding", "")
    return next((name for name in _COMPRESSED if _ACCEPTED[name].search(accepted)), "")
