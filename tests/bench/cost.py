"""What processes cost: CPU time and memory, from /proc."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import psycopg

PROC = Path("/proc")


def cpu_seconds(pids: Iterable[int]) -> float:
    """Time that the processes' threads have spent on a processor, to the nanosecond."""
    return sum(_running(task) for pid in pids for task in _tasks(pid)) / 1e9


def pss(pids: Iterable[int]) -> int:
    """Bytes of memory, with pages that processes share counted once among them."""
    return sum(_pss(pid) for pid in pids)


def family(pid: int) -> list[int]:
    """A process and all that came of it."""
    children: dict[int, list[int]] = {}
    for process in PROC.iterdir():
        if process.name.isdigit() and (stat := _read(process / "stat")):
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(process.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def backends(database_url: str) -> list[int]:
    """The PostgreSQL processes that work for one database; none for SQLite or for another host."""
    if not database_url.startswith("postgres"):
        return []
    with psycopg.connect(database_url, autocommit=True) as server:
        rows = server.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in rows if (PROC / str(pid)).exists()]


def settle(pids: list[int], *, limit: float = 5.0) -> None:
    """Wait until the processes have finished what they still had to do."""
    until = time.monotonic() + limit
    before = cpu_seconds(pids)
    while time.monotonic() < until:
        time.sleep(0.15)
        now = cpu_seconds(pids)
        if now - before < 0.002:
            return
        before = now


def _tasks(pid: int) -> list[Path]:
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _running(task: Path) -> int:
    # Of a thread that ended meanwhile nothing can be read any more.
    return int((_read(task / "schedstat") or "0").split()[0])


def _pss(pid: int) -> int:
    for line in _read(PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
