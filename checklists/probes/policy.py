"""What a probe may reach: the operator's rules, and the refusal when they say no."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Self

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WEB_PORTS = frozenset({80, 443, 8000, 8080, 8443, 9090})


class Refusal(Exception):
    """We would not, or could not, look: the guard said no, or our own resolver failed.

    `code` is stable: url, scheme, userinfo, host, numeric-host, denied-host, port, address,
    metadata, dns, redirects, downgrade, socket, ca-file.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of the operator's list: this port, anywhere in this network."""

    network: Network
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``10.1.0.0/16:8080`` or ``[fd00::/8]:443``.

        Raises ValueError on anything else: a missing or impossible port, host bits, a name.
        """
        cidr, colon, port_text = text.strip().rpartition(":")
        port = int(port_text) if colon and port_text.isascii() and port_text.isdigit() else 0
        if not 1 <= port <= 65535:
            raise ValueError(f"{text!r} needs a port from 1 to 65535, as in 10.1.0.0/16:8080.")
        if cidr.startswith("[") and cidr.endswith("]"):
            return cls(ipaddress.IPv6Network(cidr[1:-1]), port)
        return cls(ipaddress.IPv4Network(cidr), port)

    def covers(self, address: Address, port: int) -> bool:
        """Whether this entry lets a probe reach the address at the port."""
        return port == self.port and address in self.network


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's rules. Nothing a person types in the product can widen them.

    Public addresses may be reached at `ports`; anything else only where `allowed` covers address
    and port together. Metadata services stay out of reach whatever is allowed. `resolvers` are
    addresses (``9.9.9.9`` or ``127.0.0.1:5353``); none means the system's own. `deadline_s` bounds
    a whole run: lookups, redirects, retry and body.
    """

    ports: frozenset[int] = WEB_PORTS
    allowed: tuple[Allowed, ...] = ()
    resolvers: tuple[str, ...] = ()
    ca_file: str | None = None
    deadline_s: float = 10.0

    def opens(self, port: int) -> bool:
        """Whether the port can be reached anywhere at all."""
        return port in self.ports or any(entry.port == port for entry in self.allowed)

    def covers(self, address: Address, port: int) -> bool:
        """Whether the operator listed this address and port."""
        return any(entry.covers(address, port) for entry in self.allowed)
