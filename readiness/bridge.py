"""Django's WSGI handler behind ASGI: a few threads beside the event loop that serves the streams.

Django's own ASGI handler costs five to ten times the CPU of its WSGI handler for a small view and
a new database connection a request. Here a request is read in full before a thread is taken, and
files are sent without one, so slow clients cannot hold the threads.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from django.db import close_old_connections

from readiness.environ import BadRequest, as_environ

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

IN_MEMORY = 256 * 1024
BLOCK = 64 * 1024
# What programs are told beside the sentence.
CODES = {400: "malformed", 408: "too_slow", 413: "too_large", 503: "too_busy"}
# What Django's middleware says of everything it sees; this answer it does not see.
HARMLESS = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]


class ClientGone(Exception):
    """Nobody is left to answer."""


@dataclass(frozen=True)
class FileBody:
    """`wsgi.file_wrapper`: a file the event loop sends while the thread goes on."""

    file: IO[bytes]
    block_size: int = BLOCK

    def close(self) -> None:
        self.file.close()


@dataclass
class Answer:
    """What Django said: a whole body, or a file still to be read."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    file: FileBody | None = None


class Bridge:
    """An ASGI application that runs a WSGI application in a fixed pool of threads.

    `max_body` in bytes, `patience` in seconds: how long a client may let us wait for its next
    piece of body, or before it takes the next of a streamed answer. Long bodies wait in `spool`.
    """

    def __init__(
        self,
        wsgi: Callable[..., Iterable[bytes]],
        *,
        threads: int,
        max_body: int,
        patience: float = 30,
        max_waiting: int = 500,
        spool: str | None = None,
    ) -> None:
        self._wsgi = wsgi
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self._max_body = max_body
        self._patience = patience
        self._max_waiting = max_waiting
        self._waiting = 0
        self._spool = spool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            environ = as_environ(scope)
            environ["wsgi.file_wrapper"] = FileBody
            with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=self._spool) as body:
                environ["CONTENT_LENGTH"] = str(await self._read(scope, receive, body))
                environ["wsgi.input"] = body
                answer = await self._run(environ, receive, send)
            if answer is not None:
                await self._send(answer, scope["method"], send)
        except BadRequest as refusal:
            await _refuse(refusal, scope, send)
        except ClientGone:
            return

    async def _read(self, scope: Scope, receive: Receive, body: IO[bytes]) -> int:
        """Read the request's body into a file; returns its length."""
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        self._refuse_more_than_allowed(int(lengths[0]) if lengths else 0)
        total, more = 0, True
        while more:
            try:
                message = await asyncio.wait_for(receive(), self._patience)
            except TimeoutError:
                raise BadRequest(408, "The rest of the request did not arrive in time.") from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece = message.get("body", b"")
            total += len(piece)
            self._refuse_more_than_allowed(total)
            body.write(piece)
            more = message.get("more_body", False)
        body.seek(0)
        return total

    def _refuse_more_than_allowed(self, length: int) -> None:
        if length > self._max_body:
            raise BadRequest(413, f"A request may hold {self._max_body:,} bytes at most.")

    async def _run(self, environ: dict[str, Any], receive: Receive, send: Send) -> Answer | None:
        """Django's answer, or None when it was streamed already."""
        if self._waiting >= self._max_waiting:
            raise BadRequest(503, "Too many requests are waiting. Try again in a moment.")
        self._waiting += 1
        loop = asyncio.get_running_loop()
        stream = Stream(loop, receive, send, self._patience)
        try:
            return await loop.run_in_executor(self._pool, self._in_thread, environ, stream)
        finally:
            self._waiting -= 1
            stream.close()

    def _in_thread(self, environ: dict[str, Any], stream: Stream) -> Answer | None:
        answer = Answer(500, [])

        def start_response(status: str, headers: list[tuple[str, str]], _info: Any = None) -> None:
            answer.status = int(status[:3])
            answer.headers = [
                (name.lower().encode("latin-1"), value.strip().encode("latin-1"))
                for name, value in headers
            ]

        result: Any = self._wsgi(environ, start_response)
        if isinstance(result, FileBody):
            # The file is closed on the event loop, so this thread's connection is let go here.
            close_old_connections()
            answer.file = result
            return answer
        try:
            if not getattr(result, "streaming", False):
                answer.body = b"".join(result)
                return answer
            stream.send_all(answer, result, bodiless=environ["REQUEST_METHOD"] == "HEAD")
            return None
        finally:
            result.close()

    async def _send(self, answer: Answer, method: str, send: Send) -> None:
        await send(_start(answer))
        if answer.file is None:
            await send({"type": "http.response.body", "body": answer.body})
            return
        try:
            while method != "HEAD":
                block = await asyncio.to_thread(answer.file.file.read, BLOCK)
                if not block:
                    break
                part = {"type": "http.response.body", "body": block, "more_body": True}
                await asyncio.wait_for(send(part), self._patience)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            raise ClientGone from None
        finally:
            answer.file.close()


class Stream:
    """Sends a streamed answer from a thread, piece by piece, until the client goes."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send, patience: float
    ) -> None:
        self._loop, self._receive, self._send, self._patience = loop, receive, send, patience
        self._watch: asyncio.Task[None] | None = None
        self._gone = False

    def send_all(self, answer: Answer, pieces: Iterable[bytes], *, bodiless: bool) -> None:
        """Runs in the thread; the pieces are not asked for more once the client is gone."""
        self._loop.call_soon_threadsafe(self._begin_watch)
        self._from_thread(_start(answer))
        for piece in () if bodiless else pieces:
            if self._gone:
                raise ClientGone
            self._from_thread({"type": "http.response.body", "body": piece, "more_body": True})
        self._from_thread({"type": "http.response.body", "body": b""})

    def _from_thread(self, message: MutableMapping[str, Any]) -> None:
        sent = asyncio.run_coroutine_threadsafe(self._within_patience(message), self._loop)
        sent.result()

    async def _within_patience(self, message: MutableMapping[str, Any]) -> None:
        try:
            await asyncio.wait_for(self._send(message), self._patience)
        except TimeoutError:
            self._gone = True
            raise ClientGone from None

    def _begin_watch(self) -> None:
        self._watch = self._loop.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()


def _start(answer: Answer) -> dict[str, Any]:
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": answer.headers,
    }


async def _refuse(refusal: BadRequest, scope: Scope, send: Send) -> None:
    kind, body = "text/plain; charset=utf-8", f"{refusal}\n"
    if scope["path"].startswith("/api/"):
        said = {"code": CODES[refusal.status], "message": str(refusal), "details": {}}
        kind, body = "application/json", json.dumps(said)
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body.encode())).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *HARMLESS,
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
