"""Who does an item and by when, and what people say about it."""

from __future__ import annotations

from datetime import datetime

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_moment, write_time
from checklists.models import Comment, Item
from checklists.operations.guards import require_person, require_version
from checklists.operations.item_changes import answerable_item, record_item_change
from checklists.operations.item_steps import (
    Assignee,
    Deed,
    give,
    is_given_to,
    require_in_project,
)
from checklists.operations.mentions import keep_mentions, named_by
from checklists.operations.transactions import operation
from checklists.planned import due_at


@operation
def assign_item(
    item: Item,
    *,
    actor: Actor,
    to: Assignee,
    expected_version: int | None = None,
) -> Item:
    """Give the item to a member or to a sign-off role, or to nobody.

    Assigning to the same again changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed,
    ItemChanged; Invalid for somebody outside the project; Conflict if it is not applicable.
    """
    item = answerable_item(item, actor)
    if not is_given_to(item, to):
        require_in_project(to, item.release.project)
    give(item, Deed(actor), to=to, expected_version=expected_version)
    return item


@operation
def set_item_due(
    item: Item,
    *,
    actor: Actor,
    due: datetime | str | None,
    expected_version: int | None = None,
) -> Item:
    """Say by when the item should be done: a moment, or an offset like ``T-2d`` that moves with
    the release's target. The same again changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged; Invalid for another kind of text.
    """
    item = answerable_item(item, actor)
    offset = due.strip() if isinstance(due, str) else ""
    moment = due_at(offset, item.release.target_at) if isinstance(due, str) else due
    if moment is not None:
        moment = checked_moment(moment, field="due_at")
    if (item.due_at, item.due_offset) == (moment, offset):
        return item
    require_version(item, expected_version)
    data = {"due_at": write_time(moment) if moment else None, "offset": offset}
    record_item_change(
        item, "item.due_set", actor=actor, data=data, due_at=moment, due_offset=offset
    )
    return item


@operation
def comment_item(item: Item, *, actor: Actor, text: str) -> Comment:
    """Write a comment. Comments void no signature. Members named in it with an @ are told.

    Raises NotVisible, NotAllowed, ReleaseClosed, Invalid.
    """
    item = answerable_item(item, actor)
    person = require_person(actor)
    words = audit.disclose("comment", text)
    named = named_by(words.value, item.release.project, author=person)
    comment = Comment.objects.create(
        item=item,
        body=words,
        author=person,
        written_at=audit.moment(item.release),
    )
    keep_mentions(comment, named)
    data: dict[str, object] = {"comment": comment.pk}
    if named:
        data["mentions"] = [other.pid for other in named]
    record_item_change(
        item,
        "item.commented",
        actor=actor,
        data=data,
        commit={"body": words},
    )
    return comment
