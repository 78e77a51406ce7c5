"""The supervisor with children that do little, killed in every way."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Writes "name pid" into a file, then waits; ends in the way its name says.
CHILD = """
import os, signal, sys, time
name, journal = sys.argv[1], sys.argv[2]
def note(what):
    with open(journal, "a") as file:
        file.write(f"{name} {what} {os.getpid()}\\n")
def end(*_):
    note("ended")
    os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if name == "stubborn" else end)
note("started")
if name == "broken":
    sys.exit(3)
time.sleep(60)
"""


class Installation:
    """A running supervisor and what its children wrote down."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.journal = folder / "journal"
        self.journal.touch()
        children = [
            {"name": name, "arguments": [sys.executable, "-c", CHILD, name, str(self.journal)]}
            for name in names
        ]
        # Stands in for the web process's port: once it answers, the others are started.
        self.port = socket.create_server(("127.0.0.1", 0))
        plan = {"children": children, "address": self.port.getsockname()}
        plan |= {"banner": "ready", "began": 0.0}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "readiness.supervisor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.process.stdin.write(json.dumps(plan))
        self.process.stdin.close()

    def lines(self, what: str) -> list[tuple[str, int]]:
        rows = [line.split() for line in self.journal.read_text().splitlines()]
        return [(row[0], int(row[2])) for row in rows if row[1] == what]

    def wait_for(self, count: int, what: str = "started") -> list[tuple[str, int]]:
        deadline = time.monotonic() + 15
        while len(self.lines(what)) < count:
            assert time.monotonic() < deadline, self.journal.read_text()
            time.sleep(0.02)
        return self.lines(what)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def _gone(pid: int, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while True:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)


@pytest.fixture
def installation(tmp_path):
    started = []

    def start(*names: str) -> Installation:
        started.append(Installation(tmp_path, *names))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait()
        each.process.stdout.close()
        each.port.close()
        for _name, pid in each.lines("started"):
            if not _gone(pid, within=0):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_stop_ends_all_children(installation, number):
    running = installation("web", "worker")
    running.wait_for(2)
    assert running.end(number) == 0
    assert {name for name, _ in running.lines("ended")} == {"web", "worker"}
    assert all(_gone(pid) for _, pid in running.lines("started"))


def test_a_killed_child_is_started_again(installation):
    running = installation("web", "worker")
    first = dict(running.wait_for(2))
    os.kill(first["worker"], signal.SIGKILL)
    names = [name for name, _ in running.wait_for(3)]
    assert sorted(names) == ["web", "worker", "worker"]
    assert running.end(signal.SIGTERM) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of this death")
def test_nobody_survives_the_killed_supervisor(installation):
    running = installation("web", "worker")
    children = running.wait_for(2)
    running.end(signal.SIGKILL)
    assert all(_gone(pid) for _, pid in children)


def test_a_child_that_always_ends_stops_everything_with_a_failure(installation):
    running = installation("broken", "worker")
    assert running.process.wait(60) == 1
    assert len(running.lines("started")) == 5 + 1
    assert "broken cannot be kept running" in running.process.stdout.read()
    assert all(_gone(pid) for _, pid in running.lines("started"))
