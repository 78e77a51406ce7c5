"""Probes, what each run saw, and the spans in which a verdict held.

The probe row is its own queue: `next_run_at` says when it is due, a lease says who runs it now.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from checklists.models.item import Item
from checklists.models.project import VisibleQuerySet
from checklists.state import Verdict

VERDICTS = [(v, v.capitalize()) for v in (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.ERROR)]


class ProbeQuerySet(VisibleQuerySet["Probe"]):
    """Reads of probes."""

    members = "item__release__project__memberships__person"

    def attached(self) -> Self:
        """Those that still run."""
        return self.filter(detached_at=None)

    def overdue_since(self, now: datetime) -> datetime | None:
        """When the most overdue of them should have run; None if nobody is kept waiting.

        One that somebody runs right now does not wait.
        """
        waiting = self.filter(next_run_at__lt=now).filter(
            Q(lease_until=None) | Q(lease_until__lt=now)
        )
        return waiting.order_by("next_run_at").values_list("next_run_at", flat=True).first()


class Probe(models.Model):
    """A check that a machine repeats for one item.

    `confirmed` is the verdict the gate reads; `streak` counts the runs that may confirm another.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="probes")
    kind = models.CharField(max_length=20)
    params = models.JSONField()
    conditions = models.JSONField()
    interval_s = models.PositiveIntegerField(default=60)
    spec_digest = models.CharField(max_length=64)
    attached_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True, blank=True)

    confirmed = models.CharField(  # noqa: DJ001 (no verdict yet is not an empty word)
        max_length=8, choices=VERDICTS, null=True, blank=True
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    streak_verdict = models.CharField(  # noqa: DJ001
        max_length=8, choices=VERDICTS, null=True, blank=True
    )
    streak = models.PositiveSmallIntegerField(default=0)
    not_good = models.PositiveSmallIntegerField(
        default=0, help_text="Runs in a row that neither passed nor warned."
    )

    next_run_at = models.DateTimeField(null=True, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True, help_text="Last “run now”.")
    claim_token = models.CharField(max_length=32, blank=True)
    claimed_slot = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)

    objects = ProbeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(detached_at=None), name="probe_one_per_item"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_run_at"], condition=Q(detached_at=None), name="probe_due"),
            models.Index(
                fields=["lease_until"],
                condition=Q(lease_until__isnull=False),
                name="probe_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} probe of {self.item}"


class ProbeRun(models.Model):
    """What one run saw. Rows may be thinned out with time; spans and the log never are."""

    probe = models.ForeignKey(Probe, models.PROTECT, related_name="runs")
    scheduled_at = models.DateTimeField()
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=VERDICTS)
    code = models.CharField(max_length=32, help_text="Why, for programs: ok, timeout, address…")
    spec_digest = models.CharField(max_length=64)
    summary = models.CharField(max_length=300)
    checks = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    phases_ms = models.JSONField(default=dict)
    peer = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-scheduled_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["probe", "scheduled_at"], name="probe_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} at {self.scheduled_at:%F %T}"


class ProbeSpan(models.Model):
    """A stretch in which a probe, in one spec, kept seeing one verdict without a gap too long."""

    probe = models.ForeignKey(Probe, models.PROTECT, related_name="spans")
    spec_digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=VERDICTS)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["first_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["probe", "first_at"], name="probe_span_start")]

    def __str__(self) -> str:
        return f"{self.verdict} from {self.first_at:%F %T} to {self.last_at:%F %T}"
