"""What an item of a release is, with all that was said of it: part of the ReleaseState.

Field names are column names, so that a difference names its place. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checklists.state.words import (
    Answer,
    Carried,
    Requirement,
    RowStatus,
    Stage,
    Verdict,
    WaiverStatus,
)


@dataclass(frozen=True, slots=True)
class EvidenceState:
    """Something that shows an item is true. Free text stands behind its commitment `digest`.

    A file has the SHA-256 of its bytes, their number and type. `replaces` is the evidence that it
    is a newer version of.
    """

    id: int
    kind: str
    digest: str
    observed_at: datetime
    attached_at: datetime
    attached_by: str
    sha256: str = ""
    size: int | None = None
    media_type: str = ""
    replaces: int | None = None
    withdrawn_at: datetime | None = None

    @property
    def covered(self) -> str:
        """What a signature covers of it: words by their commitment, a file by its bytes, too."""
        return f"{self.digest}:{self.sha256}" if self.sha256 else self.digest


@dataclass(frozen=True, slots=True)
class CommentState:
    """Somebody's words on an item; `body` is their commitment."""

    id: int
    body: str
    author: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class WaiverState:
    """Permission, asked or given, to go without an item until `expires_at`."""

    id: int
    status: WaiverStatus
    reason: str
    expires_at: datetime
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None

    def holds(self, at: datetime) -> bool:
        """Approved, and not over at the moment that counts."""
        return self.status == WaiverStatus.APPROVED and self.expires_at > at


EVIDENCE_HOLDS = timedelta(days=180)
"""How long after it was seen evidence alone is a reason to believe a carried answer."""

_PERIOD_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def period(text: str) -> timedelta:
    """The time that a period like ``12h``, ``90d`` or ``26w`` means."""
    return timedelta(**{_PERIOD_UNITS[text[-1]]: int(text[:-1])})


def freshness(interval_s: int) -> timedelta:
    """How long an observation holds, and how long a gap in a span may be."""
    return timedelta(seconds=max(3 * interval_s, 60))


@dataclass(frozen=True, slots=True)
class ProbeState:
    """A probe attached to an item, with the verdict that enough runs in a row confirmed."""

    id: int
    kind: str
    spec_digest: str
    interval_s: int
    attached_at: datetime
    confirmed: Verdict | None
    confirmed_at: datetime | None

    @property
    def freshness(self) -> timedelta:
        """How long an observation holds: three intervals, and never less than a minute."""
        return freshness(self.interval_s)


@dataclass(frozen=True, slots=True)
class Observed:
    """The newest span in which a probe, in its present spec, saw its confirmed verdict."""

    spec_digest: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ItemState:
    """One thing that must be true before a release ships, with all that was said of it.

    A one-off item was added to this release alone by `added_by`; its title is behind a commitment,
    `own_title`. A carried answer was given in the release `carried_from`, at `answered_at`, and is
    believed for `carried_reason`.
    """

    id: int
    checklist: str
    position: int
    key: str
    number: str
    title: str
    section: str
    group: str
    condition: str
    stage: Stage
    requirement: Requirement
    na_allowed: bool
    evidence_required: bool
    answer: Answer
    answered_by: str | None
    answered_at: datetime | None
    reason: str | None
    started_at: datetime | None
    assignee: str | None
    assignee_role: str | None
    due_at: datetime | None
    due_offset: str
    version: int
    decided_seq: int
    justification_required: bool = False
    evidence_kind: str = ""
    valid_for: str = ""
    added_by: str | None = None
    own_title: str | None = None
    carried_from: int | None = None
    carried_reason: str = ""
    evidence: tuple[EvidenceState, ...] = ()
    comments: tuple[CommentState, ...] = ()
    waivers: tuple[WaiverState, ...] = ()
    probe: ProbeState | None = None

    @property
    def waiver(self) -> WaiverState | None:
        """The waiver that speaks for the item now: the newest that was not turned down."""
        for waiver in reversed(self.waivers):
            if waiver.status in (WaiverStatus.REQUESTED, WaiverStatus.APPROVED):
                return waiver
        return None

    @property
    def held_evidence(self) -> tuple[EvidenceState, ...]:
        """The evidence that counts: neither withdrawn nor replaced by a newer version."""
        if not self.evidence:
            return ()
        replaced = {evidence.replaces for evidence in self.evidence}
        return tuple(e for e in self.evidence if e.withdrawn_at is None and e.id not in replaced)

    @property
    def asked_evidence(self) -> tuple[EvidenceState, ...]:
        """The evidence that counts and is of the kind the template asks for, if it asks for one."""
        return tuple(e for e in self.held_evidence if self.evidence_kind in ("", e.kind))

    @property
    def showing_evidence(self) -> tuple[EvidenceState, ...]:
        """The evidence that alone can be a reason to believe an answer: a file or a link. A text is
        somebody's word, unless the template asks for one.
        """
        asked = self.asked_evidence
        return tuple(e for e in asked if e.kind != "text" or self.evidence_kind == "text")

    @property
    def lapses_at(self) -> datetime | None:
        """When the answer is no longer believed, and asked again; None if it holds for good.

        A carried answer whose evidence or probe is gone was believed until it was given only.
        """
        if self.answer == Answer.OPEN or self.answered_at is None:
            return None
        if self.valid_for:
            return self.answered_at + period(self.valid_for)
        if self.carried_reason == Carried.EVIDENCE:
            seen = [evidence.observed_at for evidence in self.showing_evidence]
            return max(seen) + EVIDENCE_HOLDS if seen else self.answered_at
        if self.carried_reason == Carried.PROBE and self.probe is None:
            return self.answered_at
        return None

    def has_lapsed(self, at: datetime) -> bool:
        """Answered, and too long ago at the moment that counts."""
        lapses_at = self.lapses_at
        return lapses_at is not None and lapses_at <= at

    @property
    def section_ref(self) -> str:
        """The section's name across checklists: ``checklist/section``."""
        return f"{self.checklist}/{self.section}"


def current_verdict(probe: ProbeState, observed: Observed | None, at: datetime) -> Verdict:
    """The verdict that may be relied on at `at`: confirmed, and observed recently enough."""
    if probe.confirmed is None or observed is None or observed.spec_digest != probe.spec_digest:
        return Verdict.NEVER
    if at - observed.last_at > probe.freshness:
        return Verdict.STALE
    return probe.confirmed


def row_status(item: ItemState, *, go_live: datetime) -> RowStatus:
    """The one word a row shows. Failed is a confirmed FAIL on an item that is not settled."""
    if not item.has_lapsed(go_live):
        if item.answer == Answer.NOT_APPLICABLE:
            return RowStatus.NOT_APPLICABLE
        if item.answer == Answer.DONE:
            return RowStatus.DONE
    if (waiver := item.waiver) is not None and waiver.holds(go_live):
        return RowStatus.WAIVED
    if item.probe is not None and item.probe.confirmed == Verdict.FAIL:
        return RowStatus.FAILED
    if item.started_at is not None or item.held_evidence:
        return RowStatus.PROGRESS
    return RowStatus.OPEN
