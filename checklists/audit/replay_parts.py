"""What single events say of a release, as values: signatures, calls, items added to it. Pure."""

from __future__ import annotations

from typing import Any

from checklists.audit.format import read_time
from checklists.audit.replay_fold import Body, ItemFold
from checklists.planned import PlannedItem
from checklists.state import Call, CallState, Meaning, Requirement, Stage


def signoff_of(body: Body) -> dict[str, Any]:
    """The fields of a signature."""
    data, commit = body["data"], body["commit"]
    return {
        "id": data["signoff"],
        "role": data["role"],
        "person": body["actor"]["pid"],
        "meaning": Meaning(data["meaning"]),
        "digests": tuple(sorted(data["digests"].items())),
        "rule_digest": data["rule_digest"],
        "was_holder": data["was_holder"],
        "signed_at": read_time(body["at"]),
        "seq": body["seq"],
        "note": commit.get("note"),
        "printed_name": commit["printed_name"],
        "withdrawn_at": None,
    }


def call_of(body: Body) -> CallState:
    """What a role said in the meeting."""
    data = body["data"]
    return CallState(
        id=data["call"],
        role=data["role"],
        person=body["actor"]["pid"],
        says=Call(data["says"]),
        words=body.get("commit", {}).get("words"),
        called_at=read_time(body["at"]),
        seq=body["seq"],
    )


def added_item(body: Body) -> ItemFold:
    """A one-off item: what its event says, and for the rest what such items are."""
    subject, data = body["subject"], body["data"]
    plan = PlannedItem(
        position=data["position"],
        key=subject["key"],
        number=data["number"],
        title="",
        section=data["section"],
        group=data["group"],
        condition="",
        stage=Stage(data["stage"]),
        requirement=Requirement(data["requirement"]),
        na_allowed=True,
        evidence_required=False,
        due="",
        justification_required=False,
        evidence_kind="",
        valid_for="",
        owner_role="",
    )
    item = ItemFold(subject["id"], subject["checklist"], plan, None, body["seq"])
    item.fields |= {"added_by": body["actor"]["pid"], "own_title": body["commit"]["title"]}
    return item
