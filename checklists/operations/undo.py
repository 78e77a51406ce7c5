"""Taking one's own last step on an item back: the inverse, as an event of its own."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.replay_fold import NOT_CARRIED
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.models import AuditEvent, Disclosable, Item, Person, Release, SignoffRole
from checklists.operations.bulk import MOST_AT_ONCE, Batch, Left, fresh_items
from checklists.operations.carried import carried_fields
from checklists.operations.guards import require_open, require_version
from checklists.operations.item_changes import (
    UNANSWERED,
    answerable_item,
    assignment_of,
    record_item_change,
)
from checklists.operations.item_steps import Deed, require_in_project
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.state import Answer

ANSWERS = {
    "item.ticked": Answer.DONE,
    "item.marked_not_applicable": Answer.NOT_APPLICABLE,
}
UNDOABLE = {*ANSWERS, "item.unticked", "item.reopened", "item.started", "item.assigned"}


@operation
def undo_item_change(item: Item, *, actor: Actor, seq: int, expected_version: int) -> Item:
    """Undo event `seq`, if it is the item's newest and the actor's own.

    A signature that the step made stale stays stale. Raises NotVisible, NotAllowed, ReleaseClosed,
    ItemChanged; Conflict for a step that cannot be undone; Invalid for giving an item back to
    somebody who has left the project.
    """
    item = answerable_item(item, actor)
    require_version(item, expected_version)
    event = AuditEvent.objects.filter(chain=item.release.chain, item_id=item.pk).latest("seq")
    if event.seq != seq:
        raise _moved_on()
    _take_back(item, event, actor)
    return item


@operation
def undo_batch(release: Release, number: int, *, actor: Actor) -> Batch:
    """Undo one's own batch of that number, on each of its items that nobody has moved since.

    The others are left as they are and named. Raises NotVisible, NotAllowed, ReleaseClosed;
    Conflict if there is no such batch.
    """
    release = audit.locked(release)
    require(actor, "answer_item", release.project)
    require_open(release)
    events = _events_of(release, number)
    if not events:
        raise Conflict(_("There is no such step to undo."), code="no_such_batch")
    pks = {event.item_id for event in events if event.item_id is not None}
    newest = dict(
        AuditEvent.objects.filter(chain=release.chain, item_id__in=pks)
        .values("item_id")
        .annotate(newest=Max("seq"))
        .values_list("item_id", "newest")
    )
    items: dict[int | None, Item] = {item.pk: item for item in fresh_items(release, pks)}
    back, changed, left = release.chain.head_seq + 1, [], []
    for event in events:
        item = items[event.item_id]
        try:
            if newest[item.pk] != event.seq:
                raise _moved_on()
            _take_back(item, event, actor, batch=back)
            changed.append(item)
        except (Conflict, Invalid) as refusal:
            left.append(Left(item, refusal.code, refusal.message))
    return Batch(release, back if changed else 0, tuple(changed), tuple(left))


def _events_of(release: Release, number: int) -> list[AuditEvent]:
    """The events of a batch: they follow each other, from the one that its number names."""
    after = AuditEvent.objects.filter(chain=release.chain, seq__gte=number).order_by("seq")
    found = takewhile(
        lambda event: json.loads(event.body)["data"].get("batch") == number, after[:MOST_AT_ONCE]
    )
    return list(found)


def _moved_on() -> Conflict:
    return Conflict(_("The item has moved on since; there is nothing to undo."), code="moved_on")


def _take_back(item: Item, event: AuditEvent, actor: Actor, *, batch: int | None = None) -> None:
    """Undo the item's newest event, if it is the actor's own and can be undone."""
    body = json.loads(event.body)
    if body["actor"].get("pid") != actor.pid:
        raise NotAllowed(
            _("Only your own last step can be undone; change the item instead."), code="not_yours"
        )
    if event.action not in UNDOABLE:
        raise Conflict(
            _("This step cannot be undone. Take a new one that puts it right."),
            code="cannot_undo",
            action=event.action,
        )
    if AuditEvent.objects.filter(
        chain=item.release.chain, action="checklist.upgraded", seq__gt=event.seq
    ).exists():
        raise _moved_on()
    action, data, commit, fields = _inverse(item, event, body, actor)
    data = Deed(actor, batch=batch).facts(**data)
    record_item_change(
        item, action, actor=actor, data=data, commit=commit, undoes=event.seq, **fields
    )


Step = tuple[str, dict[str, Any], dict[str, Disclosable], dict[str, Any]]


def _inverse(item: Item, event: AuditEvent, body: dict[str, Any], actor: Actor) -> Step:
    """The action that takes the event back, with its data, commitments and fields."""
    if event.action == "item.started":
        return "item.stopped", {}, {}, {"started_at": None}
    if event.action == "item.assigned":
        return _assign_back(item, body["data"]["from"])
    if (carried := _carried_before(event, body["data"]["from"])) is not None:
        return _carry_back(carried)
    if body["data"]["from"] == ANSWERS.get(event.action):
        raise Conflict(
            _("The answer before this one had lapsed, so it does not come back. Untick the item."),
            code="cannot_undo",
        )
    if event.action in ANSWERS:
        back = "item.unticked" if event.action == "item.ticked" else "item.reopened"
        return back, {"from": str(item.answer)}, {}, UNANSWERED
    return _answer_back(item, Answer(body["data"]["from"]), event, actor)


def _answer_back(item: Item, answer: Answer, event: AuditEvent, actor: Actor) -> Step:
    """Answer again what was answered before, with its reason, in the name of who undoes."""
    action = next(name for name, value in ANSWERS.items() if value == answer)
    before = (
        AuditEvent.objects.filter(
            chain=event.chain_id, item_id=item.pk, seq__lt=event.seq, action=action
        )
        .order_by("-seq")
        .values_list("body", flat=True)
        .first()
    )
    committed = json.loads(before).get("commit", {}).get("reason") if before else None
    reason = Disclosable.objects.filter(commitment=committed).first() if committed else None
    fields = {
        "answer": answer,
        "answered_by": actor.person,
        "answered_at": audit.moment(item.release),
        "reason": reason,
        **NOT_CARRIED,
    }
    data = {"from": str(item.answer), "verdict": None}
    return action, data, {"reason": reason} if reason else {}, fields


def _carried_before(event: AuditEvent, former: str) -> AuditEvent | None:
    """The event that carried the answer which this one took the place of, if one did.

    `former` is that answer: an upgrade opens an item with no event of the item's own.
    """
    before = AuditEvent.objects.filter(
        chain=event.chain_id,
        item_id=event.item_id,
        seq__lt=event.seq,
        action__in=(*ANSWERS, "item.unticked", "item.reopened", "item.carried"),
    ).order_by("-seq")
    newest = before.first()
    if newest is None or newest.action != "item.carried":
        return None
    return newest if json.loads(newest.body)["data"]["answer"] == former else None


def _carry_back(carried: AuditEvent) -> Step:
    """The carried answer as it was; the evidence and the probe that came with it are there yet."""
    body = json.loads(carried.body)
    data = {**body["data"], "evidence": [], "probe": None}
    committed = body.get("commit", {}).get("reason")
    reason = Disclosable.objects.filter(commitment=committed).first() if committed else None
    answered_by = Person.objects.get(pid=data["answered_by"])
    fields = carried_fields(data, reason, answered_by)
    return "item.carried", data, {"reason": reason} if reason else {}, fields


def _assign_back(item: Item, former: dict[str, str | None]) -> Step:
    person = Person.objects.filter(pid=former["assignee"]).first()
    role = SignoffRole.objects.filter(project=item.release.project_id, slug=former["role"]).first()
    require_in_project(person or role, item.release.project)
    data = {"assignee": former["assignee"], "role": former["role"], "from": assignment_of(item)}
    return "item.assigned", data, {}, {"assignee": person, "assignee_role": role}
