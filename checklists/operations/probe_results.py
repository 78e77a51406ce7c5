"""Recording what probes saw: runs, spans, and the verdict that is relied on.

Most results confirm what was known and are written together, without the release's lock. Only one
that flips the verdict becomes an event, and takes the lock for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import write_time
from checklists.models import Probe, ProbeRun, Release
from checklists.operations.item_changes import fresh_item, record_item_change
from checklists.operations.items import reopen_item_by_probe
from checklists.operations.probe_claims import Claim
from checklists.operations.probe_spans import SpanWriter, ended_span
from checklists.operations.probes import UNCLAIMED, announce
from checklists.operations.transactions import operation
from checklists.probes.base import Result
from checklists.probes.confirm import RECHECK_S, Confirmed, Step, fold
from checklists.probes.schedule import sooner
from checklists.probes.spans import Span
from checklists.state import Verdict

_SAVED = (
    "confirmed",
    "confirmed_at",
    "streak_verdict",
    "streak",
    "not_good",
    "next_run_at",
    *UNCLAIMED,
)


@dataclass(frozen=True, slots=True)
class Finished:
    """One claim and what became of it."""

    claim: Claim
    result: Result

    @property
    def verdict(self) -> Verdict:
        """What this run alone says."""
        return self.result.verdict


def record_results(batch: Sequence[Finished]) -> int:
    """Record what holds of a batch; answers how many results counted.

    A result whose claim is no longer held, or that was recorded before, changes nothing: its probe
    was claimed by somebody else, changed or detached meanwhile.
    """
    counted, flips = _record_quiet(batch)
    return counted + sum(_record_flip(finished) for finished in flips)


@operation
def _record_quiet(batch: Sequence[Finished]) -> tuple[int, list[Finished]]:
    """Record the results that flip nothing; answers their number, and those that do flip."""
    held = _held(batch)
    written = _Written(held.values())
    flips: list[Finished] = []
    for finished in batch:
        probe = held.pop(finished.claim.probe_id, None)
        if probe is None:
            continue
        step = _step(probe, finished)
        if step.flipped and not probe.item.release.is_over:
            flips.append(finished)
        else:
            written.add(probe, finished, step)
    written.save()
    return len(written.probes), flips


@operation
def _record_flip(finished: Finished) -> int:
    """Record a result that flips the verdict, with its event; 1 if it counted, otherwise 0."""
    release = audit.locked(Release.objects.get(items__probes=finished.claim.probe_id))
    # Looked at again under the lock: the claim may be gone, the release over, the verdict known.
    for probe in _held([finished]).values():
        step = _step(probe, finished)
        written = _Written([probe])
        if step.flipped and not release.is_over:
            _flip(probe, step, finished, release)
        written.add(probe, finished, step)
        written.save()
        return 1
    return 0


def _flip(probe: Probe, step: Step, finished: Finished, release: Release) -> None:
    verdict, ended = step.confirmed.verdict, ended_span(probe)
    item, actor = fresh_item(probe.item, release), Actor.of_probe(probe)
    data = {
        "probe": probe.pk,
        "from": probe.confirmed,
        "to": str(verdict),
        "spec_digest": probe.spec_digest,
        "observed_at": write_time(finished.result.observed_at),
        "ended_span": ended.digest if ended else None,
    }
    record_item_change(item, "probe.flipped", actor=actor, data=data)
    probe.confirmed, probe.confirmed_at = verdict, audit.moment(release)
    if verdict == Verdict.FAIL:
        reopen_item_by_probe(item, actor=actor)


def _held(batch: Sequence[Finished]) -> dict[int, Probe]:
    """The probes of the batch, locked, whose claims are still held."""
    results = {finished.claim.probe_id: finished for finished in batch}
    locked = (
        Probe.objects.attached()
        .filter(pk__in=results)
        .select_related("item__release")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    return {probe.pk: probe for probe in locked if _holds(results[probe.pk], probe)}


def _holds(finished: Finished, probe: Probe) -> bool:
    claim = finished.claim
    return (
        probe.claim_token == claim.token != ""
        and probe.claimed_slot == claim.slot
        and probe.spec_digest == finished.result.spec_digest
    )


def _step(probe: Probe, finished: Finished) -> Step:
    before = Confirmed(
        verdict=Verdict(probe.confirmed) if probe.confirmed else None,
        streak_verdict=Verdict(probe.streak_verdict) if probe.streak_verdict else None,
        streak=probe.streak,
        not_good=probe.not_good,
        since=probe.confirmed_at,
    )
    return fold(before, finished.verdict, finished.result.observed_at)


class _Written:
    """Rows to write together: one statement for each table, however many results there are."""

    def __init__(self, probes: Iterable[Probe]) -> None:
        self.probes: list[Probe] = []
        self._runs: list[ProbeRun] = []
        self._spans = SpanWriter(probes)

    def add(self, probe: Probe, finished: Finished, step: Step) -> None:
        """One result of a held claim: its run, its span, and the probe's own row."""
        at = finished.result.observed_at
        self._runs.append(_run(finished))
        self._spans.see(probe, Span(probe.pk, probe.spec_digest, finished.verdict, at, at))
        after = step.confirmed
        probe.streak_verdict, probe.streak = after.streak_verdict, min(after.streak, _MANY)
        probe.not_good = min(after.not_good, _MANY)
        if probe.item.release.is_over:
            # It keeps the verdict it ended with.
            probe.next_run_at = None
        elif step.recheck_soon and probe.next_run_at is not None:
            probe.next_run_at = sooner(probe.next_run_at, at, RECHECK_S)
        for name, value in UNCLAIMED.items():
            setattr(probe, name, value)
        self.probes.append(probe)

    def save(self) -> None:
        """Write what was added."""
        if not self.probes:
            return
        # A slot that was recorded before says nothing new.
        ProbeRun.objects.bulk_create(self._runs, ignore_conflicts=True)
        self._spans.save()
        Probe.objects.bulk_update(self.probes, list(_SAVED))
        announce([probe.item.release_id for probe in self.probes])


# The columns are small, and beyond the thresholds the number says nothing.
_MANY = 1000


def _run(finished: Finished) -> ProbeRun:
    claim, result = finished.claim, finished.result
    details = result.details()
    return ProbeRun(
        probe_id=claim.probe_id,
        scheduled_at=claim.slot,
        started_at=result.observed_at - timedelta(milliseconds=result.duration_ms),
        duration_ms=result.duration_ms,
        verdict=result.verdict,
        code=result.code,
        spec_digest=result.spec_digest,
        summary=result.summary,
        checks=details["checks"],
        facts=details["facts"],
        evidence=details["evidence"],
        phases_ms=details["phases_ms"],
        peer=result.peer or "",
        attempt=claim.attempt,
    )
