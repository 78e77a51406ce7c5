"""The queue of probes: which are due, and who runs them now.

A probe's row is the queue. Claiming it writes a lease and a token; whoever no longer holds the
token has no say. A worker that dies lets its lease run out, and the probe is claimed again.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from checklists.models import Probe, Release
from checklists.operations.probes import UNCLAIMED, announce
from checklists.operations.transactions import operation
from checklists.probes.schedule import next_slot
from checklists.state import RUNNING

LEASE = timedelta(seconds=90)
MAX_ATTEMPTS = 2
MAX_CLAIMS = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one probe for one slot, with all that is needed to run it."""

    probe_id: int
    slot: datetime
    token: str
    attempt: int
    kind: str
    params: dict[str, Any]
    conditions: list[dict[str, Any]]
    interval_s: int
    spec_digest: str


def claim_due(
    now: datetime,
    limit: int = MAX_CLAIMS,
    *,
    release: Release | None = None,
    due_by: datetime | None = None,
) -> list[Claim]:
    """Claim what is due (`due_by` now, unless told), and what a dead worker left, under one token.

    Several may claim at once; no probe is claimed twice. Probes of releases that are over are put
    to rest instead.
    """
    waiting = _waiting(due_by or now)
    if release is not None:
        waiting = waiting.filter(item__release=release)
    # Without the lock, so that an idle tick costs no turn at SQLite's only writer.
    if not waiting.exists():
        return []
    return _claim(waiting, now, limit)


@operation
def _claim(waiting: Any, now: datetime, limit: int) -> list[Claim]:
    found = list(
        waiting.select_related("item")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("next_run_at")[:limit]
    )
    releases = {probe.item.release_id for probe in found}
    over = set(
        Release.objects.filter(pk__in=releases)
        .exclude(status__in=RUNNING)
        .values_list("pk", flat=True)
    )
    resting = [probe.pk for probe in found if probe.item.release_id in over]
    Probe.objects.filter(pk__in=resting).update(next_run_at=None, **UNCLAIMED)
    claimed = [probe for probe in found if probe.item.release_id not in over]
    if not claimed:
        return []
    _lease(claimed, now)
    announce([probe.item.release_id for probe in claimed])
    return [_claim_of(probe) for probe in claimed]


def _waiting(now: datetime) -> Any:
    free = Q(lease_until=None, next_run_at__lte=now)
    left_behind = Q(lease_until__lte=now, attempt__lt=MAX_ATTEMPTS)
    return Probe.objects.attached().filter(free | left_behind)


def _lease(probes: Sequence[Probe], now: datetime) -> None:
    """Write the leases; `probes` hold afterwards what their rows do."""
    token, until = uuid.uuid4().hex, now + LEASE
    fresh = [probe for probe in probes if probe.lease_until is None]
    for probe in fresh:
        probe.claimed_slot, probe.attempt = probe.next_run_at, 0
        probe.next_run_at = next_slot(probe.pk, probe.interval_s, now)
    for probe in probes:
        probe.attempt += 1
        probe.claim_token, probe.lease_until = token, until
    Probe.objects.filter(pk__in=[probe.pk for probe in fresh]).update(
        claimed_slot=F("next_run_at"), attempt=0
    )
    Probe.objects.filter(pk__in=[probe.pk for probe in probes]).update(
        attempt=F("attempt") + 1, claim_token=token, lease_until=until
    )
    # Only this differs from row to row, and long CASE lists are what takes time.
    Probe.objects.bulk_update(fresh, ["next_run_at"], batch_size=100)


def begin_claims(probe_ids: Iterable[int], token: str) -> list[Claim]:
    """Those of the claims that still hold, with their lease renewed; the rest went to others."""
    now = timezone.now()
    held = Probe.objects.attached().filter(
        pk__in=list(probe_ids), claim_token=token, lease_until__gt=now
    )
    held.update(lease_until=now + LEASE)
    return [_claim_of(probe) for probe in held]


def give_back(claims: Sequence[Claim]) -> None:
    """Undo claims that could not be handed to a worker, as if they had never been made."""
    for claim in claims:
        held = Probe.objects.filter(pk=claim.probe_id, claim_token=claim.token)
        held.update(next_run_at=claim.slot, **UNCLAIMED)


def lost_claims(now: datetime, limit: int = MAX_CLAIMS) -> list[Claim]:
    """Claims whose workers died as often as a probe is tried."""
    lost = Probe.objects.attached().filter(lease_until__lte=now, attempt__gte=MAX_ATTEMPTS)
    return [_claim_of(probe) for probe in lost.order_by("lease_until")[:limit]]


def in_chunks(claims: Sequence[Claim], size: int = 16) -> list[list[Claim]]:
    """The claims in groups for one worker each, mixed, so that no group is all one slow host."""
    mixed = random.sample(claims, len(claims))
    return [mixed[start : start + size] for start in range(0, len(mixed), size)]


def _claim_of(probe: Probe) -> Claim:
    assert probe.claimed_slot is not None  # noqa: S101 (a claimed probe has its slot)
    return Claim(
        probe_id=probe.pk,
        slot=probe.claimed_slot,
        token=probe.claim_token,
        attempt=probe.attempt,
        kind=probe.kind,
        params=probe.params,
        conditions=probe.conditions,
        interval_s=probe.interval_s,
        spec_digest=probe.spec_digest,
    )
