"""The part of `many_probes` that runs on one database: that of this process's environment, empty.

    python -m tests.prove.many_probes_here [work]

With `work` it is one of the workers: it runs what is due until nothing is left.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.db.models import Count  # noqa: E402

from checklists.models import Item, Probe, ProbeRun  # noqa: E402
from checklists.operations.probe_runs import run_due  # noqa: E402
from checklists.probes.registry import ProbeSpec  # noqa: E402
from tests.bench.targets import targets  # noqa: E402
from tests.cast import make_cast  # noqa: E402
from tests.checklist_data import open_small_release, publish, wide_tree  # noqa: E402

PROBES = int(os.environ.get("PROBES") or 20_000)
PER_RELEASE = 1_000
WORKERS = 2
INTERVAL_S = 24 * 3600
LIMIT_S = 3600


def main() -> int:
    """Attach, drain, count."""
    with ExitStack() as stack:
        ports, ca_file = stack.enter_context(targets())
        due_by = attach(f"http://127.0.0.1:{ports[0]}/")
        environ = {
            **os.environ,
            "PROBE_ALLOWED": f"127.0.0.1/32:{ports[0]}",
            "PROBE_CA_FILE": ca_file,
        }
        began = time.monotonic()
        command = [sys.executable, "-m", "tests.prove.many_probes_here", "work"]
        workers = [subprocess.Popen(command, env=environ) for _ in range(WORKERS)]
        ended = [worker.wait(LIMIT_S) for worker in workers]
        took = time.monotonic() - began
    return judged(took, due_by) or int(any(ended))


def attach(url: str) -> datetime:
    """Probes that are all due now, one on each item of many releases; when they were due."""
    cast, template = make_cast(), publish(wide_tree(PER_RELEASE))
    spec = ProbeSpec.parse("http", {"url": url}, [], INTERVAL_S)
    now = datetime.now(UTC)
    for number in range(-(-PROBES // PER_RELEASE)):
        release = open_small_release(cast, f"1.{number}.0", template)
        items = Item.objects.filter(release=release)[: PROBES - number * PER_RELEASE]
        Probe.objects.bulk_create(
            Probe(
                item=item,
                kind="http",
                params={"url": url},
                conditions=[],
                interval_s=INTERVAL_S,
                spec_digest=spec.digest,
                attached_at=now,
                next_run_at=now - timedelta(seconds=1),
                # As after many passes: what is measured is the queue, not the first verdict.
                confirmed="pass",
                confirmed_at=now,
            )
            for item in items
        )
    return now


def judged(took: float, due_by: datetime) -> int:
    """What became of them."""
    runs = ProbeRun.objects.values("probe").annotate(times=Count("pk"))
    times = Counter(run["times"] for run in runs)
    verdicts = Counter(ProbeRun.objects.values_list("verdict", flat=True))
    left = Probe.objects.filter(next_run_at__lte=due_by).count()
    leased = Probe.objects.exclude(lease_until=None).count()
    print(
        f"  {PROBES:,} due probes drained by {WORKERS} workers in {took:.0f} s "
        f"({PROBES / took:.0f}/s): {times[1]:,} ran once, {PROBES - sum(times.values()):,} never, "
        f"{sum(n for count, n in times.items() if count > 1)} more than once"
    )
    print(f"  verdicts {dict(verdicts)}; {left} still due, {leased} still leased")
    return int(times != Counter({1: PROBES}) or verdicts != {"pass": PROBES} or left + leased > 0)


def work() -> int:
    """One worker: run until nothing is due."""
    while run_due():
        pass
    return 0


if __name__ == "__main__":
    sys.exit(work() if sys.argv[1:] == ["work"] else main())
