"""One HTTP exchange through the guard: our own redirects, capped body, no environment, no reuse."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore2
import httpx2

from checklists.probes.guard import Guard, GuardedBackend, Target, check_url
from checklists.probes.policy import Refusal
from checklists.probes.trust import verifying_context

MAX_BODY: Final = 64 * 1024
MAX_REDIRECTS: Final = 5
USER_AGENT: Final = "readiness-probe/1"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OURS: Final = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "identity"}
_INFLATE_WBITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_CREDENTIALS: Final = ("authorization", "cookie", "proxy-authorization")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back in the end. `body` is None when its encoding is one we cannot read."""

    status: int
    headers: dict[str, str]
    body: bytes | None
    truncated: bool
    url: str
    hops: list[str] = field(default_factory=list)
    certificate: dict[str, Any] | None = None


def fetch(guard: Guard, method: str, url: str, headers: dict[str, str]) -> Answer:
    """Ask for `url` and follow its redirects, each judged like the first.

    Raises Refusal (also redirects, downgrade), NoSuchName, DeadlinePassed, TooMuch and httpcore2's
    errors.
    """
    target = check_url(url, guard.policy)
    # A header given as "Accept" replaces our "accept" instead of standing beside it.
    headers = {name.lower(): value for name, value in headers.items()}
    hops: list[str] = []
    while True:
        answer, location = _exchange(guard, method, target, {**_OURS, **headers}, hops)
        if location is None:
            return answer
        hops.append(str(target.url))
        if len(hops) > MAX_REDIRECTS:
            raise Refusal("redirects", f"More than {MAX_REDIRECTS} redirects, from {url}.")
        following = check_url(_joined(target.url, location), guard.policy)
        if target.url.scheme == "https" and following.url.scheme == "http":
            raise Refusal("downgrade", f"{target.url} redirects from https to http.")
        if _origin(following) != _origin(target):
            headers = {name: value for name, value in headers.items() if not carries_secret(name)}
        target = following


def carries_secret(header: str) -> bool:
    """Whether a request header of this name usually holds a credential."""
    name = header.lower()
    words = ("token", "secret", "password", "api-key", "apikey", "auth", "session")
    return name in _CREDENTIALS or name.startswith("x-api") or any(word in name for word in words)


def _origin(target: Target) -> tuple[str, str, int]:
    return target.url.scheme, target.host, target.port


def _joined(base: httpx2.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except httpx2.InvalidURL as error:
        raise Refusal("url", f"{base} redirects to something that is not a URL.") from error


def _exchange(
    guard: Guard, method: str, target: Target, headers: dict[str, str], hops: list[str]
) -> tuple[Answer, str | None]:
    """One request on its own connection; the answer, and where it redirects to if it does."""
    context = verifying_context(guard.policy.ca_file) if target.url.scheme == "https" else None
    started = time.monotonic()
    with (
        httpcore2.ConnectionPool(
            ssl_context=context,
            network_backend=GuardedBackend(guard),
            max_keepalive_connections=0,
        ) as pool,
        pool.stream(method, _core_url(target), headers=_wire(target, headers)) as response,
    ):
        guard.phases_ms["first_byte"] = round((time.monotonic() - started) * 1000, 1)
        received = _joined_headers(response.headers)
        location = received.get("location") if response.status in _REDIRECTS else None
        raw, truncated = (b"", False) if location is not None else _capped(response)
        body, cut = _decoded(raw, received.get("content-encoding", "identity"))
        answer = Answer(
            status=response.status,
            headers=received,
            body=body,
            truncated=truncated or cut,
            url=str(target.url),
            hops=list(hops),
            certificate=_certificate(response),
        )
        return answer, location


def _core_url(target: Target) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=target.url.raw_scheme,
        host=target.url.raw_host,
        port=target.port,
        target=target.url.raw_path,
    )


def _wire(target: Target, headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    fields = {"host": target.url.netloc.decode("ascii"), "connection": "close", **headers}
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields.items()]


def _joined_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _capped(response: httpcore2.Response) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > MAX_BODY:
            return bytes(body[:MAX_BODY]), True
    return bytes(body), False


def _decoded(raw: bytes, encoding: str) -> tuple[bytes | None, bool]:
    """The body as text was written, and whether more was there than the cap lets in.

    We ask for no encoding; a server that uses one all the same may still send a bomb.
    """
    name = encoding.strip().lower()
    if name in ("", "identity") or not raw:
        return raw, False
    if name not in _INFLATE_WBITS:
        return None, False
    inflater = zlib.decompressobj(_INFLATE_WBITS[name])
    try:
        body = inflater.decompress(raw, MAX_BODY)
    except zlib.error:
        return None, False
    return body, bool(inflater.unconsumed_tail)


def _certificate(response: httpcore2.Response) -> dict[str, Any] | None:
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    return tls.getpeercert() if tls is not None else None
