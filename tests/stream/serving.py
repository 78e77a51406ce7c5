"""A real server process, and real clients of its streams, for tests, bench and proofs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.stream.doubles import Received, parse
from tests.stream.installation import free_port


@dataclass
class Server:
    """`manage.py serve` on a port of this host. `environ` names the database and Redis."""

    command: Sequence[str]
    environ: Mapping[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            self.command, env=dict(self.environ), stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"The server did not start (exit {self.process.poll()}).")

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 15) -> float:
        """Send the signal and wait; returns how long it took. Fine if it is not running."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(seconds)
        return time.monotonic() - began

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def threads(self) -> int:
        """Threads of the server process now."""
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def memory(self) -> int:
        """Bytes of memory that are the process's own."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no Pss")

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> tuple[int, bytes]:
        """One plain request, a POST of JSON if there are data: status and body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data)
        request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()


@contextmanager
def serving(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Server]:
    """A server that runs during the block and never longer."""
    port = free_port()
    server = Server(
        [*command, "--port", str(port)],
        {"LIVE_MAX_STREAMS_PER_PERSON": "100000", **environ, "ROLE": "web"},
        port,
    )
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGKILL)


class Stream(asyncio.Protocol):
    """One open stream: raw HTTP, so that thousands cost little. `arrivals` maps id to time."""

    def __init__(self, release_id: int, after: int, credentials: Mapping[str, str]) -> None:
        lines = [f"GET /releases/{release_id}/live/?after={after} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in credentials.items()]
        self._request = "\r\n".join([*lines, "", ""]).encode()
        self.status = 0
        self.events: list[tuple[Received, float]] = []
        self.transport: asyncio.Transport | None = None
        self.closed = asyncio.Event()
        self.opened = asyncio.Event()
        self.changed = asyncio.Event()
        self._raw = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._raw += data
        if not self.status and b"\r\n\r\n" in self._raw:
            head, _, self._raw = self._raw.partition(b"\r\n\r\n")
            self.status = int(head.split(b" ", 2)[1])
            self.opened.set()
        text, self._raw = unchunked(self._raw)
        self._take(text, now)

    def _take(self, text: bytes, now: float) -> None:
        found = parse(text)
        if found:
            self.events += [(event, now) for event in found]
            self.changed.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.opened.set()
        self.closed.set()
        self.changed.set()

    def leave(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def unchunked(raw: bytes) -> tuple[bytes, bytes]:
    """The content of the whole chunks, and the rest. One write of the hub is one chunk."""
    content = b""
    while (end := raw.find(b"\r\n")) >= 0:
        size = int(raw[:end], 16)
        if len(raw) < end + 2 + size + 2:
            break
        content += raw[end + 2 : end + 2 + size]
        raw = raw[end + 2 + size + 2 :]
    return content, raw


def bearer(token: str) -> dict[str, str]:
    """The header that a token is sent in."""
    return {"Authorization": f"Bearer {token}"}


async def open_stream(
    port: int, release_id: int, after: int, credentials: Mapping[str, str]
) -> Stream:
    """Connect and wait for the answer's status."""
    loop = asyncio.get_running_loop()
    _, stream = await loop.create_connection(
        lambda: Stream(release_id, after, credentials), "127.0.0.1", port
    )
    await stream.opened.wait()
    return stream


@dataclass
class Follower:
    """A client that never gives up: follows one release across lost connections.

    `faults` names every breach of the promise: each seq, or a resync covering it, and none twice.
    """

    port: int
    release_id: int
    token: str
    last: int = 0
    restless: float = 0.0
    delivered: int = 0
    covered: int = 0
    reconnects: int = 0
    faults: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    stream: Stream | None = None

    async def run(self) -> None:
        """Follow until cancelled. `restless` is the chance to leave after a batch of events."""
        while True:
            # While the server is down, connections are refused.
            with contextlib.suppress(OSError):
                await self._once()
                self.reconnects += 1
            await asyncio.sleep(random.uniform(0.02, 0.2))

    async def _once(self) -> None:
        stream = await open_stream(self.port, self.release_id, self.last, bearer(self.token))
        try:
            self.statuses[stream.status] += 1
            if stream.status not in (0, 200, 503):
                raise RuntimeError(f"The server answered {stream.status}.")
            while not stream.closed.is_set():
                await stream.changed.wait()
                stream.changed.clear()
                self._read(stream)
                if random.random() < self.restless:
                    return
        finally:
            self._read(stream)
            stream.leave()

    def _read(self, stream: Stream) -> None:
        events, stream.events = stream.events, []
        for event, _ in events:
            if event.id is None:
                continue
            if event.id <= self.last:
                self.faults.append(f"{event.id} again after {self.last}")
            elif event.event == "resync":
                self.covered += event.id - self.last
            elif event.id != self.last + 1:
                self.faults.append(f"{event.id} after {self.last}")
            else:
                self.delivered += 1
            self.last = event.id
