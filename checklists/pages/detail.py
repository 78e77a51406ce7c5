"""The detail of an item: everything people need to settle it, opened below its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from checklists.audit.current import tree_of
from checklists.models import AuditEvent, Item
from checklists.pages.assignees import by_name, member_names
from checklists.pages.carried import believed
from checklists.pages.comments import (
    CommentLine,
    Nameable,
    comment_lines,
    nameable_people,
)
from checklists.pages.events import EventLine, event_line, pids_of
from checklists.pages.evidence_lines import EvidenceLine, evidence_lines
from checklists.pages.faces import Face, face_of
from checklists.pages.markdown import render_markdown
from checklists.pages.people import faces_of, role_names_of
from checklists.pages.rows import ItemRow
from checklists.pages.snapshot import Snapshot
from checklists.pages.waivers import WaiverLine, needed_no_more, waiver_lines
from checklists.pages.why_here import why_here
from checklists.pages.words import ANSWER_WORDS
from checklists.state import Answer, ChecklistState, ItemState, Verdict, WaiverStatus

MOST_EVENTS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody (or a role) the item can be assigned to; `value` is what the form sends."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """What the panel of one item shows."""

    row: ItemRow
    url: str
    release_url: str
    guidance: SafeString
    nothing_said: bool
    why_here: Sequence[str]
    suggested: bool
    reason: str
    answered: str
    answered_by: Face | None
    answered_at: datetime | None
    evidence: Sequence[EvidenceLine]
    file_limit: int
    comments: Sequence[CommentLine]
    nameable: Sequence[Nameable]
    waivers: Sequence[WaiverLine]
    asked: WaiverLine | None
    events: Sequence[EventLine]
    earlier_events: int
    people: Sequence[Choice]
    roles: Sequence[Choice]
    due_input: str
    due_offset: str
    na_allowed: bool
    evidence_required: bool
    is_open: bool
    is_done: bool
    is_lapsed: bool
    origin_url: str
    believed: str
    unneeded: str
    again: str
    justify: bool
    started: bool
    probe_fails: bool
    waivable: bool
    added_by: Face | None


def item_detail(snapshot: Snapshot, item: Item) -> Detail:
    """The detail of an item of the snapshot's release. `item` is the row the caller may see."""
    state = next(i for i in snapshot.state.items if i.id == item.pk)
    row = snapshot.rows[item.pk]
    newest = list(
        AuditEvent.objects.filter(chain__release=item.release_id, item_id=item.pk).order_by("-seq")[
            : MOST_EVENTS + 1
        ]
    )
    faces = snapshot.faces | faces_of(pids_of(newest))
    now = snapshot.decision.as_of
    go_live = snapshot.state.go_live(now)
    waivers = waiver_lines(item, snapshot)
    lapsed = state.has_lapsed(go_live)
    return Detail(
        row=row,
        url=f"/items/{item.pk}/",
        release_url=f"/releases/{item.release_id}/",
        guidance=_guidance(snapshot, state),
        why_here=why_here(
            _checklist(snapshot, state), state, face_of(item.added_by) if item.added_by else None
        ),
        suggested=not row.probe and bool(_suggestion(snapshot, state)),
        nothing_said=not _source(snapshot, state),
        reason=item.reason.value if item.reason else "",
        answered="" if state.answer == Answer.OPEN else str(ANSWER_WORDS[state.answer]),
        answered_by=face_of(item.answered_by) if item.answered_by else None,
        answered_at=item.answered_at,
        evidence=evidence_lines(item, state, go_live, now),
        file_limit=settings.EVIDENCE_MAX_BYTES,
        comments=comment_lines(item),
        nameable=nameable_people(item.release.project),
        waivers=[w for w in waivers if w.status != WaiverStatus.REQUESTED],
        asked=next((w for w in waivers if w.status == WaiverStatus.REQUESTED), None),
        events=[event_line(e, faces, snapshot.roles.names) for e in newest[:MOST_EVENTS]],
        earlier_events=max(len(newest) - MOST_EVENTS, 0),
        people=_people(item, state),
        roles=_roles(item, state),
        due_offset=item.due_offset,
        due_input=f"{localtime(item.due_at):%Y-%m-%dT%H:%M}" if item.due_at else "",
        na_allowed=state.na_allowed,
        evidence_required=state.evidence_required,
        is_open=state.answer == Answer.OPEN or lapsed,
        is_done=row.ticked == "true",
        is_lapsed=lapsed,
        origin_url=f"/releases/{state.carried_from}/" if state.carried_from else "",
        believed=believed(state, now),
        unneeded=needed_no_more(state, snapshot),
        again=state.answer if state.carried_from or lapsed else "",
        justify=state.justification_required,
        started=state.started_at is not None,
        probe_fails=row.probe is not None and row.probe.glyph == "failed",
        waivable=state.answer == Answer.OPEN or lapsed or _done_without_pass(state),
        added_by=face_of(item.added_by) if item.added_by else None,
    )


def _done_without_pass(state: ItemState) -> bool:
    """Ticked, while its probe is not confirmed to pass."""
    probe = state.probe
    return state.answer == Answer.DONE and probe is not None and probe.confirmed != Verdict.PASS


def _guidance(snapshot: Snapshot, state: ItemState) -> SafeString:
    return render_markdown(_source(snapshot, state))


def _source(snapshot: Snapshot, state: ItemState) -> str:
    return _guidance_by_key(_checklist(snapshot, state)).get(state.key, "")


def _checklist(snapshot: Snapshot, state: ItemState) -> ChecklistState:
    return next(c for c in snapshot.state.checklists if c.key == state.checklist)


def _suggestion(snapshot: Snapshot, state: ItemState) -> str:
    """The probe that the template suggests for the item."""
    return suggested_by_key(_checklist(snapshot, state)).get(state.key, "")


@lru_cache(maxsize=64)
def suggested_by_key(checklist: ChecklistState) -> Mapping[str, str]:
    """The probes that a checklist suggests, by item."""
    return {item.key: item.probe for item in tree_of(checklist).items() if item.probe}


@lru_cache(maxsize=64)
def _guidance_by_key(checklist: ChecklistState) -> Mapping[str, str]:
    return {item.key: item.guidance for item in tree_of(checklist).items()}


def _people(item: Item, state: ItemState) -> list[Choice]:
    """Members who can act, by name; the one assigned is chosen even if they left."""
    people = member_names(item.release.project_id)
    if item.assignee and item.assignee.pid not in people:
        people[item.assignee.pid] = str(item.assignee)
    return [Choice(f"person:{pid}", name, pid == state.assignee) for pid, name in by_name(people)]


def _roles(item: Item, state: ItemState) -> list[Choice]:
    names = role_names_of(item.release.project_id)
    return [
        Choice(f"role:{slug}", name, slug == state.assignee_role) for slug, name in by_name(names)
    ]
