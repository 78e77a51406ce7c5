"""A probe as pages show it: its verdict now, what it looks at, when it looked and will look."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet, Subquery

from checklists.errors import Invalid
from checklists.models import Probe, ProbeRun, ProbeSpan
from checklists.pages.event_words import interval_words
from checklists.pages.probe_charts import BARS, Bars, bars_of
from checklists.pages.words import VERDICT_LOOKS
from checklists.probes.registry import KINDS, ProbeSpec
from checklists.state import Observed, ProbeState, ReleaseStatus, Verdict, current_verdict

OVER = (ReleaseStatus.CLOSED, ReleaseStatus.ABORTED, ReleaseStatus.ROLLED_BACK)


@dataclass(frozen=True, slots=True)
class ProbeFace:
    """The head of a probe. `show` is its verdict, or "resting" when its release is over."""

    pk: int
    verdict: Verdict
    show: str
    css: str
    word: str
    running: bool
    asked: bool
    late: bool
    subject: str
    kind: str
    every: str
    number: str
    title: str
    item_url: str
    release: str
    release_url: str
    project: str
    seen_at: datetime | None
    next_at: datetime | None

    @property
    def url(self) -> str:
        """The probe's page."""
        return f"/probes/{self.pk}/"


@dataclass(frozen=True, slots=True)
class Runs:
    """The newest runs of a probe in few words: bars, and the last that was not good."""

    bars: Bars
    last_error: str
    last_error_at: datetime | None


def with_observations(probes: QuerySet[Probe]) -> QuerySet[Probe]:
    """The probes with their item, release and project, and when they last saw something."""
    spans = ProbeSpan.objects.filter(
        probe=OuterRef("pk"), spec_digest=OuterRef("spec_digest")
    ).order_by("-last_at")
    return probes.select_related("item__release__project").annotate(
        last_at=Subquery(spans.values("last_at")[:1])
    )


def face_of_probe(probe: Probe, now: datetime) -> ProbeFace:
    """The face of a probe that `with_observations` read."""
    release = probe.item.release
    last_at: datetime | None = probe.last_at  # type: ignore[attr-defined]
    verdict = verdict_now(probe, last_at, now)
    resting = release.status in OVER or probe.detached_at is not None
    running = probe.lease_until is not None and probe.lease_until > now and not resting
    css, word = VERDICT_LOOKS[verdict]
    return ProbeFace(
        pk=probe.pk,
        verdict=verdict,
        show="resting" if resting else str(verdict),
        css=css,
        word=str(word),
        running=running,
        asked=_asked(probe, last_at) and not resting,
        late=probe.next_run_at is not None and probe.next_run_at <= now and not resting,
        subject=subject_of(probe),
        kind=KINDS[probe.kind].title if probe.kind in KINDS else probe.kind,
        every=interval_words(probe.interval_s),
        number=probe.item.number,
        title=probe.item.called,
        item_url=f"/releases/{release.pk}/#item-{probe.item_id}",
        release=str(release),
        release_url=f"/releases/{release.pk}/",
        project=release.project.slug,
        seen_at=last_at,
        next_at=None if resting else probe.next_run_at,
    )


def verdict_now(probe: Probe, last_at: datetime | None, now: datetime) -> Verdict:
    """The verdict that the gate relies on, as of now."""
    state = ProbeState(
        id=probe.pk,
        kind=probe.kind,
        spec_digest=probe.spec_digest,
        interval_s=probe.interval_s,
        attached_at=probe.attached_at,
        confirmed=Verdict(probe.confirmed) if probe.confirmed else None,
        confirmed_at=probe.confirmed_at,
    )
    observed = Observed(probe.spec_digest, last_at) if last_at is not None else None
    return current_verdict(state, observed, now)


def spec_of(probe: Probe) -> ProbeSpec | None:
    """The specification; None if this version of the product no longer understands it."""
    try:
        return ProbeSpec.parse(probe.kind, probe.params, probe.conditions, probe.interval_s)
    except Invalid:
        return None


def subject_of(probe: Probe) -> str:
    """What the probe looks at."""
    spec = spec_of(probe)
    return spec.subject if spec else probe.kind


def _asked(probe: Probe, last_at: datetime | None) -> bool:
    """Somebody asked for a run that has not come back yet."""
    if probe.requested_at is None:
        return False
    return last_at is None or last_at < probe.requested_at


def newest_runs(probes: Collection[Probe]) -> Mapping[int, Runs]:
    """The last runs of each probe. Two queries, however many probes and runs there are."""
    runs: dict[int, list[tuple[str, str, datetime]]] = {probe.pk: [] for probe in probes}
    for pk, verdict, summary, at in _rows(list(runs)):
        runs[pk].append((verdict, summary, at))
    return {pk: _runs(rows) for pk, rows in runs.items()}


def _rows(pks: Sequence[int]) -> list[tuple[int, str, str, datetime]]:
    if not pks:
        return []
    oldest = (
        ProbeRun.objects.filter(probe=OuterRef("pk"))
        .order_by("-scheduled_at")
        .values("scheduled_at")[BARS - 1 : BARS]
    )
    since = dict(
        Probe.objects.filter(pk__in=pks)
        .annotate(oldest=Subquery(oldest))
        .values_list("pk", "oldest")
    )
    # Each probe has its own interval, so each has its own start.
    wanted = reduce(
        or_,
        (
            Q(probe=pk) if start is None else Q(probe=pk, scheduled_at__gte=start)
            for pk, start in since.items()
        ),
    )
    return list(
        ProbeRun.objects.filter(wanted)
        .order_by("scheduled_at")
        .values_list("probe_id", "verdict", "summary", "scheduled_at")
    )


def _runs(rows: Sequence[tuple[str, str, datetime]]) -> Runs:
    bad = [row for row in rows if row[0] != Verdict.PASS]
    return Runs(
        bars=bars_of([verdict for verdict, _, _ in rows]),
        last_error=bad[-1][1] if bad else "",
        last_error_at=bad[-1][2] if bad else None,
    )
