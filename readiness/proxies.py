"""Who is really asking, when our own proxies stand in front.

Anybody may send X-Forwarded-For. With PROXY_COUNT = n, only what the n proxies of ours added is
believed; the headers are then taken away, so that nothing behind can believe more.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

FORWARDED = {
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-proto",
    b"x-real-ip",
}


def believed(scope: MutableMapping[str, Any], *, count: int) -> MutableMapping[str, Any]:
    """The ASGI scope with `client` and `scheme` as `count` trusted proxies tell them."""
    said = {name: value for name, value in scope["headers"] if name in FORWARDED}
    if not said:
        return scope
    headers = [(name, value) for name, value in scope["headers"] if name not in FORWARDED]
    scope = {**scope, "headers": headers}
    if count < 1:
        return scope
    hops = _values(said.get(b"x-forwarded-for", b""))
    if len(hops) >= count:
        scope["client"] = (hops[-count], 0)
    protocols = _values(said.get(b"x-forwarded-proto", b""))
    if protocols:
        scope["scheme"] = {"https": "https"}.get(protocols[-1].lower(), "http")
    return scope


def _values(header: bytes) -> list[str]:
    return [value.strip() for value in header.decode("latin-1").split(",") if value.strip()]
