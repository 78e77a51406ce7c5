"""What a peer's certificates say, whether or not anybody trusts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from cryptography import x509

from checklists.probes.facts import FactValue

MAX_NAMES: Final = 100
MAX_CHAIN: Final = 10
_DAY_S: Final = 86_400


def presented(connection: Any) -> tuple[bytes, ...]:
    """What the peer sent, as DER. The low-level object has had the whole chain since 3.10."""
    chain = connection.get_unverified_chain()
    if not chain:
        own = connection.getpeercert(True)
        return (own,) if own else ()
    return tuple(_der(one) for one in chain)


def _der(certificate: Any) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    # 2 is DER; the constant lives in the private module `_ssl`.
    return bytes(certificate.public_bytes(2))


def described(presented_chain: tuple[bytes, ...], now: datetime) -> dict[str, FactValue]:
    """The facts in a chain, its own certificate first.

    What nobody can read is left out, and a missing fact never passes.
    """
    try:
        chain = [x509.load_der_x509_certificate(der) for der in presented_chain[:MAX_CHAIN]]
        if not chain:
            return {}
        own = chain[0]
        left = (own.not_valid_after_utc - now).total_seconds() / _DAY_S
        return {
            "days_left": round(left, 2),
            "not_before": own.not_valid_before_utc,
            "not_after": own.not_valid_after_utc,
            "issuer": own.issuer.rfc4514_string(),
            "subject": own.subject.rfc4514_string(),
            "sans": _names(own),
            "chain": tuple(one.subject.rfc4514_string() for one in chain),
        }
    except ValueError:
        return {}


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names = extension.value.get_values_for_type(x509.DNSName)
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return tuple([*names, *(str(address) for address in addresses)][:MAX_NAMES])
