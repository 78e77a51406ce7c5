"""The API's list of a release's items."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.client import Request
from tests.bench.side_by_side import Floor, Ours
from tests.bench.table import Row, times

LISTS = 40


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """CPU against the floor's JSON of the same rows."""
    with floor.serving() as server:
        listed = floor.get("/json/")
        server.series([listed] * 5)
        least = server.series([listed] * LISTS)
    with ours.serving() as server:
        path = f"/api/v1/releases/{ours.release}/items?limit=200"
        listed = Request("GET", path, {"Authorization": f"Bearer {ours.place['token']}"})
        server.series([listed] * 5)
        spent = server.series([listed] * LISTS)
        size = len(server.client.send(listed).body) / 1024
    yield times(
        "JSON list of 160 items", spent.cpu_ms, least.cpu_ms, 3, "ms", note=f"{size:.0f} KB"
    )
