"""A tick with its history, and ticks by many at once."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.side_by_side import Floor, Ours
from tests.bench.table import Row, at_most, times

TICKS = 60
CLIENTS = 8
SECONDS = 4.0
MOST = 10_000


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """CPU of one tick against the floor's, queries and bytes; ticks a second of eight clients."""
    with floor.serving() as server:
        ticks = [floor.change(item) for item in floor.items[:TICKS]]
        server.series(ticks[:10])
        least = server.series(ticks)
        share = len(floor.items) // CLIENTS
        own = [floor.items[n * share : (n + 1) * share] for n in range(CLIENTS)]
        least_crowd = server.crowd(
            [[floor.change(item) for item in items] for items in own], seconds=SECONDS
        )
    one, *others = ours.fresh_releases
    with ours.serving() as server:
        server.series(ours.changes(one[:10], 10))
        alone = server.series(ours.changes(one[10:80], TICKS))
        answer = server.client.send(ours.change(one[80], "tick"))
        crowd = server.crowd(
            [ours.changes(items, MOST) for items in others[:CLIENTS]], seconds=SECONDS
        )
        share = len(one[81:]) // CLIENTS
        own = [one[81 + n * share : 81 + (n + 1) * share] for n in range(CLIENTS)]
        together = server.crowd([ours.changes(items, MOST) for items in own], seconds=SECONDS)
    yield times("tick with history", alone.cpu_ms, least.cpu_ms, 2.5, "ms")
    if least.database_cpu_ms:
        yield times("tick, server and database", alone.all_cpu_ms, least.all_cpu_ms, 2.5, "ms")
    size = f"row and counters, {len(answer.body) / 1024:.1f} KB of HTML"
    yield at_most("tick, its answer on its way", answer.sent / 1024, 3, "KB", size)
    yield times(
        f"ticks/s, {CLIENTS} clients, a release each",
        crowd.per_second,
        least_crowd.per_second,
        0.4,
        "/s",
        least=True,
    )
    yield times(
        f"ticks/s, {CLIENTS} clients, one release",
        together.per_second,
        least_crowd.per_second,
        0.2,
        "/s",
        least=True,
    )
    counted = ours.queries["tick"]
    yield Row("tick, queries for 16, 160, 1600 items", f"{counted} SQL")
