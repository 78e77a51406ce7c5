"""How moving a checklist to a newer version changes its items. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from checklists.audit.format import read_time
from checklists.audit.replay_fold import NOT_CARRIED, Body, ItemFold
from checklists.formats.tree import ChecklistTree
from checklists.planned import due_at, planned_items
from checklists.state import Answer, WaiverStatus
from checklists.upgrading import moved_to, own_places

Folds = dict[int, ItemFold]
UNANSWERED = {
    "answer": Answer.OPEN,
    "answered_by": None,
    "answered_at": None,
    "reason": None,
    **NOT_CARRIED,
}
_STANDING = (WaiverStatus.REQUESTED, WaiverStatus.APPROVED)


def upgrade_items(
    items: Folds,
    gone: Folds,
    body: Body,
    *,
    key: str,
    trees: tuple[ChecklistTree, ChecklistTree],
    target_at: datetime,
) -> None:
    """Move the items of a checklist, named by its key, from the first of two contents to the other.

    `gone` keeps what is removed: a later version may bring it back.
    """
    data, (old, new) = body["data"], trees
    was = {plan.key: plan for plan in planned_items(old)}
    plans = {plan.key: plan for plan in planned_items(new)}
    for pk in (*data["changed"], *data["removed"]):
        _end_waivers(items[pk], body)
    for pk in data["removed"]:
        gone[pk] = items.pop(pk)
    _place_own(items, key, new, body)
    for pk in (*data["kept"], *data["changed"]):
        fields = items[pk].fields
        if fields["added_by"] is not None:
            continue
        plan = plans.pop(fields["key"])
        due = fields["due_offset"], fields["due_at"]
        fields |= moved_to(plan, was[plan.key], *due, target_at)
        if pk in data["changed"]:
            fields |= UNANSWERED
            fields["decided_seq"] = body["seq"]
        items[pk].touched(body)
    for pk, plan in zip(data["added"], plans.values(), strict=True):
        fold = ItemFold(pk, key, plan, due_at(plan.due, target_at), body["seq"])
        if (former := gone.pop(pk, None)) is not None:
            fold.evidence, fold.comments, fold.waivers = (
                former.evidence,
                former.comments,
                former.waivers,
            )
            fold.fields["version"] = former.fields["version"] + 1
        items[pk] = fold
    for pk, role in data["assigned"]:
        items[pk].fields["assignee_role"] = role


def _place_own(items: Folds, key: str, new: ChecklistTree, body: Body) -> None:
    """One-off items stand at the end of their groups."""
    own = [
        fold.fields
        for fold in items.values()
        if fold.fields["checklist"] == key and fold.fields["added_by"] is not None
    ]
    own.sort(key=lambda fields: (fields["position"], fields["id"]))
    places = own_places(new, [(f["id"], f["section"], f["group"]) for f in own])
    for pk, place in places.items():
        items[pk].fields |= place
        items[pk].touched(body)


def _end_waivers(fold: ItemFold, body: Body) -> None:
    """A waiver was for the item as it was."""
    for pk, waiver in fold.waivers.items():
        if waiver.status in _STANDING:
            fold.waivers[pk] = replace(
                waiver,
                status=WaiverStatus.REJECTED,
                decided_by=body["actor"]["pid"],
                decided_at=read_time(body["at"]),
                decision_reason=None,
            )
