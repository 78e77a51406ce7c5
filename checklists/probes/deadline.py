"""An absolute end for a whole run, kept on the socket itself.

Timeouts per read do not bound a run: a byte every 200 ms satisfies all of them for ever. Here each
read and write gets only the time that is left, and each connection a fixed number of bytes.
"""

from __future__ import annotations

import ssl
import time
from typing import Any, Final

import httpcore2

# The body's cap and the head's, with room for chunk sizes. Endless 1xx answers end here, too.
CONNECTION_BYTES: Final = 256 * 1024


class DeadlinePassed(Exception):
    """The target took longer than the run may last."""


class TooMuch(Exception):
    """The target sent more than one answer can hold."""


class Deadline:
    """A moment on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds that remain, capped. Raises DeadlinePassed when none do."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise DeadlinePassed(f"no complete answer within {self.seconds:g} s")
        return left if at_most is None else min(left, at_most)


class BoundedStream(httpcore2.NetworkStream):
    """A stream that ends at the deadline and at its byte budget, whatever its user asks for."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline
        self._bytes_left = CONNECTION_BYTES

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, within what is left of time and bytes."""
        if self._bytes_left <= 0:
            raise TooMuch(f"more than {CONNECTION_BYTES // 1024} kB in one answer")
        wanted = min(max_bytes, self._bytes_left)
        try:
            data = self._inner.read(wanted, self._deadline.left(timeout))
        except httpcore2.ReadTimeout:
            self._deadline.left()
            raise
        self._bytes_left -= len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it within the time that is left."""
        try:
            self._inner.write(buffer, self._deadline.left(timeout))
        except httpcore2.WriteTimeout:
            self._deadline.left()
            raise

    def close(self) -> None:
        """Close the socket."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> BoundedStream:
        """Shake hands within the time that is left; the name is checked by the context."""
        try:
            inner = self._inner.start_tls(
                ssl_context, server_hostname, self._deadline.left(timeout)
            )
        except httpcore2.ConnectTimeout:
            self._deadline.left()
            raise
        return BoundedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Whatever the stream below knows."""
        return self._inner.get_extra_info(info)
