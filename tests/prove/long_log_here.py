"""The part of `long_log` that runs on one database: that of this process's environment, empty."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.db import connection  # noqa: E402

from checklists.audit import triggers  # noqa: E402
from checklists.audit.current import current_state  # noqa: E402
from checklists.audit.verify import Report, verify_links, verify_release  # noqa: E402
from checklists.models import AuditEvent, Release  # noqa: E402
from tests.bench.long_log import grow  # noqa: E402
from tests.cast import make_cast  # noqa: E402
from tests.checklist_data import open_small_release, publish, wide_tree  # noqa: E402

EVENTS = int(os.environ.get("EVENTS") or 1_000_000)
ITEMS = 160
GUARD_OFF = {
    "sqlite": "DROP TRIGGER audit_event_no_update",
    "postgresql": "DROP TRIGGER audit_event_no_change ON checklists_auditevent",
}
MOST_GROWN_MB = 64
"""What reading the whole log may add to the process, whatever its length."""


def main() -> int:
    """Write, replay, prove, tamper, and find it."""
    cast = make_cast()
    release = open_small_release(cast, "1.0.0", publish(wide_tree(ITEMS)))
    measured("written", lambda: grow(release, cast.priya, EVENTS))
    release = Release.objects.select_related("chain").get(pk=release.pk)
    before = memory_mb()
    measured("replayed, links checked, from the database", lambda: current_state(release))
    links: Report = measured("links and columns proved", lambda: verify_links(release.chain))
    whole: Report = measured("everything proved", lambda: verify_release(release))
    grown = memory_mb() - before
    print(f"  memory: {before:.0f} MB before, {grown:.0f} MB more at the most", flush=True)
    found = tampered(release)
    print(f"  one event changed in the middle: {found or 'NOT FOUND'}")
    clean = links.is_clean and whole.is_clean and whole.events == EVENTS + 1
    print(f"  {whole.events:,} events, {len(whole.findings)} findings")
    return int(not clean or not found or grown > MOST_GROWN_MB)


def measured(what: str, act: Callable) -> object:
    """Do it, and print how many events a second that were."""
    began, cpu = time.perf_counter(), time.process_time()
    result = act()
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    print(
        f"  {what}: {EVENTS / took:,.0f} events/s in {took:.1f} s, "
        f"{spent / EVENTS * 1e6:.1f} µs of CPU each",
        flush=True,
    )
    return result


def memory_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tampered(release: Release) -> str:
    """Change one body with the guard off, as whoever owns the database can; what is found."""
    event = AuditEvent.objects.filter(chain__release=release).get(seq=EVENTS // 2)
    with connection.cursor() as cursor:
        cursor.execute(GUARD_OFF[connection.vendor])
    AuditEvent.objects.filter(pk=event.pk).update(body=event.body.replace("page", "api"))
    triggers.install(connection)
    findings = verify_release(release).findings
    return ", ".join(sorted({f"{f.table} {f.row}: {f.field}" for f in findings}))[:200]


if __name__ == "__main__":
    sys.exit(main())
