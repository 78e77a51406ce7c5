"""Real servers on loopback that answer as badly as a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Behave = Callable[[socket.socket, bytes], None]


class Server:
    """Accepts connections, reads a request's head, and lets `behave` answer.

    `heads` are the heads received, `accepted` counts connections. One that `greets` speaks first.
    """

    def __init__(
        self, behave: Behave, tls: ssl.SSLContext | None = None, *, greets: bool = False
    ) -> None:
        self._behave = behave
        self._tls = tls
        self._greets = greets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heads: list[bytes] = []
        self.accepted = 0
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        # Closing alone would leave accept() asleep.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            head = b"\r\n\r\n" if self._greets else b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            self.heads.append(head)
            self._behave(connection, head)
        except OSError:
            pass
        finally:
            connection.close()


def answer(status: int = 200, body: bytes = b"fine", *headers: str) -> Behave:
    """Send one complete answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    message = "\r\n".join(lines).encode() + body

    def behave(connection: socket.socket, head: bytes) -> None:
        connection.sendall(message)

    return behave


def redirect(location: str, status: int = 302) -> Behave:
    """Send the client elsewhere."""
    return answer(status, b"", f"Location: {location}")


def by_path(routes: dict[str, Behave]) -> Behave:
    """Behave by the path asked for."""

    def behave(connection: socket.socket, head: bytes) -> None:
        routes[head.split(b" ", 2)[1].decode()](connection, head)

    return behave


def flood(first: bytes, endless: bytes, *, every_s: float = 0.0) -> Behave:
    """Send `first`, then `endless` again and again until the client has enough."""

    def behave(connection: socket.socket, head: bytes) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(endless)
            time.sleep(every_s)

    return behave


class Failing:
    """Cuts off the first connections it gets, then behaves."""

    def __init__(self, times: int, then: Behave) -> None:
        self.left = times
        self._then = then

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        if self.left > 0:
            self.left -= 1
            # Linger of zero makes close() a reset.
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return
        self._then(connection, head)


class NameServer:
    """A name server on UDP. `records` maps (name, type) to rrset lines, or to None: no answer."""

    def __init__(
        self, records: dict[tuple[str, str], list[str] | None], delay_s: float = 0.0
    ) -> None:
        self._records = records
        self._delay_s = delay_s
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked: list[str] = []
        self._stopping = False

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping = True
        # A datagram to itself wakes the thread; closing alone would not.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, peer = self._socket.recvfrom(4096)
            if self._stopping:
                return
            time.sleep(self._delay_s)
            self._reply(dns.message.from_wire(wire), peer)

    def _reply(self, query: dns.message.Message, peer: tuple[str, int]) -> None:
        question = query.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(name)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if not any(known == name for known, _ in self._records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        lines = self._records.get((name, kind), [])
        if lines is None:
            return
        for line in lines:
            owner, rtype, value = line.split()
            reply.answer.append(dns.rrset.from_text(owner, 60, "IN", rtype, value))
        self._socket.sendto(reply.to_wire(), peer)
