"""What waits for one person: items, signatures, and waivers to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.models import Person, Release, RoleHolder, Waiver
from checklists.operations.waivers import may_decide
from checklists.pages.faces import Face, face_of
from checklists.pages.rows import ItemRow
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import SECTIONS, counted, short_day
from checklists.state import RUNNING, ItemState, RowStatus, WaiverStatus

MOST_WAIVERS = 20


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for the person: an item or a signature."""

    url: str
    title: str
    note: str
    css: str
    glyph: str
    due: str
    late: bool
    order: tuple[bool, datetime]


@dataclass(frozen=True, slots=True)
class WaiverTask:
    """A waiver that the person may decide."""

    url: str
    title: str
    release: str
    by: Face
    reason: str
    until: str


def tasks_of(
    person: Person, shown: Sequence[tuple[Release, Snapshot]], now: datetime
) -> Iterable[Task]:
    """The items given to the person or to a role they hold, and the signatures they may give."""
    held = _held_roles(person)
    for release, snapshot in shown:
        if release.is_over:
            continue
        mine = held.get(release.project_id, set())
        yield from _signatures(person, release, snapshot, mine)
        for item in snapshot.state.items:
            row = snapshot.rows[item.id]
            if RowStatus(row.status).settled:
                continue
            if item.assignee == person.pid or item.assignee_role in mine:
                yield _item_task(release, item, row, now)


def _held_roles(person: Person) -> Mapping[int, set[str]]:
    """The slugs of the sign-off roles the person holds, by project."""
    held: dict[int, set[str]] = {}
    rows = RoleHolder.objects.filter(
        person=person, role__retired_at=None, role__project__memberships__person=person
    )
    for project, slug in rows.values_list("role__project_id", "role__slug"):
        held.setdefault(project, set()).add(slug)
    return held


def _signatures(
    person: Person, release: Release, snapshot: Snapshot, held: set[str]
) -> Iterable[Task]:
    for standing in snapshot.decision.signoffs:
        signed = {signoff.person for signoff in standing.counted}
        if standing.role not in held or standing.met >= standing.required or person.pid in signed:
            continue
        name = snapshot.roles.names.get(standing.role, standing.role)
        again = bool(standing.stale)
        changed = counted(len(standing.changed_sections), SECTIONS)
        yield Task(
            url=snapshot.counters.sign_url,
            title=_("Sign %(name)s again") % {"name": name}
            if again
            else _("Sign %(name)s") % {"name": name},
            note=_("%(release)s, %(changed)s changed") % {"release": release, "changed": changed}
            if again
            else str(release),
            css="st-stale" if again else "st-open",
            glyph="stamp",
            due=short_day(release.target_at, snapshot.decision.as_of),
            late=release.target_at < snapshot.decision.as_of,
            order=(False, release.target_at),
        )


def _item_task(release: Release, item: ItemState, row: ItemRow, now: datetime) -> Task:
    due = item.due_at or release.target_at
    return Task(
        url=f"/releases/{release.pk}/#{row.dom_id}",
        title=item.title,
        note=_("%(release)s, blocker") % {"release": release} if row.block else str(release),
        css=f"st-{row.status}",
        glyph=row.status,
        due=short_day(due, now),
        late=row.late,
        order=(not row.late, due),
    )


def waivers_for(person: Person, now: datetime) -> Iterable[WaiverTask]:
    """Those that wait, were asked by somebody else, and that the person may decide."""
    actor = Actor.of_person(person)
    asked = (
        Waiver.objects.filter(
            status=WaiverStatus.REQUESTED,
            expires_at__gt=now,
            item__release__in=Release.objects.visible_to(person).filter(status__in=RUNNING),
        )
        .exclude(requested_by=person)
        .select_related("item__release__project", "item__checklist", "requested_by", "reason")
        .order_by("item__release__target_at", "pk")
    )
    for waiver in asked[:MOST_WAIVERS]:
        if may_decide(actor, waiver.item):
            yield WaiverTask(
                url=f"/releases/{waiver.item.release_id}/#item-{waiver.item_id}",
                title=waiver.item.called,
                release=str(waiver.item.release),
                by=face_of(waiver.requested_by),
                reason=waiver.reason.value if waiver.reason else "",
                until=short_day(waiver.expires_at, now),
            )
