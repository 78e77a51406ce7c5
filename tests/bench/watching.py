"""Ticks in one browser, seen in others: how soon, and what those who watch cost."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.client import Client, Request
from tests.bench.cost import cpu_seconds, pss
from tests.bench.side_by_side import Floor, Ours, Served
from tests.bench.table import Row, at_most
from tests.bench.viewer import Viewer, viewers

TICKS, WARM_UP = 50, 3
MOST = TICKS + WARM_UP
CROWD = 1000
IDLE_SECONDS = 8


@dataclass(frozen=True)
class Seen:
    """Milliseconds from before the request until the others had it: the first and the last."""

    first: Sequence[float]
    last: Sequence[float]
    cpu_ms: float


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """One who watches; then many of them."""
    _allow_many_files()
    with ours.serving() as server:
        one = asyncio.run(_one(ours, server))
        p50, worst = statistics.median(one.last), max(one.last)
        yield at_most("tick to another viewer, p50 of 50", p50, 100, "ms")
        yield Row("tick to another viewer, worst of 50", f"{worst:.0f} ms")
    with ours.serving() as server:
        yield from asyncio.run(_many(ours, server))


async def _one(ours: Ours, server: Served) -> Seen:
    async with viewers(server.port, ours, 1) as watching:
        return await _ticks(server, ours.changes(_items(ours)[:70], MOST), watching)


async def _many(ours: Ours, server: Served) -> list[Row]:
    async with viewers(server.port, ours, 10):
        before = pss(server.pids)
        async with viewers(server.port, ours, CROWD) as watching:
            await asyncio.sleep(2)
            each = (pss(server.pids) - before) / CROWD / 1024
            cpu, began = cpu_seconds(server.pids), time.perf_counter()
            await asyncio.sleep(IDLE_SECONDS)
            idle = (cpu_seconds(server.pids) - cpu) / (time.perf_counter() - began) * 100
            seen = await _ticks(server, ours.changes(_items(ours)[70:140], MOST), watching)
    name = f"{CROWD:,} watchers"
    return [
        at_most(f"tick to the last of {name}, p50", statistics.median(seen.last), 50, "ms"),
        at_most(f"tick to the last of {name}, worst", max(seen.last), 1000, "ms"),
        Row(f"CPU of a tick with {name}", f"{seen.cpu_ms:.1f} ms"),
        at_most("memory of a watcher", each, 12, "KB"),
        at_most(f"{name}, idle", idle, 1, "% of a core"),
    ]


def _items(ours: Ours) -> list[int]:
    """Open items of the release that is watched."""
    return ours.fresh_releases[-1]


async def _ticks(server: Served, changes: Sequence[Request], watching: Sequence[Viewer]) -> Seen:
    """Ticks sent over HTTP to the very server that the others watch."""
    client = Client(server.port)
    first, last, cpu = [], [], 0.0
    for number, change in enumerate(changes):
        if number == WARM_UP:
            cpu = cpu_seconds(server.pids)
        arrivals = await _seen(client, change, watching)
        if number >= WARM_UP:
            first.append(min(arrivals))
            last.append(max(arrivals))
        await asyncio.sleep(0.05)
    spent = cpu_seconds(server.pids) - cpu
    client.close()
    return Seen(first, last, spent / TICKS * 1000)


async def _seen(client: Client, change: Request, watching: Sequence[Viewer]) -> list[float]:
    """Milliseconds until each of them had it."""
    loop = asyncio.get_running_loop()
    arrivals = [viewer.expect() for viewer in watching]
    began = loop.time()
    await asyncio.to_thread(client.send, change)
    async with asyncio.timeout(30):
        return [(at - began) * 1000 for at in await asyncio.gather(*arrivals)]


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65_536)), hard))
