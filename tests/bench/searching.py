"""Search in a release of 1,600 items and over all releases: the time of an answer, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from tests.bench.client import Request
from tests.bench.side_by_side import Floor, Ours, Served
from tests.bench.table import Row, at_most, median

ITEMS = 1600
QUERIES = (
    "database",
    "backup rest",
    '"night shift"',
    "throttled region",
    "rollb four minutes",
    "vendor ticket 40",
    "configure",
    "a",
    "nothing of the kind",
    "proved run",
)
ROUNDS = 5


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """The middle and the slowest of many answers, each with what a person might type."""
    release = ours.run("tests.bench.large", str(ITEMS))["release"]
    with ours.serving() as server:
        cookie = {"Cookie": ours.place["cookie"]}
        for what, path in (
            (f"search in {ITEMS:,} items", f"/releases/{release}/filter/?q="),
            (f"search over all releases, {ITEMS:,} items and more", "/search/?q="),
            ("jump", "/jump/?q="),
        ):
            requests = [Request("GET", path + quote(q), cookie) for q in QUERIES]
            _times(server, requests)
            taken = [ms for _ in range(ROUNDS) for ms in _times(server, requests)]
            yield at_most(f"{what}, p50", median(taken), 100, "ms", f"slowest {max(taken):.0f} ms")


def _times(server: Served, requests: Sequence[Request]) -> list[float]:
    client, taken = server.client, []
    for request in requests:
        began = time.perf_counter()
        client.send(request)
        taken.append((time.perf_counter() - began) * 1000)
    return taken
