"""Starting writers together and judging what they left; used by tests and by `make prove`."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass

from checklists.models import Release
from tests.databases import CommittedDatabase

ITEMS_EACH = 10


@dataclass(frozen=True)
class Result:
    """What one writer said."""

    acknowledged: list[tuple[int, int]]
    worst: float | None
    errors: str


@contextmanager
def writers(database: CommittedDatabase, release: Release, person: int, count: int, ticks: int):
    """So many processes, all ready, none begun; whoever is still alive at the end is killed."""
    begun = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.processes.ticker",
                *map(str, (release.pk, person, n * ITEMS_EACH, ITEMS_EACH, ticks)),
            ],
            env=database.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(count)
    ]
    try:
        for process in begun:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
        yield begun
    finally:
        for process in begun:
            process.kill()
            process.wait()


def go(processes) -> None:
    """Let all begin at once."""
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


def results(processes) -> list[Result]:
    """Wait for all, and read what each said."""
    found = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        lines = [line.split() for line in out.splitlines() if line]
        acknowledged = [
            (int(line[0]), int(line[1])) for line in lines if len(line) == 2 and line[0].isdigit()
        ]
        worst = next((float(line[1]) for line in lines if line[0] == "worst"), None)
        found.append(Result(acknowledged, worst, err))
    return found
