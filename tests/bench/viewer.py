"""Somebody who has a release open: raw HTTP, so that a thousand of them cost little."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.bench.side_by_side import Ours

WITH_ID = re.compile(rb"^id: ?\d+", re.MULTILINE)
AT_ONCE = 50


class Viewer(asyncio.Protocol):
    """One open stream, which notes when the next event comes."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.opened: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._next: asyncio.Future[float] | None = None
        self._transport: asyncio.Transport | None = None

    def expect(self) -> asyncio.Future[float]:
        """When the next event with an id arrives, by the loop's clock."""
        self._next = asyncio.get_running_loop().create_future()
        return self._next

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            self.opened.set_result(data.partition(b"\r\n")[0])
        if self._next is not None and not self._next.done() and WITH_ID.search(data):
            self._next.set_result(asyncio.get_running_loop().time())

    def leave(self) -> None:
        """Close the page."""
        if self._transport is not None:
            self._transport.abort()


@asynccontextmanager
async def viewers(port: int, ours: Ours, count: int) -> AsyncIterator[list[Viewer]]:
    """So many people who have the release open that is kept for watching, the last."""
    release = list(ours.place["releases"])[-1]
    request = (
        f"GET /releases/{release}/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: {ours.place['other_cookie']}\r\n\r\n"
    ).encode()
    loop, opened = asyncio.get_running_loop(), []
    try:
        while len(opened) < count:
            wave = [
                loop.create_connection(lambda: Viewer(request), "127.0.0.1", port)
                for _ in range(min(AT_ONCE, count - len(opened)))
            ]
            made = [viewer for _, viewer in await asyncio.gather(*wave)]
            opened += made
            for viewer in made:
                if b" 200 " not in await viewer.opened:
                    raise RuntimeError(f"A stream was refused: {await viewer.opened!r}")
        yield opened
    finally:
        for viewer in opened:
            viewer.leave()
