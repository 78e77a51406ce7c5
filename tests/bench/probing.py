"""What a probe costs, and how many a worker gets through when its targets are slow."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.side_by_side import Floor, Ours
from tests.bench.table import Row, at_least, at_most


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """CPU of the process that looks; the targets are another process."""
    found = ours.run("tests.bench.prober")
    yield at_most("HTTP probe", found["http_ms"], 0.8, "ms")
    yield at_most("HTTPS probe", found["https_ms"], 2, "ms")
    yield at_least(
        "worker of 16 threads, HTTPS targets at 200 ms",
        found["per_second"],
        50,
        "probes/s",
        f"claimed and recorded; {found['recorded_ms']:.1f} ms CPU each",
    )
