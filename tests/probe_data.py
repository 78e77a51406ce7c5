"""Probes for tests of operations: attached through them, and results as a worker would report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from checklists.actors import Actor
from checklists.models import Item, Person, Probe
from checklists.operations.probe_claims import Claim, claim_due, give_back
from checklists.operations.probe_results import Finished, record_results
from checklists.operations.probes import attach_probe
from checklists.probes.base import Fault, Observation
from checklists.probes.judge import judge
from checklists.probes.registry import ProbeSpec

URL = "http://status.example.org/ready"
LETTERS = {"P": 200, "W": 200, "F": 503}
SLOW = {"fact": "latency_ms", "op": "lt", "value": 1000, "level": "warn", "label": "Quick"}


def attach(item: Item, person: Person, **changes: object) -> Probe:
    """An http probe that warns when the answer takes a second."""
    given = {"kind": "http", "params": {"url": URL}, "conditions": [SLOW], "interval_s": 60}
    return attach_probe(item, actor=Actor.of_person(person), **(given | changes))


def claim(probe: Probe, now: datetime | None = None) -> Claim:
    """Claim one probe, due or not, and no other."""
    Probe.objects.filter(pk=probe.pk, lease_until=None).update(next_run_at=now or utc_now())
    claims = claim_due(now or utc_now())
    give_back([one for one in claims if one.probe_id != probe.pk])
    return next(one for one in claims if one.probe_id == probe.pk)


def finished(claimed: Claim, letter: str, at: datetime | None = None) -> Finished:
    """What a worker reports: P pass, W warn, F fail, E error."""
    spec = ProbeSpec.parse(claimed.kind, claimed.params, claimed.conditions, claimed.interval_s)
    fault = Fault("dns", "No answer from the resolvers.", ours=True) if letter == "E" else None
    facts: dict = {}
    if fault is None:
        status = LETTERS[letter]
        latency = 5000 if letter == "W" else 20
        facts = {"ok": status == 200, "status": status, "latency_ms": latency}
    return Finished(claimed, judge(spec, Observation(at or utc_now(), 20, facts, fault=fault)))


def report(probe: Probe, letters: str, start: datetime | None = None) -> Probe:
    """Claim, see and record once for each letter, a minute apart; the probe afterwards."""
    at = start or utc_now()
    for letter in letters:
        record_results([finished(claim(probe, at), letter, at)])
        at += timedelta(minutes=1)
    probe.refresh_from_db()
    return probe


def utc_now() -> datetime:
    return datetime.now(UTC)
