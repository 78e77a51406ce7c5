"""What people say of an item: start, tick, untick, not applicable, reopen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict
from checklists.models import Item
from checklists.operations.guards import require_version
from checklists.operations.item_changes import UNANSWERED, answerable_item, record_item_change
from checklists.operations.item_steps import (
    Deed,
    confirmed_verdicts,
    leave_out,
    reopen,
    tick,
    untick,
)
from checklists.operations.transactions import operation
from checklists.state import Answer, Verdict


@operation
def start_item(item: Item, *, actor: Actor, expected_version: int | None = None) -> Item:
    """Say that work on an open item has begun. Starting a started item changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged; Conflict if it is not open.
    """
    item = answerable_item(item, actor)
    if item.started_at is not None:
        return item
    if item.answer != Answer.OPEN:
        raise Conflict(
            _("“%(title)s” is already answered; reopen it first.") % {"title": item.called},
            code="not_open",
        )
    require_version(item, expected_version)
    record_item_change(item, "item.started", actor=actor, started_at=audit.moment(item.release))
    return item


@operation
def tick_item(
    item: Item, *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Item:
    """Answer the item with "done". Ticking a done item changes nothing and records nothing.

    Against a failing probe, and where the template asks for a justification, a reason is needed.
    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged, Invalid.
    """
    item = answerable_item(item, actor)
    verdict = confirmed_verdicts([item.pk]).get(item.pk)
    tick(item, Deed(actor, reason=reason), expected_version=expected_version, verdict=verdict)
    return item


@operation
def untick_item(
    item: Item, *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Item:
    """Take "done" back. Unticking an open item changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged; Conflict if it is not applicable.
    """
    item = answerable_item(item, actor)
    untick(item, Deed(actor, reason=reason), expected_version=expected_version)
    return item


@operation
def mark_not_applicable(
    item: Item, *, actor: Actor, reason: str, expected_version: int | None = None
) -> Item:
    """Answer "not applicable", where the template allows it, with a reason.

    Saying so again changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged,
    Invalid; Conflict where the template does not allow it.
    """
    item = answerable_item(item, actor)
    leave_out(item, Deed(actor, reason=reason), expected_version=expected_version)
    return item


@operation
def reopen_item(
    item: Item, *, actor: Actor, reason: str, expected_version: int | None = None
) -> Item:
    """Open an answered item again, with a reason. Reopening an open item changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged, Invalid.
    """
    item = answerable_item(item, actor)
    reopen(item, Deed(actor, reason=reason), expected_version=expected_version)
    return item


def reopen_item_by_probe(item: Item, *, actor: Actor) -> None:
    """Open a ticked item because its probe's FAIL is confirmed.

    Part of recording a verdict: the caller holds the release's lock and read the item under it.
    """
    if item.answer != Answer.DONE:
        return
    data = {"from": str(item.answer), "verdict": str(Verdict.FAIL)}
    record_item_change(item, "item.reopened", actor=actor, data=data, **UNANSWERED)
