"""The row of an item: ready strings, the same for everybody who may see the release.

A row holds no address of the viewer, no token and no age; whoever may not tick has it hidden by a
class on `body`, and ages are counted by the script from the moments given here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from checklists.gate import Level, Reason
from checklists.pages.carried import origin_words
from checklists.pages.faces import Face
from checklists.pages.sparks import Spark
from checklists.pages.words import QUIET, STATUS_WORDS, VERDICT_LOOKS, iso, short_day, stamp
from checklists.state import (
    Answer,
    ItemState,
    Observed,
    RowStatus,
    Verdict,
    WaiverStatus,
    current_verdict,
    row_status,
)


@dataclass(frozen=True, slots=True)
class ProbeChip:
    """What the probe of an item says: verdict and when it was last seen."""

    css: str
    glyph: str
    word: str
    iso: str
    stamp: str
    spark: Spark


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as its row shows it. Every field but the flags is a string, ready to print."""

    pk: str
    number: str
    title: str
    condition: str
    key: str
    status: str
    css: str
    word: str
    quiet: bool
    block: str
    tickable: bool
    ticked: str
    justify: bool
    version: str
    probe: ProbeChip | None
    evidence: str
    evidence_missing: bool
    comments: str
    due: str
    due_iso: str
    late: bool
    who: Face | None
    who_role: str
    nobody: bool
    until: str
    until_iso: str
    asked: bool
    carried: str

    @property
    def dom_id(self) -> str:
        """The id of the row's root element."""
        return f"item-{self.pk}"


@dataclass(frozen=True, slots=True)
class Scene:
    """What rows need beside the item: the moment, what probes saw, the gate's reasons, names."""

    now: datetime
    go_live: datetime
    observed: Mapping[int, Observed]
    reasons: Mapping[int, Reason]
    sparks: Mapping[int, Spark]
    faces: Mapping[str, Face]
    role_names: Mapping[str, str]
    origins: Mapping[int, str] = field(default_factory=dict)


def item_row(item: ItemState, scene: Scene) -> ItemRow:
    """The row of one item."""
    status = row_status(item, go_live=scene.go_live)
    late = is_late(item, status, scene.now)
    block = blocker_word(item, status, late, scene.reasons.get(item.id))
    waiver = item.waiver
    ticked = item.answer == Answer.DONE and not item.has_lapsed(scene.go_live)
    return ItemRow(
        pk=str(item.id),
        number=item.number,
        title=item.title,
        condition=item.condition,
        key=item.key,
        status=str(status),
        css=f"item st-{status} block" if block else f"item st-{status}",
        word=str(STATUS_WORDS[status]),
        quiet=status in QUIET,
        block=block,
        tickable=status != RowStatus.NOT_APPLICABLE,
        ticked="true" if ticked else "false",
        justify=item.justification_required and not ticked,
        version=str(item.version),
        probe=_chip(item, scene),
        evidence=str(len(item.held_evidence)) if item.held_evidence else "",
        evidence_missing=item.evidence_required and not item.asked_evidence,
        comments=str(len(item.comments)) if item.comments else "",
        due=short_day(item.due_at, scene.now) if item.due_at and not status.settled else "",
        due_iso=iso(item.due_at) if item.due_at else "",
        late=late,
        who=scene.faces.get(item.assignee) if item.assignee else None,
        who_role=scene.role_names.get(item.assignee_role, item.assignee_role)
        if item.assignee_role
        else "",
        nobody=item.assignee is None and item.assignee_role is None and not status.settled,
        until=short_day(waiver.expires_at, scene.now)
        if waiver is not None and status == RowStatus.WAIVED
        else "",
        until_iso=iso(waiver.expires_at)
        if waiver is not None and status == RowStatus.WAIVED
        else "",
        asked=waiver is not None and waiver.status == WaiverStatus.REQUESTED,
        carried=origin_words(item, item.carried_from, scene.origins, scene.faces, scene.now),
    )


def looks_the_same(item: ItemState, before: datetime, now: datetime) -> bool:
    """Whether time alone cannot have changed the row of an unchanged item between two moments."""
    if item.probe is not None or item.waivers or before.year != now.year:
        return False
    if item.lapses_at is not None:
        return False
    return item.due_at is None or (item.due_at < before) == (item.due_at < now)


def is_late(item: ItemState, status: RowStatus, now: datetime) -> bool:
    """Due before now, and not settled."""
    return item.due_at is not None and item.due_at < now and not status.settled


def blocker_word(item: ItemState, status: RowStatus, late: bool, reason: Reason | None) -> str:
    """Why the row is marked as a blocker, or nothing.

    Every item that stands open keeps the gate shut and its glyph says so. The mark is for those
    that need more than work going on: failed, overdue, or answered and yet not believed.
    """
    if reason is None or reason.level not in (Level.BLOCKS, Level.UNKNOWN):
        return ""
    if status == RowStatus.FAILED:
        return _("Failed")
    if reason.code != "item_open":
        said = str(reason.said).removesuffix(".")
        return said[0].upper() + said[1:]
    return _("Overdue") if late else ""


def _chip(item: ItemState, scene: Scene) -> ProbeChip | None:
    if item.probe is None:
        return None
    seen = scene.observed.get(item.probe.id)
    verdict = current_verdict(item.probe, seen, scene.now)
    css, word = VERDICT_LOOKS[verdict]
    known = seen is not None and verdict != Verdict.NEVER
    return ProbeChip(
        css=f"probe st-{css}",
        glyph=css,
        word=str(word),
        iso=iso(seen.last_at) if known and seen else "",
        stamp=stamp(seen.last_at) if known and seen else "",
        spark=scene.sparks.get(item.probe.id, ()),
    )
