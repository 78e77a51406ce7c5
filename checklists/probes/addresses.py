"""Which addresses a probe may dial. `ipaddress`'s own predicates differ between Python releases
and call several dangerous ranges public, so the tables are ours.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from checklists.probes.policy import Address, Network, Policy, Refusal


def _networks(*cidrs: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(cidr) for cidr in cidrs)


# Where clouds hand credentials to whoever asks from inside. No allow-list opens these.
METADATA: Final = _networks(
    "169.254.169.254/32",
    "169.254.170.2/32",
    "169.254.170.23/32",
    "100.100.100.200/32",
    "168.63.129.16/32",
    "192.0.0.192/32",
    "fd00:ec2::254/128",
    "fd20:ce::254/128",
)

NOT_PUBLIC_4: Final = _networks(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)

# IPv6 the other way round: only global unicast, minus its holes. What is assigned later starts
# out refused instead of open.
PUBLIC_6: Final = _networks("2000::/3")
NOT_PUBLIC_6: Final = _networks(
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"
)

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.IPv6Network("64:ff9b:1::/48")
_LOW_32_BITS: Final = 0xFFFF_FFFF
_SIIT_PREFIX: Final = 0xFFFF_0000


def parse(raw: str) -> Address | None:
    """The address that `raw` spells canonically; None for a name. Mapped IPv4 is unwrapped."""
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def embedded_ipv4(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address a translated or tunnelled IPv6 address would end at, if it is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    number = int(address)
    compatible = number >> 32 == 0 and number > 1
    translated = number >> 32 == _SIIT_PREFIX
    if compatible or translated or address in _NAT64 or address in _NAT64_LOCAL:
        return ipaddress.IPv4Address(number & _LOW_32_BITS)
    if address.sixtofour is not None:
        return address.sixtofour
    return address.teredo[1] if address.teredo is not None else None


def require_reachable(address: Address, port: int, policy: Policy) -> None:
    """Refuse an address that the policy does not open at this port.

    Raises Refusal: metadata, address (private, special or tunnelled), port.
    """
    inner = embedded_ipv4(address)
    if _within(address, METADATA) or (inner is not None and _within(inner, METADATA)):
        raise Refusal(
            "metadata",
            _("%(address)s is a metadata service, which no probe may reach.")
            % {"address": address},
        )
    if getattr(address, "scope_id", None):
        raise Refusal(
            "address",
            _("%(address)s belongs to one network interface of this machine.")
            % {"address": address},
        )
    if inner is not None:
        raise Refusal(
            "address",
            _("%(address)s wraps the IPv4 address %(inner)s. Name that instead.")
            % {"address": address, "inner": inner},
        )
    if policy.covers(address, port):
        return
    if not _is_public(address):
        raise Refusal(
            "address",
            _(
                "%(address)s at port %(port)s is not public and not on the operator's "
                "list of addresses that probes may reach."
            )
            % {"address": address, "port": port},
        )
    if port not in policy.ports:
        raise Refusal(
            "port",
            _("Probes may not reach port %(port)s of %(address)s.")
            % {"port": port, "address": address},
        )


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not _within(address, NOT_PUBLIC_4)
    return _within(address, PUBLIC_6) and not _within(address, NOT_PUBLIC_6)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
