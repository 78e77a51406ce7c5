"""What answers hold. The OpenAPI document says so, and tests hold the answers against it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from checklists.state import (
    Answer,
    Carried,
    ReleaseStatus,
    Requirement,
    RowStatus,
    Stage,
    Verdict,
    WaiverStatus,
)


class PersonOut(BaseModel):
    """Somebody. `pid` is their id in the log."""

    pid: str
    name: str


class WaiverOut(BaseModel):
    """The waiver that speaks for an item."""

    id: int
    status: WaiverStatus
    expires_at: datetime


class ItemOut(BaseModel):
    """One item of a release. `status` is the one word its row shows, `verdict` its probe's.

    A carried answer was given in the release `carried_from`, and is believed for `carried_reason`;
    after `lapses_at` an answer is asked again.
    """

    id: int
    checklist: str
    key: str
    number: str
    title: str
    section: str
    group: str
    stage: Stage
    requirement: Requirement
    na_allowed: bool
    evidence_required: bool
    answer: Answer
    answered_at: datetime | None
    lapses_at: datetime | None
    carried_from: int | None
    carried_reason: Carried | None
    status: RowStatus
    verdict: Verdict | None
    assignee: PersonOut | None
    role: str | None
    due_at: datetime | None
    waiver: WaiverOut | None
    evidence_count: int
    version: int


class ItemPage(BaseModel):
    """Items in the order of their checklists; `next` is the cursor of the next page, if any."""

    items: list[ItemOut]
    next: str | None


class ChecklistOut(BaseModel):
    """A template version pinned to a release."""

    key: str
    template_version: int
    template_digest: str


class ReleaseOut(BaseModel):
    """One release. `seq` is that of its newest event."""

    id: int
    project: str
    version: str
    environment: str
    status: ReleaseStatus
    target_at: datetime
    commit: str
    artifact_digest: str
    opened_at: datetime
    opened_by: PersonOut
    deployed_at: datetime | None
    checklists: list[ChecklistOut]
    seq: int
    link: str


class ReleasePage(BaseModel):
    """Releases, newest first."""

    items: list[ReleaseOut]
    next: str | None


class LinkOut(BaseModel):
    """What was seen of a link; `alive` is null when it could not be looked at, and `fault` why."""

    alive: bool | None
    fault: str
    http_status: int | None
    checked_at: datetime | None
    since: datetime | None


class EvidenceOut(BaseModel):
    """Evidence; `digest` is the commitment that the log and signatures hold.

    A file's `content` is its name; signatures cover its `sha256`, too. `replaces` is the evidence
    it is a newer version of.
    """

    id: int
    item: int
    kind: str
    content: str
    digest: str
    observed_at: datetime
    attached_at: datetime
    attached_by: PersonOut
    sha256: str
    size: int | None
    media_type: str
    replaces: int | None
    withdrawn_at: datetime | None
    link: LinkOut | None


class EvidenceList(BaseModel):
    """All evidence of an item, oldest first."""

    items: list[EvidenceOut]
    next: str | None


class WaiverDetail(BaseModel):
    """A waiver and who asked for it."""

    id: int
    item: int
    status: WaiverStatus
    expires_at: datetime
    requested_at: datetime
    requested_by: PersonOut
    decided_at: datetime | None
    decided_by: PersonOut | None


class ReasonOut(BaseModel):
    """One thing the decision rests on, who can resolve it, and where."""

    code: str
    level: Literal["unknown", "blocks", "exception", "note"]
    message: str
    item: str | None
    checklist: str | None
    item_id: int | None
    role: str | None
    who: str
    link: str


class StandingOut(BaseModel):
    """Where a sign-off role stands. `code` is null when nothing is missing."""

    role: str
    required: int
    met: int
    sections: list[str]
    code: str | None


class DecisionOut(BaseModel):
    """What the gate says. `digest` is what a signature over everything would cover."""

    verdict: Literal["go", "go_with_exceptions", "no_go", "unknown"]
    stage: Stage
    as_of: datetime
    reasons: list[ReasonOut]
    notes: list[ReasonOut]
    counts: dict[str, int]
    digest: str
    sections: dict[str, str]
    signoffs: list[StandingOut]


class EventOut(BaseModel):
    """One event of the log. `body` is the text that is hashed, exactly as it is stored."""

    seq: int
    prev_hash: str
    hash: str
    body: str


class EventPage(BaseModel):
    """Events in order; `next` is the `after` of the next page, null at the head."""

    items: list[EventOut]
    next: int | None


class Problem(BaseModel):
    """Every answer that is no success. `code` is for programs, `message` for people."""

    code: str
    message: str
    details: dict[str, Any]
