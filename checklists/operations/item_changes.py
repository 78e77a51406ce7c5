"""One change of an item and its event: what every operation on an item begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.replay_fold import DECIDING, NOT_CARRIED
from checklists.audit.table_items import item_from_tables
from checklists.errors import Conflict
from checklists.models import AuditEvent, Disclosable, Item, Release
from checklists.operations.guards import require_open
from checklists.permissions import require
from checklists.state import Answer

UNANSWERED: dict[str, Any] = {
    "answer": Answer.OPEN,
    "answered_by": None,
    "answered_at": None,
    "reason": None,
    **NOT_CARRIED,
}
"""The fields of an item that nobody has answered."""


def answerable_item(item: Item, actor: Actor) -> Item:
    """The item, read under its release's lock, if the actor may answer it now.

    Raises NotVisible, NotAllowed, ReleaseClosed.
    """
    fresh = audit.locked_item(item)
    require(actor, "answer_item", fresh.release.project)
    require_open(fresh.release)
    return _still_there(fresh)


def fresh_item(item: Item, release: Release) -> Item:
    """The item as it is now; the caller's copy may predate the lock.

    Raises Conflict if it was taken out of the checklist.
    """
    fresh = Item.objects.select_related("checklist", "own_title").get(pk=item.pk)
    fresh.release = release
    return _still_there(fresh)


def _still_there(item: Item) -> Item:
    if item.removed_at is not None:
        raise Conflict(
            _("“%(title)s” was taken out of this release, so it can no longer change.")
            % {"title": item.called},
            code="item_removed",
        )
    return item


def record_item_change(
    item: Item,
    action: str,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    commit: Mapping[str, Disclosable] | None = None,
    undoes: int | None = None,
    **fields: Any,
) -> AuditEvent:
    """Append the event and save the fields with it, as replay will do: a newer row always, and a
    newer `decided_seq` for actions that change what a signature covers.

    The item was read under its release's lock.
    """
    event = audit.append(
        item.release,
        action,
        actor=actor,
        subject=item,
        data=data,
        commit=commit,
        undoes=undoes,
    )
    fields["version"] = item.version + 1
    if action in DECIDING:
        fields["decided_seq"] = event.seq
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    return event


def stands(item: Item, answer: Answer) -> bool:
    """Whether the item is answered so already, by somebody of this release, and still believed.

    An answer that was carried over, or that has lapsed by go-live, can be given anew.
    """
    if item.answer != answer or item.carried_from_id is not None:
        return False
    return not item.valid_for or not has_lapsed(item)


def has_lapsed(item: Item) -> bool:
    """Whether the item's answer is not believed any more at go-live."""
    state, _ = item_from_tables(item.pk)
    return state.has_lapsed(max(audit.moment(item.release), item.release.target_at))


def assignment_of(item: Item) -> dict[str, str | None]:
    """Whose the item is, as events say it."""
    return {
        "assignee": item.assignee.pid if item.assignee else None,
        "role": item.assignee_role.slug if item.assignee_role else None,
    }


def optional_reason(reason: str) -> dict[str, Disclosable]:
    """What the event commits to: the reason, or nothing."""
    return {"reason": audit.disclose("reason", reason)} if reason.strip() else {}
