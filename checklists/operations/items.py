"""What people say of an item: start, tick, untick, not applicable, reopen, and undo."""

from __future__ import annotations

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict
from checklists.models import Item
from checklists.operations.guards import (
    MIN_REASON,
    require_person,
    require_reason,
    require_version,
)
from checklists.operations.item_changes import (
    UNANSWERED,
    answerable_item,
    optional_reason,
    record_item_change,
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
        raise Conflict(f"“{item.title}” is already answered; reopen it first.", code="not_open")
    require_version(item, expected_version)
    record_item_change(item, "item.started", actor=actor, started_at=audit.moment(item.release))
    return item


@operation
def tick_item(
    item: Item, *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Item:
    """Answer the item with "done". Ticking a done item changes nothing and records nothing.

    Against a failing probe a reason is needed. Raises NotVisible, NotAllowed, ReleaseClosed,
    ItemChanged, Invalid.
    """
    item = answerable_item(item, actor)
    if item.answer == Answer.DONE:
        return item
    require_version(item, expected_version)
    verdict = _confirmed_verdict(item)
    if verdict == Verdict.FAIL:
        reason = require_reason(reason, what="it is done although its probe fails")
    _answer(item, Answer.DONE, actor=actor, reason=reason, verdict=verdict)
    return item


@operation
def untick_item(
    item: Item, *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Item:
    """Take "done" back. Unticking an open item changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged; Conflict if it is not applicable.
    """
    item = answerable_item(item, actor)
    if item.answer == Answer.OPEN:
        return item
    require_version(item, expected_version)
    if item.answer != Answer.DONE:
        raise Conflict(
            f"“{item.title}” is not applicable, not done; reopen it instead.", code="not_done"
        )
    commit = optional_reason(reason)
    data = {"from": str(item.answer)}
    record_item_change(item, "item.unticked", actor=actor, data=data, commit=commit, **UNANSWERED)
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
    if item.answer == Answer.NOT_APPLICABLE:
        return item
    require_version(item, expected_version)
    if not item.na_allowed:
        raise Conflict(
            f"The template does not allow “{item.title}” to be not applicable. "
            "Ask for a waiver if the release should go without it.",
            code="not_applicable_not_allowed",
        )
    reason = require_reason(reason, what="it does not apply", at_least=MIN_REASON)
    _answer(item, Answer.NOT_APPLICABLE, actor=actor, reason=reason)
    return item


@operation
def reopen_item(
    item: Item, *, actor: Actor, reason: str, expected_version: int | None = None
) -> Item:
    """Open an answered item again, with a reason. Reopening an open item changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged, Invalid.
    """
    item = answerable_item(item, actor)
    if item.answer == Answer.OPEN:
        return item
    require_version(item, expected_version)
    reason = require_reason(reason, what="it is open again")
    record_item_change(
        item,
        "item.reopened",
        actor=actor,
        data={"from": str(item.answer)},
        commit=optional_reason(reason),
        **UNANSWERED,
    )
    return item


def reopen_item_by_probe(item: Item, *, actor: Actor) -> None:
    """Open a ticked item because its probe's FAIL is confirmed.

    Part of recording a verdict: the caller holds the release's lock and read the item under it.
    """
    if item.answer != Answer.DONE:
        return
    data = {"from": str(item.answer), "verdict": str(Verdict.FAIL)}
    record_item_change(item, "item.reopened", actor=actor, data=data, **UNANSWERED)


def _answer(
    item: Item, answer: Answer, *, actor: Actor, reason: str, verdict: Verdict | None = None
) -> None:
    person = require_person(actor)
    action = "item.ticked" if answer == Answer.DONE else "item.marked_not_applicable"
    commit = optional_reason(reason)
    record_item_change(
        item,
        action,
        actor=actor,
        data={"from": str(item.answer), "verdict": str(verdict) if verdict else None},
        commit=commit,
        answer=answer,
        answered_by=person,
        answered_at=audit.moment(item.release),
        reason=commit.get("reason"),
    )


def _confirmed_verdict(item: Item) -> Verdict | None:
    """What the item's probe is confirmed to see, if it has one that saw anything."""
    confirmed = item.probes.attached().values_list("confirmed", flat=True).first()
    return Verdict(confirmed) if confirmed else None
