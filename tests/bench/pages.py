"""The release page: again, after a tick, in a process that has just started; and "not changed"."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from tests.bench.side_by_side import Floor, Ours
from tests.bench.table import Row, at_most, median, times
from tests.bench.ticker import Ticker

VIEWS = 40
STARTS = 3
MOST_KB = 16
HOLDS_SECONDS = 30
"""So long a page without news counts as unchanged, by the clock."""
ENOUGH_SECONDS = 12


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """CPU against the floor's page; queries, for three sizes of checklist; bytes."""
    with Ticker(ours) as ticker:

        def tick(_number: int) -> None:
            ticker.change()

        with floor.serving() as server:
            page, kept = floor.get("/page/"), floor.get("/kept/")
            server.series([page, kept] * 5)
            least = server.series([page] * VIEWS).cpu_ms
            least_kept = server.series([kept] * VIEWS).cpu_ms
            # A processor that did something else meanwhile is slower for everybody.
            least_between = server.series([page] * VIEWS, before_each=tick).cpu_ms
        with ours.serving() as server:
            server.series([ours.page()] * 5)
            again = server.series([ours.page()] * VIEWS).cpu_ms
            _wait_for_a_new_turn()
            answer = server.client.send(ours.page())
            unchanged = replace(
                ours.page().with_headers(If_None_Match=answer.headers["etag"]), expected=304
            )
            same = server.series([unchanged] * VIEWS).cpu_ms
            changed = server.series([ours.page()] * VIEWS, before_each=tick).cpu_ms
    yield times("page, seen before", again, least, 0.5, "ms")
    yield times("page, after a tick", changed, least_between, 1, "ms")
    ready = _first(ours, ours.release)
    yield times("page, first of a process", ready, least, 2, "ms", note="after its warm-up")
    other = _first(ours, ours.quiet_release)
    yield times("page, first of a release nobody works on", other, least, None, "ms")
    yield times("page, not changed: 304", same, least_kept, 1.5, "ms")
    size = f"{len(answer.body) / 1024:.0f} KB of HTML"
    yield at_most("page, bytes on their way", answer.sent / 1024, MOST_KB, "KB", size)
    yield from _queries(ours)


def _wait_for_a_new_turn() -> None:
    """Until a page is promised to stay as it is for long enough to ask for it often."""
    left = HOLDS_SECONDS - time.time() % HOLDS_SECONDS
    if left < ENOUGH_SECONDS:
        time.sleep(left + 0.1)


def _first(ours: Ours, release: int) -> float:
    """CPU of the first page after a start: the middle one of a few starts."""
    spent = []
    for _ in range(STARTS):
        with ours.serving() as server:
            spent.append(server.series([ours.page(release)]).cpu_ms)
    return median(spent)


def _queries(ours: Ours) -> Iterator[Row]:
    counted = ours.queries
    first = [size["first"] for size in counted["page"]]
    again = [size["again"] for size in counted["page"]]
    sizes = ", ".join(str(size["items"]) for size in counted["page"])
    same = len(set(first)) == len(set(again)) == 1
    note = f"for {sizes} items: {first}" + ("" if same else " NOT EQUAL")
    yield at_most("page, queries looking for the first time", max(first), 12, "SQL", note)
    yield at_most("page, queries looking again", max(again), 5, "SQL", f"{again}")
    grown = counted["events"]
    yield Row(
        "page, queries with 0 and 100 events an item",
        f"{grown[0]} and {grown[1]} SQL",
        "equal",
        grown[0] == grown[1],
    )
