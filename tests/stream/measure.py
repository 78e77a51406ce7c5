"""What watchers cost and how soon they see a tick. Needs Django set up on a migrated database."""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

from checklists.actors import Actor
from checklists.models import Item
from checklists.operations.items import tick_item, untick_item
from checklists.state import Answer
from tests.stream.installation import MANAGE
from tests.stream.serving import Server, Stream, bearer, open_stream, serving
from tests.stream.world import World, make_world

AT_ONCE = 50
Change = Callable[[Item], None]


@dataclass(frozen=True)
class WatcherCost:
    """`bytes_each` is the growth of the server's own memory; kernel sockets come on top."""

    watchers: int
    connect_seconds: float
    bytes_each: int
    idle_cpu_percent: float

    def __str__(self) -> str:
        return (
            f"{self.watchers} watchers: {self.bytes_each / 1024:.1f} KiB each, idle "
            f"{self.idle_cpu_percent:.2f} % of a core, connected in {self.connect_seconds:.2f} s"
        )


@dataclass(frozen=True)
class TickLatency:
    """Seconds from before the tick's transaction until a watcher has the frame."""

    watchers: int
    p50: float
    p99: float
    worst: float
    last_p50: float
    cpu_each: float

    def __str__(self) -> str:
        return (
            f"tick to {self.watchers} watchers: p50 {_ms(self.p50)}, p99 {_ms(self.p99)}, worst "
            f"{_ms(self.worst)}; the last of them p50 {_ms(self.last_p50)}; server CPU "
            f"{_ms(self.cpu_each)} a tick"
        )


def measure_watchers(watchers: int) -> WatcherCost:
    """Open so many streams on one release, wait, and see what that took."""
    with _server() as (server, world):
        return asyncio.run(_watchers(server, world, watchers))


def measure_tick_latency(watchers: int, ticks: int = 50, *, elsewhere: bool = False) -> TickLatency:
    """Tick through the API, and time when every watcher has it.

    With `elsewhere` the change is made by this process and not by the server's, as a worker or a
    command does, so the hub must hear of it from Redis or find it.
    """
    with _server() as (server, world):
        change = _change_here if elsewhere else partial(_change_by_api, server, world)
        return asyncio.run(_latency(server, world, watchers, ticks, change))


async def _watchers(server: Server, world: World, watchers: int) -> WatcherCost:
    warm = await _open(server, world, 10)
    before = server.memory()
    began = time.perf_counter()
    streams = await _open(server, world, watchers)
    connected = time.perf_counter() - began
    await asyncio.sleep(2)
    grown = server.memory() - before
    cpu, since = server.cpu_seconds(), time.perf_counter()
    await asyncio.sleep(10)
    idle = (server.cpu_seconds() - cpu) / (time.perf_counter() - since)
    for stream in [*warm, *streams]:
        stream.leave()
    return WatcherCost(watchers, connected, grown // watchers, idle * 100)


async def _latency(
    server: Server, world: World, watchers: int, ticks: int, change: Change
) -> TickLatency:
    streams = await _open(server, world, watchers)
    items = await asyncio.to_thread(_items, world)
    for item in items:
        await _tick(streams, item, change)
    cpu = server.cpu_seconds()
    delays = [await _tick(streams, items[n % len(items)], change) for n in range(ticks)]
    cpu = server.cpu_seconds() - cpu
    every = sorted(delay for of_tick in delays for delay in of_tick)
    for stream in streams:
        stream.leave()
    return TickLatency(
        watchers,
        p50=statistics.median(every),
        p99=every[int(len(every) * 0.99)],
        worst=every[-1],
        last_p50=statistics.median(max(of_tick) for of_tick in delays),
        cpu_each=cpu / ticks,
    )


async def _tick(streams: Sequence[Stream], item: Item, change: Change) -> list[float]:
    """One change; the delay of each stream."""
    for stream in streams:
        stream.events.clear()
    began = time.perf_counter()
    await asyncio.to_thread(change, item)
    async with asyncio.timeout(30):
        for stream in streams:
            while not any(event.id for event, _ in stream.events):
                stream.changed.clear()
                await stream.changed.wait()
    await asyncio.sleep(0.05)
    return [next(at for event, at in s.events if event.id) - began for s in streams]


def _items(world: World) -> list[Item]:
    return list(Item.objects.filter(release=world.release).select_related("release"))


def _change_here(item: Item) -> None:
    item.refresh_from_db(fields=["answer"])
    actor = Actor.of_person(the_world().cast.priya)
    (untick_item if item.answer == Answer.DONE else tick_item)(item, actor=actor)


def _change_by_api(server: Server, world: World, item: Item) -> None:
    """One request; which of the two it is depends on how often it was made."""
    word = "untick" if item.answer == Answer.DONE else "tick"
    item.answer = Answer.OPEN if item.answer == Answer.DONE else Answer.DONE
    status, answer = server.get(f"/api/v1/items/{item.pk}/{word}", bearer(world.token), data=b"{}")
    if status != 200:
        raise RuntimeError(f"The API answered {status}: {answer!r}")


async def _open(server: Server, world: World, count: int) -> list[Stream]:
    head = (await asyncio.to_thread(world.heads))[world.release.pk]
    streams: list[Stream] = []
    while len(streams) < count:
        wave = min(AT_ONCE, count - len(streams))
        opening = (
            open_stream(server.port, world.release.pk, head, bearer(world.token))
            for _ in range(wave)
        )
        streams += await asyncio.gather(*opening)
    if any(stream.status != 200 for stream in streams):
        raise RuntimeError("A stream was refused.")
    return streams


@contextmanager
def _server() -> Iterator[tuple[Server, World]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65_536)), hard))
    with serving([*MANAGE, "serve"], os.environ) as server:
        yield server, the_world()


@cache
def the_world() -> World:
    """Made once in this process, on a database without it."""
    return make_world(releases=4)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
