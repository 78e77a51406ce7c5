"""The last runs of a release's probes, drawn small for their rows. One query for all of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Q

from checklists.models import ProbeRun
from checklists.pages.words import VERDICT_LOOKS
from checklists.state import ReleaseState, Verdict

RUNS = 14
LOOKED_BACK = 20
"""Intervals that are looked back, so that a few late runs still leave enough."""
STEP = 4.1
# Where a bar begins; all end at 14. What passed is full, what failed is short and coloured.
TOPS = {Verdict.PASS: 2, Verdict.WARN: 4, Verdict.FAIL: 7, Verdict.ERROR: 10}

Spark = tuple[tuple[str, str], ...]
"""Paths, each with its class: one for each verdict that occurs."""


def sparks_of(state: ReleaseState, now: datetime) -> dict[int, Spark]:
    """The spark of each probe that ran lately, by probe id."""
    by_interval: dict[int, list[int]] = defaultdict(list)
    for item in state.items:
        if item.probe is not None:
            by_interval[item.probe.interval_s].append(item.probe.id)
    if not by_interval:
        return {}
    wanted = Q()
    for interval, probes in by_interval.items():
        since = now - timedelta(seconds=interval * LOOKED_BACK)
        wanted |= Q(probe__in=probes, scheduled_at__gte=since)
    found: dict[int, list[str]] = defaultdict(list)
    runs = ProbeRun.objects.filter(wanted).order_by("scheduled_at")
    for probe, verdict in runs.values_list("probe_id", "verdict"):
        found[probe].append(verdict)
    return {probe: spark(tuple(verdicts[-RUNS:])) for probe, verdicts in found.items()}


@lru_cache(maxsize=2048)
def spark(verdicts: tuple[str, ...]) -> Spark:
    """The paths for verdicts, oldest first; the newest stands at the right."""
    first = RUNS - len(verdicts)
    paths: dict[str, list[str]] = {}
    for at, verdict in enumerate(verdicts):
        css, _ = VERDICT_LOOKS[Verdict(verdict)]
        x = f"{1.5 + STEP * (first + at):g}"
        paths.setdefault(f"st-{css}", []).append(f"M{x} {TOPS[Verdict(verdict)]}V14")
    return tuple((css, "".join(moves)) for css, moves in paths.items())
