"""Keeps the processes of one installation running: starts, restarts, and ends them in order.

`manage.py up` becomes this process and hands over its plan as JSON on stdin. Uses the standard
library alone, so that the process which lives as long as the installation is a small one.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PR_SET_PDEATHSIG = 1
POLL = 0.2
# A child that ends this soon after its start, this often in a row, will not get better by itself.
SOON = 3.0
MOST_FAILURES = 5
LONGEST_PAUSE = 5.0
# How long the others leave the processor to the first child, which people wait for.
HEAD_START = 5.0
GRACE = 20.0


@dataclass
class Child:
    """One process of the plan. `environ` is added to ours."""

    name: str
    arguments: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.arguments,
            env={**os.environ, **self.environ},
            stdin=subprocess.DEVNULL,
            # A group of its own: Ctrl-C in the terminal reaches us alone, and we keep the order.
            process_group=0,
            preexec_fn=_end_with(os.getpid()),
        )

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def note_end(self) -> None:
        """Plan the next start: at once after a long life, later after each short one."""
        now = time.monotonic()
        self.process = None
        self.failures = self.failures + 1 if now - self.started < SOON else 0
        self.not_before = now + min(POLL * 2**self.failures, LONGEST_PAUSE)

    def finish(self, deadline: float) -> None:
        """Wait until the deadline, then end it and all that it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _end_with(parent: int) -> Callable[[], None]:
    """What a child does first: ask the kernel for SIGTERM when the supervisor dies."""
    libc = ctypes.CDLL(None)

    def ask() -> None:
        # Only Linux has prctl().
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Supervisor:
    """Runs the plan until SIGINT, SIGTERM or SIGHUP, or until a child cannot be kept running."""

    def __init__(
        self, children: list[Child], *, address: tuple[str, int], banner: str, began: float
    ) -> None:
        self.children = children
        self.address = address
        self.banner = banner
        self.began = began
        self.stopping = threading.Event()
        self.failed = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda _number, _frame: self.stopping.set())
        for child in self.children[1:]:
            child.not_before = time.monotonic() + HEAD_START
        announced = False
        while not self.stopping.is_set():
            for child in self.children:
                self._look_after(child)
            announced = announced or self._announce()
            self.stopping.wait(POLL)
        self._stop()
        return int(self.failed)

    def _announce(self) -> bool:
        try:
            socket.create_connection(self.address, timeout=1).close()
        except OSError:
            return False
        say(f"{self.banner}\nUp after {time.time() - self.began:.1f} s.")
        for child in self.children:
            child.not_before = 0
        return True

    def _look_after(self, child: Child) -> None:
        if child.running():
            return
        if child.process is not None:
            say(f"{child.name} ended with status {child.process.returncode}; it starts again.")
            child.note_end()
        if child.failures >= MOST_FAILURES:
            say(f"{child.name} cannot be kept running; its messages are above.")
            self.failed = True
            self.stopping.set()
        elif time.monotonic() >= child.not_before:
            child.start()

    def _stop(self) -> None:
        """The last of the plan first: whoever makes work ends before whoever does it."""
        say("Stopping …")
        deadline = time.monotonic() + GRACE
        for child in reversed(self.children):
            if child.process is not None and child.running():
                child.process.terminate()
        for child in self.children:
            child.finish(deadline)
        say("Stopped.")


def say(text: str) -> None:
    print(text, flush=True)


def main(plan: dict[str, Any]) -> int:
    children = [Child(**child) for child in plan["children"]]
    host, port = plan["address"]
    supervisor = Supervisor(
        children, address=(host, port), banner=plan["banner"], began=plan["began"]
    )
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
