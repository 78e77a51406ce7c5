"""The embedded whole, as `make run` starts it: how soon it answers, what memory it takes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.client import Client, Request
from tests.bench.cost import cpu_seconds, family, pss
from tests.bench.side_by_side import Floor, Ours, free_port, wait_for
from tests.bench.table import Row, at_most, median
from tests.stream.installation import MANAGE, ROOT

STARTS = 3
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Start:
    """`seconds` until the sign-in page came, `cpu` until then of all its processes together."""

    pid: int
    seconds: float
    cpu: float


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """The web process alone; then everything, the second time it is started on its data."""
    starts = [_web(ours) for _ in range(STARTS)]
    seconds = median([start.seconds for start in starts])
    cpu = median([start.cpu for start in starts])
    yield at_most("web process, CPU until it answers", cpu, 1.5, "s", f"after {seconds:.1f} s")
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as data:
        with _whole(data) as first:
            pass
        with _whole(data) as second:
            _rest(second.pid)
            memory = pss(family(second.pid)) / MEGABYTE
            names = ", ".join(_sizes(second.pid))
    made = f"first start with the demo {first.seconds:.1f} s"
    yield at_most("make run, the second time", second.seconds, 5, "s", made)
    yield Row("make run, the second time, CPU", f"{second.cpu:.1f} s")
    yield at_most("memory of everything (PSS)", memory, 280, "MB", names)


def _web(ours: Ours) -> Start:
    began = time.perf_counter()
    with ours.serving() as server:
        seconds = time.perf_counter() - began
        return Start(server.pid, seconds, cpu_seconds(server.pids))


@contextmanager
def _whole(data: str) -> Iterator[Start]:
    """Everything on a data directory of its own, ended as Ctrl-C ends it."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environ = {**kept, "READINESS_DATA": data, "PORT": str(port)}
    command = ["make", "run"] if shutil.which("make") else [*MANAGE, "up"]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=environ,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        start_new_session=True,
    )
    try:
        wait_for(port, process, seconds=180)
        Client(port).send(Request("GET", "/accounts/login/"))
        members = family(process.pid)
        yield Start(process.pid, time.perf_counter() - began, cpu_seconds(members))
    finally:
        # In a terminal the signal reaches the whole group.
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _rest(pid: int) -> None:
    """Until worker and scheduler have come, too, and nobody has anything left to do."""
    for _ in range(15):
        before = cpu_seconds(family(pid))
        time.sleep(2)
        if cpu_seconds(family(pid)) - before < 0.1:
            return


def _sizes(pid: int) -> Iterator[str]:
    """What each process takes of it, the largest first."""
    sizes = sorted(((pss([member]), member) for member in family(pid)), reverse=True)
    for size, _ in sizes:
        if size > MEGABYTE:
            yield f"{size / MEGABYTE:.0f}"
