"""Who does an item and by when, and what people say about it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_moment, write_time
from checklists.errors import Invalid
from checklists.links import checked_link
from checklists.models import Comment, Evidence, Item
from checklists.operations.guards import require_person, require_version
from checklists.operations.item_changes import answerable_item, record_item_change
from checklists.operations.item_steps import (
    Assignee,
    Deed,
    give,
    is_given_to,
    require_in_project,
)
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
    give(item, Deed(actor), to, expected_version=expected_version)
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
    """Write a comment. Comments void no signature.

    Raises NotVisible, NotAllowed, ReleaseClosed, Invalid.
    """
    item = answerable_item(item, actor)
    person = require_person(actor)
    words = audit.disclose("comment", text)
    comment = Comment.objects.create(
        item=item,
        body=words,
        author=person,
        written_at=audit.moment(item.release),
    )
    record_item_change(
        item,
        "item.commented",
        actor=actor,
        data={"comment": comment.pk},
        commit={"body": words},
    )
    return comment


@operation
def attach_evidence(
    item: Item,
    *,
    actor: Actor,
    kind: Evidence.Kind,
    content: str,
    observed_at: datetime | None = None,
) -> Evidence:
    """Attach a link or a text that shows the item is true. `observed_at` defaults to now.

    Raises NotVisible, NotAllowed, ReleaseClosed; Invalid for a link that is none, or a time in
    the future.
    """
    item = answerable_item(item, actor)
    person = require_person(actor)
    if kind not in Evidence.Kind.values:
        raise Invalid(_("Evidence is a link or a text."), code="bad_kind", field="kind")
    now = audit.moment(item.release)
    if observed_at is not None and observed_at > now:
        raise Invalid(
            _("Nothing can be observed in the future."), code="future", field="observed_at"
        )
    observed_at = checked_moment(observed_at or now, field="observed_at")
    if kind == Evidence.Kind.LINK:
        content = checked_link(content)
    disclosed = audit.disclose("evidence", content)
    evidence = Evidence.objects.create(
        item=item,
        kind=kind,
        content=disclosed,
        digest=disclosed.commitment,
        observed_at=observed_at,
        attached_at=now,
        attached_by=person,
    )
    record_item_change(
        item,
        "evidence.attached",
        actor=actor,
        data={
            "evidence": evidence.pk,
            "kind": str(kind),
            "observed_at": write_time(evidence.observed_at),
        },
        commit={"content": disclosed},
    )
    return evidence
