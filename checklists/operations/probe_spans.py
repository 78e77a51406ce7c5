"""The rows behind spans: the newest of each probe, and what one more observation makes of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from checklists.models import Probe, ProbeSpan
from checklists.probes.spans import Span, extended
from checklists.state import Verdict, freshness

_NEWEST_FIRST = ("-first_at", "-pk")


class SpanWriter:
    """Adds observations to the newest spans of some probes, and saves them together."""

    def __init__(self, probes: Iterable[Probe]) -> None:
        newest = ProbeSpan.objects.filter(probe=OuterRef("pk")).order_by(*_NEWEST_FIRST)
        found = (
            Probe.objects.filter(pk__in=[probe.pk for probe in probes])
            .annotate(newest=Subquery(newest.values("pk")[:1]))
            .values_list("newest", flat=True)
        )
        rows = ProbeSpan.objects.in_bulk([pk for pk in found if pk is not None])
        self._newest = {row.probe_id: row for row in rows.values()}
        self._new: list[ProbeSpan] = []
        self._longer: list[ProbeSpan] = []

    def see(self, probe: Probe, seen: Span) -> None:
        """One observation: the newest span goes on, or a new one begins."""
        row = self._newest.get(probe.pk)
        longer = extended(_span(row), seen, freshness(probe.interval_s)) if row else None
        if row is None or longer is None:
            self._new.append(_row(seen))
        else:
            row.last_at = longer.last_at
            self._longer.append(row)

    def save(self) -> None:
        """Write what was seen."""
        ProbeSpan.objects.bulk_create(self._new)
        ProbeSpan.objects.bulk_update(self._longer, ["last_at"])


def ended_span(probe: Probe) -> Span | None:
    """The newest span of the verdict the probe is confirmed to see, which is now to be another."""
    rows = ProbeSpan.objects.filter(probe=probe, spec_digest=probe.spec_digest)
    row = rows.filter(verdict=probe.confirmed or "").order_by(*_NEWEST_FIRST).first()
    return _span(row) if row else None


def _span(row: ProbeSpan) -> Span:
    return Span(row.probe_id, row.spec_digest, Verdict(row.verdict), row.first_at, row.last_at)


def _row(span: Span) -> ProbeSpan:
    return ProbeSpan(
        probe_id=span.probe,
        spec_digest=span.spec_digest,
        verdict=span.verdict,
        first_at=span.first_at,
        last_at=span.last_at,
    )
