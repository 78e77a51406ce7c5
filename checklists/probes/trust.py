"""TLS contexts. Building one takes about 20 ms, fifty times the rest of a probe: share them."""

from __future__ import annotations

import functools
import ssl
import threading
from typing import Final

from checklists.probes.policy import Refusal

# A cache alone would let each of the first threads build its own.
_BUILDING: Final = threading.Lock()


def verifying_context(ca_file: str | None) -> ssl.SSLContext:
    """The shared context that checks chain and name, against the system's CAs or the operator's.

    Raises Refusal("ca-file").
    """
    with _BUILDING:
        return _verifying_context(ca_file)


def looking_context() -> ssl.SSLContext:
    """The shared context that checks nothing: to read a certificate, never to send anything."""
    with _BUILDING:
        return _looking_context()


@functools.cache
def _verifying_context(ca_file: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise Refusal("ca-file", "The operator's file of authorities cannot be read.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@functools.cache
def _looking_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
