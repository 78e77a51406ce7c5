"""What carrying one answer writes: the evidence and the probe that go with it, and the answer.

Each piece is an event of its own, so that the item's history reads like that of any other item.
The caller holds both releases' locks.
"""

from __future__ import annotations

from typing import Any

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import read_time, write_time
from checklists.carrying import Proposal
from checklists.models import Disclosable, Evidence, Item, Person, Release
from checklists.operations.guards import require_person
from checklists.operations.item_changes import record_item_change
from checklists.operations.probes import attach_again
from checklists.state import Carried


def carry_one(item: Item, proposal: Proposal, source: Release, *, actor: Actor) -> None:
    """Give the item the answer that the proposal found, with all that goes with it."""
    old = proposal.old
    if old is None or proposal.reason is None:
        raise ValueError("nothing is carried without an answer and a reason")
    evidence = [_attach_again(item, row, actor) for row in _evidence_of(proposal)]
    probe = None
    if old.probe is not None and proposal.item.probe is None:
        probe = attach_again(item, old.probe.id, actor=actor).pk
    reason = Disclosable.objects.filter(commitment=old.reason).first() if old.reason else None
    given_in = old.carried_from or source.pk
    data: dict[str, Any] = {
        "answer": str(old.answer),
        "answered_by": old.answered_by,
        "answered_at": write_time(old.answered_at) if old.answered_at else None,
        "given_in": given_in,
        "from_release": source.pk,
        "from_item": old.id,
        "from_seq": old.decided_seq,
        "reason": str(proposal.reason),
        "until": write_time(proposal.until) if proposal.until else None,
        "evidence": evidence,
        "probe": probe,
    }
    record_item_change(
        item,
        "item.carried",
        actor=actor,
        data=data,
        commit={"reason": reason} if reason else None,
        **carried_fields(data, reason, Person.objects.get(pid=old.answered_by)),
    )


def carried_fields(
    data: dict[str, Any], reason: Disclosable | None, answered_by: Person
) -> dict[str, Any]:
    """The fields of an item whose answer was carried, as the event's data say."""
    return {
        "answer": data["answer"],
        "answered_by": answered_by,
        "answered_at": read_time(data["answered_at"]),
        "reason": reason,
        "carried_from_id": data["given_in"],
        "carried_reason": Carried(data["reason"]),
    }


def _evidence_of(proposal: Proposal) -> list[Evidence]:
    """The rows of the evidence that goes along and whose words are still there, oldest first."""
    rows = Evidence.objects.filter(pk__in=[evidence.id for evidence in proposal.evidence])
    return list(rows.exclude(content=None).select_related("content").order_by("pk"))


def _attach_again(item: Item, row: Evidence, actor: Actor) -> int:
    """The same words or file, seen when they were seen then."""
    assert row.content is not None  # noqa: S101 (the caller left the others out)
    facts: dict[str, Any] = {}
    if row.sha256:
        facts = {"sha256": row.sha256, "size": row.size, "media_type": row.media_type}
    again = Evidence.objects.create(
        item=item,
        kind=row.kind,
        content=row.content,
        digest=row.digest,
        observed_at=row.observed_at,
        attached_at=audit.moment(item.release),
        attached_by=require_person(actor),
        **facts,
    )
    record_item_change(
        item,
        "evidence.attached",
        actor=actor,
        data={
            "evidence": again.pk,
            "kind": row.kind,
            "observed_at": write_time(row.observed_at),
            "carried": row.pk,
            **facts,
        },
        commit={"content": row.content},
    )
    return again.pk
