"""Two servers side by side: ours and the floor, on fresh data in the same kind of database."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.client import Client, Load, Request, all_at_once, one_after_another
from tests.bench.cost import backends, family
from tests.stream.installation import MANAGE, ROOT, fresh_database, fresh_installation

CSRF = "0123456789abcdefghijABCDEFGHIJ01"


@dataclass
class Served:
    """One running server. `database_url` is that of its data."""

    port: int
    pid: int
    database_url: str

    @property
    def pids(self) -> list[int]:
        """The server's processes."""
        return family(self.pid)

    @cached_property
    def client(self) -> Client:
        """A connection for what is not measured."""
        return Client(self.port)

    def series(self, requests: Sequence[Request], **more: Any) -> Load:
        """What the requests cost, one after another."""
        return one_after_another(
            self.port, self.pids, requests, database=backends(self.database_url), **more
        )

    def crowd(self, of_each: Sequence[Sequence[Request]], *, seconds: float) -> Load:
        """What several clients at once cost, and how many requests they get through."""
        return all_at_once(
            self.port,
            self.pids,
            of_each,
            seconds=seconds,
            database=backends(self.database_url),
        )


@dataclass
class Ours:
    """An installation of the product that nobody else uses, with the releases to measure."""

    environ: dict[str, str]
    place: dict[str, Any]

    def page(self, release: int | None = None) -> Request:
        """The release page, as somebody who is signed in asks for it."""
        path = f"/releases/{release or self.release}/"
        cookie = f"{self.place['cookie']}; readiness_csrf={CSRF}"
        return Request("GET", path, {"Cookie": cookie, "Accept-Encoding": "gzip, br"})

    def change(self, item: int, verb: str) -> Request:
        """A tick or untick as the page's script sends it."""
        headers = {
            "Cookie": f"{self.place['cookie']}; readiness_csrf={CSRF}",
            "X-CSRFToken": CSRF,
            "HX-Request": "true",
            "Accept-Encoding": "gzip, br",
        }
        return Request("POST", f"/items/{item}/{verb}/", headers, "")

    def changes(self, items: Sequence[int], count: int) -> list[Request]:
        """So many changes of open items, each a real one: all ticked, all unticked, and again."""
        verbs = ("tick", "untick")
        return [
            self.change(items[number % len(items)], verbs[number // len(items) % 2])
            for number in range(count)
        ]

    @property
    def release(self) -> int:
        """The release that is half way through."""
        return int(next(iter(self.place["releases"])))

    @property
    def quiet_release(self) -> int:
        """One in which nothing has happened for longer than in the others."""
        return int(list(self.place["releases"])[1])

    @property
    def fresh_releases(self) -> list[list[int]]:
        """The items of each release in which nothing is ticked yet."""
        return list(self.place["releases"].values())[1:]

    @cached_property
    def queries(self) -> dict[str, list]:
        """How many queries pages and ticks take, counted once."""
        return self.run("tests.bench.queries")

    def run(self, module: str, *arguments: str) -> Any:
        """What a module prints as JSON, run in a process of its own on these data."""
        return run_json([sys.executable, "-m", module, *arguments], self.environ)

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """The web process."""
        port = free_port()
        command = [*MANAGE, "serve", "--port", str(port)]
        environ = {**self.environ, "ROLE": "web", "LIVE_MAX_STREAMS_PER_PERSON": "100000"}
        with started(command, environ, port) as pid:
            yield Served(port, pid, self.environ["DATABASE_URL"])


@dataclass
class Floor:
    """The floor's installation."""

    environ: dict[str, str]
    session: str
    items: list[int]

    def get(self, path: str) -> Request:
        """A page for somebody who is signed in."""
        return Request("GET", path, {"Cookie": f"sessionid={self.session}"})

    def change(self, item: int, state: str = "done") -> Request:
        """A tick."""
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }
        return Request("POST", f"/set/{item}/", headers, f"state={state}")

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """The floor's server."""
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.floor", "serve", str(port)]
        with started(command, self.environ, port) as pid:
            yield Served(port, pid, self.environ["DATABASE_URL"])


@contextmanager
def installations(postgres_url: str, redis_url: str) -> Iterator[tuple[Ours, Floor]]:
    """Ours and the floor, on fresh databases of the same kind; both are gone afterwards."""
    with ExitStack() as stack:
        environ = stack.enter_context(fresh_installation(postgres_url, redis_url))
        ours = Ours(environ, run_json([sys.executable, "-m", "tests.bench.world"], environ))
        data = str(Path(environ["READINESS_DATA"]) / "floor")
        Path(data).mkdir()
        url = stack.enter_context(fresh_database(postgres_url, data))
        floor_environ = {**environ, "FLOOR_DATA": data, "DATABASE_URL": url}
        command = [sys.executable, "-m", "tests.bench.floor", "prepare"]
        made = run_json(command, floor_environ, json.dumps(ours.place["titles"]))
        yield ours, Floor(floor_environ, made["session"], made["items"])


def run_json(command: Sequence[str], environ: dict[str, str], given: str = "") -> Any:
    """What a program prints, read as JSON. Raises RuntimeError with its words if it fails."""
    done = subprocess.run(
        command, env=environ, input=given, capture_output=True, text=True, cwd=ROOT
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


@contextmanager
def started(command: Sequence[str], environ: dict[str, str], port: int) -> Iterator[int]:
    """A process that listens on the port, and never outlives the block."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """A port nobody listens on, and not one of those the system gives to clients."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def wait_for(port: int, process: subprocess.Popen, seconds: float = 90) -> None:
    """Until somebody listens there. Raises RuntimeError if the process ends before."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"Nothing listens on {port} (exit {process.poll()}).")
