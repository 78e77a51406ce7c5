"""What a release is, as plain frozen values: the type that replay, tables, gate and pages share.

`audit.replay` builds a ReleaseState from events, `audit.tables` builds it from rows, and verifying
is asking whether the two are equal. Field names are column names, so that a difference names its
place. Nothing here reads a clock, a database or a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from checklists.state.words import (
    Answer,
    Meaning,
    ReleaseStatus,
    Requirement,
    RowStatus,
    Stage,
    Verdict,
    WaiverStatus,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """So many people of a role sign these sections (``checklist/section``) before the stage."""

    role: str
    count: int
    sections: tuple[str, ...]
    stage: Stage


@dataclass(frozen=True, slots=True)
class ChecklistState:
    """One template version pinned to the release. `key` is the template's slug."""

    id: int
    key: str
    position: int
    template_digest: str


@dataclass(frozen=True, slots=True)
class EvidenceState:
    """Something that shows an item is true. Free text stands behind its commitment `digest`."""

    id: int
    kind: str
    digest: str
    observed_at: datetime
    attached_at: datetime
    attached_by: str


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
    """One thing that must be true before a release ships, with all that was said of it."""

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
    def section_ref(self) -> str:
        """The section's name across checklists: ``checklist/section``."""
        return f"{self.checklist}/{self.section}"


@dataclass(frozen=True, slots=True)
class SignoffState:
    """One person, one role, one meaning, over the digests of the sections the rule named."""

    id: int
    role: str
    person: str
    meaning: Meaning
    digests: tuple[tuple[str, str], ...]
    rule_digest: str
    was_holder: bool
    signed_at: datetime
    seq: int
    note: str | None
    printed_name: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release at one moment: everything the gate may know of it."""

    id: int
    project: int
    version: str
    environment: str
    status: ReleaseStatus
    target_at: datetime
    commit: str
    artifact_digest: str
    opened_by: str
    opened_at: datetime
    deployed_at: datetime | None
    seq: int
    checklists: tuple[ChecklistState, ...]
    rules: tuple[Rule, ...]
    items: tuple[ItemState, ...]
    signoffs: tuple[SignoffState, ...]

    def sections(self) -> Iterator[tuple[str, tuple[ItemState, ...]]]:
        """Each section (``checklist/section``) with its items, in the order of the checklists."""
        held: dict[str, list[ItemState]] = {}
        for item in self.items:
            held.setdefault(item.section_ref, []).append(item)
        for ref, items in held.items():
            yield ref, tuple(items)

    def go_live(self, at: datetime) -> datetime:
        """The moment waivers are judged at: go-live if it is still ahead, otherwise now."""
        return max(at, self.target_at)


def current_verdict(probe: ProbeState, observed: Observed | None, at: datetime) -> Verdict:
    """The verdict that may be relied on at `at`: confirmed, and observed recently enough."""
    if probe.confirmed is None or observed is None or observed.spec_digest != probe.spec_digest:
        return Verdict.NEVER
    if at - observed.last_at > probe.freshness:
        return Verdict.STALE
    return probe.confirmed


def row_status(item: ItemState, *, go_live: datetime) -> RowStatus:
    """The one word a row shows. Failed is a confirmed FAIL on an item that is not settled."""
    if item.answer == Answer.NOT_APPLICABLE:
        return RowStatus.NOT_APPLICABLE
    if item.answer == Answer.DONE:
        return RowStatus.DONE
    if (waiver := item.waiver) is not None and waiver.holds(go_live):
        return RowStatus.WAIVED
    if item.probe is not None and item.probe.confirmed == Verdict.FAIL:
        return RowStatus.FAILED
    if item.started_at is not None or item.evidence:
        return RowStatus.PROGRESS
    return RowStatus.OPEN
