"""The way out: every connection a probe makes goes through here.

Three steps. `check_url` and `check_target` judge what was typed, without I/O. `Guard.addresses`
resolves the name once and judges every answer; one bad address refuses them all. `Guard.connect`
dials the address that was judged, so a second lookup cannot swap it, while Host, SNI and the
certificate check keep the name.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from typing import Final, NamedTuple

import httpcore2
import httpx2
from django.utils.translation import gettext as _

from checklists.probes.addresses import parse, require_reachable
from checklists.probes.deadline import BoundedStream, Deadline
from checklists.probes.policy import Policy, Refusal
from checklists.probes.resolving import LOOKUP_S, Resolver

CONNECT_S: Final = 3.0
MAX_DIALLED: Final = 4
MAX_URL: Final = 2_000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
# WHATWG: a name whose last label is a number is meant as IPv4. Only the canonical spelling is.
_NUMERIC: Final = re.compile(r"\d+|0x[0-9a-f]*")
_METADATA_NAMES: Final = ("metadata", "metadata.google.internal", "metadata.goog")
_PRIVATE_NAMES: Final = ("localhost", "local", "internal", "home.arpa")


class Target(NamedTuple):
    """Where a probe may try to go: `url` normalised, `host` without brackets or trailing dot."""

    url: httpx2.URL
    host: str
    port: int


def check_url(text: str, policy: Policy) -> Target:
    """Judge a URL as written: its scheme, host and port, and its address if it spells one.

    Raises Refusal: url, scheme, userinfo, host, numeric-host, denied-host, port, address,
    metadata.
    """
    if len(text) > MAX_URL or any(ord(char) <= 32 or ord(char) == 127 for char in text):
        raise Refusal("url", _("The URL is too long, or holds spaces or control characters."))
    if "\\" in text:
        raise Refusal("url", _("The URL holds a backslash, which programs read in two ways."))
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        raise Refusal("url", _("This is not a URL: %(error)s") % {"error": error}) from error
    if url.scheme not in _DEFAULT_PORTS:
        raise Refusal(
            "scheme",
            _("Probes speak http and https, not %(scheme)s.") % {"scheme": url.scheme or "nothing"},
        )
    authority = re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]
    if url.userinfo or "@" in authority:
        raise Refusal(
            "userinfo", _("The URL holds a name or password. They would be shown to all.")
        )
    # `url.port or …` would take port 0 for no port.
    port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    host = check_target(url.raw_host.decode("ascii"), port, policy)
    return Target(url.copy_with(host=host), host, port)


def check_target(raw: str, port: int, policy: Policy) -> str:
    """Judge a host and port as written; answers the host in lower case, without trailing dot.

    Raises Refusal: host, numeric-host, denied-host, port, address, metadata.
    """
    address = parse(raw)
    if address is not None:
        require_reachable(address, port, policy)
        return str(address)
    host = raw.lower().removesuffix(".")
    if not _NAME.fullmatch(host):
        raise Refusal("host", _("%(raw)r is not the name of a host.") % {"raw": raw[:100]})
    if _NUMERIC.fullmatch(host.rpartition(".")[2]):
        raise Refusal(
            "numeric-host",
            _("Write %(host)s as four decimal numbers, or as a name.") % {"host": host},
        )
    if host in _METADATA_NAMES:
        raise Refusal(
            "metadata",
            _("%(host)s is a metadata service, which no probe may reach.") % {"host": host},
        )
    if not policy.opens(port):
        raise Refusal("port", _("Probes may not reach port %(port)s.") % {"port": port})
    # Where the operator listed something at this port, the address decides about such names.
    listed = any(entry.port == port for entry in policy.allowed)
    if not listed and any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        raise Refusal(
            "denied-host", _("%(host)s names this machine or a private network.") % {"host": host}
        )
    return host


class Guard:
    """Resolves, judges and dials for one run, under one deadline.

    After a connection, `peer` is the address reached and `phases_ms` says what took how long.
    """

    def __init__(
        self,
        policy: Policy,
        resolver: Resolver,
        deadline: Deadline,
        dialler: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self.policy = policy
        self.deadline = deadline
        self.peer: str | None = None
        self.phases_ms: dict[str, float] = {}
        self._resolver = resolver
        self._dialler = dialler or httpcore2.SyncBackend()

    def addresses(self, host: str, port: int) -> list[str]:
        """Every address of the host, each of them judged.

        Raises Refusal (dns, address, metadata, port), NoSuchName, DeadlinePassed.
        """
        literal = parse(host)
        if literal is not None:
            require_reachable(literal, port, self.policy)
            return [str(literal)]
        started = time.monotonic()
        found = self._resolver.addresses(host, port, self.deadline.left(LOOKUP_S))
        self._add_phase("resolve", started)
        for raw in found:
            address = parse(raw)
            if address is None:
                raise Refusal(
                    "dns",
                    _("The resolver's answer about %(host)s is not an address.") % {"host": host},
                )
            require_reachable(address, port, self.policy)
        if not found:
            raise Refusal("dns", _("%(host)s has no address.") % {"host": host})
        return list(dict.fromkeys(str(parse(raw)) for raw in found))

    def connect(self, host: str, port: int) -> BoundedStream:
        """A connection to the first of the host's judged addresses that answers.

        Raises what `addresses` raises, and httpcore2's ConnectError and ConnectTimeout.
        """
        addresses = self.addresses(host, port)
        started = time.monotonic()
        try:
            return self._dial_in_turn(addresses[:MAX_DIALLED], port)
        finally:
            self._add_phase("connect", started)

    def _dial_in_turn(self, addresses: list[str], port: int) -> BoundedStream:
        budget = Deadline(self.deadline.left(CONNECT_S))
        share = budget.seconds / len(addresses)
        for position, address in enumerate(addresses, start=1):
            self.peer = address
            try:
                stream = self._dialler.connect_tcp(address, port, timeout=budget.left(share))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if position == len(addresses):
                    raise
            else:
                return BoundedStream(stream, self.deadline)
        raise AssertionError("no address, no dial: addresses() refuses an empty answer")

    def _add_phase(self, name: str, started: float) -> None:
        spent = (time.monotonic() - started) * 1000
        self.phases_ms[name] = round(self.phases_ms.get(name, 0.0) + spent, 1)


class GuardedBackend(httpcore2.NetworkBackend):
    """The guard at the seam where httpcore2 opens its connections."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect through the guard; its deadline replaces `timeout`."""
        return self._guard.connect(host, port)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Refuse: a probe has no business with this machine's sockets."""
        raise Refusal("socket", _("Probes may not open local sockets."))
