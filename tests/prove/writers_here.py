"""The part of `writers` that runs on one database: that of this process's environment, empty."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import django

django.setup()

from checklists.audit.verify import verify_all  # noqa: E402
from checklists.models import AuditEvent, Release  # noqa: E402
from tests.audit.full_release import log_rows_of_factories  # noqa: E402
from tests.cast import make_cast  # noqa: E402
from tests.checklist_data import open_small_release, publish, wide_tree  # noqa: E402
from tests.databases import CommittedDatabase  # noqa: E402
from tests.processes.many_writers import ITEMS_EACH, go, results, writers  # noqa: E402

WRITERS, TICKS, KILLS = 8, 100, 8


def main() -> int:
    """First all to the end, then killed one after the other."""
    cast = make_cast()
    template = publish(wide_tree(WRITERS * ITEMS_EACH))
    log_rows_of_factories()
    database = CommittedDatabase(os.environ["DATABASE_URL"], Path(os.environ["READINESS_DATA"]))
    held = [
        together(database, open_small_release(cast, "1.0.0", template), cast.priya.pk),
        killed(database, open_small_release(cast, "2.0.0", template), cast.priya.pk),
    ]
    report = verify_all()
    print(f"  verify_audit: {report.events} events, {len(report.findings)} findings")
    return int(not all(held) or not report.is_clean)


def together(database: CommittedDatabase, release: Release, person: int) -> bool:
    """All tick at once, to the end."""
    with writers(database, release, person, WRITERS, TICKS) as processes:
        began = time.monotonic()
        go(processes)
        found = results(processes)
        took = time.monotonic() - began
    errors = [result.errors for result in found if result.errors]
    whole = sequence(release) == list(range(1, WRITERS * TICKS + 2))
    worst = max(result.worst or 0.0 for result in found)
    print(
        f"  {WRITERS} x {TICKS} ticks in {took:.1f} s ({WRITERS * TICKS / took:.0f}/s): "
        f"{len(errors)} errors, seq {'1..n' if whole else 'BROKEN'}, "
        f"worst wait {worst:.2f} s (target 2 s)",
        flush=True,
    )
    return whole and not errors


def killed(database: CommittedDatabase, release: Release, person: int) -> bool:
    """Each is killed in the middle; what it had said is there."""
    with writers(database, release, person, KILLS, 10_000) as processes:
        go(processes)
        for process in processes:
            time.sleep(0.3)
            process.kill()
        found = results(processes)
    said = [change for result in found for change in result.acknowledged]
    events = AuditEvent.objects.filter(chain__release=release, item_id__isnull=False)
    written = Counter(events.values_list("item_id", flat=True))
    lost = [change for change in said if written[change[0]] + 1 < change[1]]
    whole = sequence(release) == list(range(1, len(sequence(release)) + 1))
    print(f"  {KILLS} writers killed: {len(said)} ticks acknowledged, {len(lost)} lost")
    return whole and not lost and bool(said)


def sequence(release: Release) -> list[int]:
    """The seqs of the release's events, in order."""
    events = AuditEvent.objects.filter(chain__release=release).order_by("seq")
    return list(events.values_list("seq", flat=True))


if __name__ == "__main__":
    sys.exit(main())
