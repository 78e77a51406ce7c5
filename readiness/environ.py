"""An ASGI scope as a WSGI environ, with what two readers could understand differently refused."""

from __future__ import annotations

import re
import sys
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

ONCE = {b"authorization", b"content-length", b"content-type", b"host"}
# `Proxy` would become HTTP_PROXY; the bridge sets the length of the body as it was read.
DROPPED = {b"proxy", b"transfer-encoding", b"content-length"}
# Django refuses forms in it, and then fails over its own refusal.
_OTHER_CHARSET = re.compile(rb";\s*charset\s*=\s*(?!\"?utf-?8\"?\s*(?:;|$))", re.IGNORECASE)


class BadRequest(Exception):
    """The request is answered with this status and sentence, and never reaches Django."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def as_environ(scope: MutableMapping[str, Any]) -> dict[str, Any]:
    """The environ of an HTTP scope, without body and length."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # WSGI wants the bytes of the path, each as one character.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_headers(scope["headers"]),
    }


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    seen: set[bytes] = set()
    for name, value in pairs:
        if name in ONCE and name in seen:
            raise BadRequest(400, f"The header {name.decode('latin-1')} was sent twice.")
        seen.add(name)
        if name == b"content-type" and _OTHER_CHARSET.search(value):
            raise BadRequest(400, "Send text in UTF-8.")
        # X_Real and X-Real would become one variable, so only the spelling with "-" counts.
        if name in DROPPED or b"_" in name:
            continue
        key = _variable(name)
        joint = "; " if name == b"cookie" else ","
        text = value.decode("latin-1")
        found[key] = f"{found[key]}{joint}{text}" if key in found else text
    return found


def _variable(name: bytes) -> str:
    if name == b"content-type":
        return "CONTENT_TYPE"
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
