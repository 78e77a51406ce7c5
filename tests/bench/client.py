"""A small HTTP client that stays connected, and several of them at once."""

from __future__ import annotations

import gzip
import http.client
import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import brotli

from tests.bench.cost import cpu_seconds, settle

UNZIP = {"gzip": gzip.decompress, "br": brotli.decompress}


@dataclass(frozen=True)
class Request:
    """One request, whole. `expected` is the status without which a measurement means nothing."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    expected: int = 200

    def with_headers(self, **more: str) -> Request:
        """The same with more headers; an underscore stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return Request(self.method, self.path, {**self.headers, **named}, self.body, self.expected)


@dataclass(frozen=True)
class Answer:
    """What came back, unzipped; `sent` is how many bytes its body was on its way."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: int


class Client:
    """One connection to one server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, request: Request) -> Answer:
        """Ask and read the whole answer. Raises RuntimeError for another status than expected."""
        headers = dict(request.headers)
        if request.body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        self._connection.request(request.method, request.path, request.body, headers)
        response = self._connection.getresponse()
        raw = response.read()
        if response.status != request.expected:
            raise RuntimeError(f"{request.method} {request.path}: {response.status} {raw[:300]!r}")
        named = {name.lower(): value for name, value in response.getheaders()}
        unzip = UNZIP.get(named.get("content-encoding", ""))
        body = unzip(raw) if unzip else raw
        return Answer(response.status, named, body, len(raw))

    def close(self) -> None:
        """Leave."""
        self._connection.close()


@dataclass(frozen=True)
class Load:
    """What a series of requests cost. CPU in milliseconds a request."""

    requests: int
    seconds: float
    cpu_ms: float
    database_cpu_ms: float

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds

    @property
    def all_cpu_ms(self) -> float:
        """Of the server and its database together."""
        return self.cpu_ms + self.database_cpu_ms


def one_after_another(
    port: int,
    pids: Sequence[int],
    requests: Sequence[Request],
    *,
    database: Sequence[int] = (),
    before_each: Callable[[int], object] | None = None,
) -> Load:
    """Send the requests over one connection. `before_each` must cost the server nothing."""
    client = Client(port)
    settle(list(pids))
    cpu, cpu_database, seconds = cpu_seconds(pids), cpu_seconds(database), 0.0
    for number, request in enumerate(requests):
        if before_each is not None:
            before_each(number)
        began = time.perf_counter()
        client.send(request)
        seconds += time.perf_counter() - began
    # An answer is on its way before the server has put everything away.
    settle(list(pids))
    spent, in_database = cpu_seconds(pids) - cpu, cpu_seconds(database) - cpu_database
    client.close()
    count = len(requests)
    return Load(count, seconds, spent / count * 1000, in_database / count * 1000)


def all_at_once(
    port: int,
    pids: Sequence[int],
    of_each: Sequence[Sequence[Request]],
    *,
    seconds: float,
    database: Sequence[int] = (),
) -> Load:
    """One client for each of the series, each going round in its own until the time is over."""
    counts = [0] * len(of_each)
    faults: list[Exception] = []
    settle(list(pids))
    cpu, cpu_database = cpu_seconds(pids), cpu_seconds(database)
    began = time.perf_counter()

    def run(number: int) -> None:
        client = Client(port)
        try:
            for request in itertools.cycle(of_each[number]):
                client.send(request)
                counts[number] += 1
                if time.perf_counter() - began > seconds:
                    return
        except Exception as fault:  # noqa: BLE001 (raised again by whoever started the thread)
            faults.append(fault)
        finally:
            client.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(of_each))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    took = time.perf_counter() - began
    total = sum(counts)
    return Load(
        total,
        took,
        (cpu_seconds(pids) - cpu) / total * 1000,
        (cpu_seconds(database) - cpu_database) / total * 1000,
    )
