"""What went wrong with a connection, and whose fault it is: the target's, or ours."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator
from typing import Final

import httpcore2

from checklists.probes.base import Fault
from checklists.probes.deadline import DeadlinePassed, TooMuch
from checklists.probes.policy import Refusal
from checklists.probes.resolving import NoSuchName

# The guard gave up, but because of what the target did.
_TARGETS_DOING: Final = frozenset({"redirects"})
# No way out of this machine, or no more sockets: we saw nothing of the target.
_OUR_SIDE: Final = frozenset(
    {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EMFILE, errno.ENFILE}
)

EXPECTED: Final = (
    Refusal,
    NoSuchName,
    DeadlinePassed,
    TooMuch,
    httpcore2.NetworkError,
    httpcore2.TimeoutException,
    httpcore2.ProtocolError,
    OSError,
)


def fault_of(error: Exception) -> Fault:
    """The fault behind one of the `EXPECTED` errors."""
    match error:
        case Refusal():
            return Fault(error.code, error.message, ours=error.code not in _TARGETS_DOING)
        case NoSuchName():
            return Fault("no-such-name", f"{error}.", ours=False)
        case TooMuch():
            return Fault("too-much", f"Answered with {error}.", ours=False)
        case DeadlinePassed():
            return Fault("timeout", f"Timeout: {error}.", ours=False)
        case httpcore2.TimeoutException() | TimeoutError():
            return Fault("timeout", "Timeout while connecting.", ours=False)
        case httpcore2.ProtocolError():
            return Fault("protocol", f"Not a proper HTTP answer: {error}", ours=False)
    return _of_connection(error)


def may_be_retried(fault: Fault) -> bool:
    """Whether the same request may have better luck at once."""
    return fault.code in {"refused", "reset", "timeout", "unreachable"}


def tls_failure(error: BaseException) -> ssl.SSLError | None:
    """The TLS error an exception stands for, if it does."""
    return next((one for one in _chain(error) if isinstance(one, ssl.SSLError)), None)


def _of_connection(error: Exception) -> Fault:
    if (failure := tls_failure(error)) is not None:
        return Fault("tls", f"TLS failed: {_reason(failure)}.", ours=False)
    numbers = {one.errno for one in _chain(error) if isinstance(one, OSError)}
    if numbers & _OUR_SIDE:
        return Fault("uplink", "This machine has no way to the address.", ours=True)
    if errno.ECONNREFUSED in numbers:
        return Fault("refused", "Connection refused.", ours=False)
    if numbers & {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}:
        return Fault("reset", "The connection was cut off.", ours=False)
    return Fault("unreachable", f"No connection: {error}.", ours=False)


def _reason(failure: ssl.SSLError) -> str:
    if isinstance(failure, ssl.SSLCertVerificationError):
        return str(failure.verify_message).rstrip(".")
    return str(failure.reason or failure).replace("_", " ").lower()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was made from. httpcore2 drops the cause and keeps it as argument."""
    while error is not None:
        yield error
        wrapped = error.args[0] if error.args else None
        error = wrapped if isinstance(wrapped, BaseException) else error.__cause__
