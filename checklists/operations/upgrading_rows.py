"""The rows that an upgrade of a checklist writes. Replaying its event comes to the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists import audit
from checklists.formats.tree import ChecklistTree
from checklists.models import Checklist, Item, Person, Probe, Release, SignoffRole, Waiver
from checklists.operations.item_changes import UNANSWERED
from checklists.operations.pinning import planned_fields
from checklists.operations.probes import UNCLAIMED
from checklists.planned import planned_items
from checklists.state import WaiverStatus
from checklists.upgrading import ASKED, PLACED, Step, Upgrade, moved_to

_STANDING = (WaiverStatus.REQUESTED, WaiverStatus.APPROVED)
_MOVED = (*PLACED, *ASKED, "due_offset", "due_at", "version", "decided_seq", *UNANSWERED)
_MADE_ANEW: dict[str, Any] = {
    **UNANSWERED,
    "started_at": None,
    "assignee": None,
    "removed_at": None,
}


def rows_of(steps: Upgrade) -> dict[int, Item]:
    """The rows of all items that are there, by id."""
    there = (*steps.kept, *steps.changed, *steps.removed)
    return Item.objects.in_bulk([step.id for step in there])


def move_items(
    release: Release,
    steps: Upgrade,
    rows: Mapping[int, Item],
    person: Person,
    old: ChecklistTree,
    seq: int,
) -> None:
    """Give the items that stay what their new version says; open those that changed again."""
    was = {plan.key: plan for plan in planned_items(old)}
    changed = {step.id for step in steps.changed}
    moved = []
    for step in (*steps.kept, *steps.changed):
        row = rows[step.id]
        fields = dict(step.place or {})
        if step.plan is not None:
            before = was[step.plan.key]
            due = row.due_offset, row.due_at
            fields = moved_to(step.plan, before, *due, release.target_at)
        if step.id in changed:
            fields |= {**UNANSWERED, "decided_seq": seq}
        _set(row, version=row.version + 1, **fields)
        moved.append(row)
    Item.objects.bulk_update(moved, _MOVED, batch_size=200)
    _end_waivers(release, changed, person)


def remove_items(
    release: Release, steps: Upgrade, rows: Mapping[int, Item], person: Person
) -> None:
    """Take the items that are gone out, with their probes and waivers."""
    gone = [step.id for step in steps.removed]
    moment = audit.moment(release)
    Item.objects.filter(pk__in=gone).update(removed_at=moment)
    Probe.objects.attached().filter(item__in=gone).update(
        detached_at=moment, next_run_at=None, **UNCLAIMED
    )
    _end_waivers(release, gone, person)


def add_items(
    checklist: Checklist, steps: Upgrade, roles: Mapping[str, SignoffRole], seq: int
) -> tuple[list[int], list[list[Any]]]:
    """Make the new items, or bring back what an earlier upgrade took out. Their ids, in order, and
    which of them a role is asked for.
    """
    former = {
        row.key: row for row in checklist.items.exclude(removed_at=None).filter(added_by=None)
    }
    rows = [_added(checklist, step, former, roles, seq) for step in steps.added]
    Item.objects.bulk_create([row for row in rows if row.pk is None])
    back = [row for row in rows if row.key in former]
    columns = (*_MOVED, "title", "assignee_role", *_MADE_ANEW)
    Item.objects.bulk_update(back, list(dict.fromkeys(columns)), batch_size=200)
    assigned = [[row.pk, row.assignee_role.slug] for row in rows if row.assignee_role]
    return [row.pk for row in rows], assigned


def _added(
    checklist: Checklist,
    step: Step,
    former: Mapping[str, Item],
    roles: Mapping[str, SignoffRole],
    seq: int,
) -> Item:
    if step.plan is None:
        raise ValueError("a new item comes from a plan")
    fields = planned_fields(step.plan, checklist.release.target_at)
    fields |= {"assignee_role": roles.get(step.plan.owner_role), "decided_seq": seq}
    row = former.get(step.plan.key)
    if row is None:
        return Item(release=checklist.release, checklist=checklist, **fields)
    _set(row, version=row.version + 1, **{**_MADE_ANEW, **fields})
    return row


def _end_waivers(release: Release, item_ids: Any, person: Person) -> None:
    """A waiver was for the item as it was."""
    Waiver.objects.filter(item__in=list(item_ids), status__in=_STANDING).update(
        status=WaiverStatus.REJECTED,
        decided_by=person,
        decided_at=audit.moment(release),
        decision_reason=None,
    )


def _set(row: Item, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
