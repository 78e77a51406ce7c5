"""The gate's decision, replaying a log, and proving it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.side_by_side import Floor, Ours
from tests.bench.table import Row, at_least, at_most

EVENTS = 20_000


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """CPU time in one process; a release with 160 items and a long log."""
    found = ours.run("tests.bench.in_process", str(EVENTS))
    asked = f"with reading and comparing {found['asked_ms']:.1f} ms"
    yield at_most("decide() for 160 items", found["decide_ms"], 1, "ms", asked)
    yield at_least("replay()", found["replayed"], 30_000, "events/s", f"{found['events']:,} events")
    yield at_least("verify_audit, links only", found["linked"], 50_000, "events/s")
    clean = "clean" if not found["findings"] else f"FOUND {found['findings']}"
    yield at_least("verify_audit, everything", found["verified"], 15_000, "events/s", clean)
