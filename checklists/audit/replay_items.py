"""How each event changes its item. Pure; one small function per action.

Every event of an item makes its row newer (`version`); the events named in DECIDING also change
what a signature covers (`decided_seq`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from checklists.audit.format import read_time
from checklists.planned import PlannedItem
from checklists.state import (
    Answer,
    CommentState,
    EvidenceState,
    ItemState,
    ProbeState,
    Verdict,
    WaiverState,
    WaiverStatus,
)

Body = Mapping[str, Any]

DECIDING = frozenset(
    {
        "item.ticked",
        "item.unticked",
        "item.marked_not_applicable",
        "item.reopened",
        "evidence.attached",
        "waiver.requested",
        "waiver.approved",
        "waiver.rejected",
        "waiver.withdrawn",
        "probe.attached",
        "probe.changed",
        "probe.detached",
    }
)


class ItemFold:
    """An item under construction; frozen again only when it has changed since."""

    __slots__ = ("_state", "comments", "evidence", "fields", "probe", "waivers")

    def __init__(
        self, pk: int, checklist: str, plan: PlannedItem, due: datetime | None, seq: int
    ) -> None:
        self.fields: dict[str, Any] = {
            "id": pk,
            "checklist": checklist,
            "position": plan.position,
            "key": plan.key,
            "number": plan.number,
            "title": plan.title,
            "section": plan.section,
            "group": plan.group,
            "condition": plan.condition,
            "stage": plan.stage,
            "requirement": plan.requirement,
            "na_allowed": plan.na_allowed,
            "evidence_required": plan.evidence_required,
            "answer": Answer.OPEN,
            "answered_by": None,
            "answered_at": None,
            "reason": None,
            "started_at": None,
            "assignee": None,
            "assignee_role": None,
            "due_at": due,
            "due_offset": plan.due,
            "version": 1,
            "decided_seq": seq,
        }
        self.evidence: list[EvidenceState] = []
        self.comments: list[CommentState] = []
        self.waivers: dict[int, WaiverState] = {}
        self.probe: ProbeState | None = None
        self._state: ItemState | None = None

    def touched(self, body: Body) -> None:
        """The row is newer; and so is what a signature covers, if the action decides anything."""
        self.fields["version"] += 1
        if body["action"] in DECIDING:
            self.fields["decided_seq"] = body["seq"]
        self._state = None

    def set_due(self, due: datetime | None, body: Body) -> None:
        """A due date that moved with the release's target."""
        self.fields["due_at"] = due
        self.touched(body)

    def state(self) -> ItemState:
        """The item as it stands."""
        if self._state is None:
            self._state = ItemState(
                **self.fields,
                evidence=tuple(self.evidence),
                comments=tuple(self.comments),
                waivers=tuple(self.waivers.values()),
                probe=self.probe,
            )
        return self._state


def _answer(answer: Answer) -> Callable[[ItemFold, Body], None]:
    def change(item: ItemFold, body: Body) -> None:
        item.fields |= {
            "answer": answer,
            "answered_by": body["actor"]["pid"],
            "answered_at": read_time(body["at"]),
            "reason": body.get("commit", {}).get("reason"),
        }

    return change


def _open(item: ItemFold, body: Body) -> None:
    cleared = dict.fromkeys(("answered_by", "answered_at", "reason"))
    item.fields |= {"answer": Answer.OPEN, **cleared}


def _start(item: ItemFold, body: Body) -> None:
    item.fields["started_at"] = read_time(body["at"])


def _stop(item: ItemFold, body: Body) -> None:
    item.fields["started_at"] = None


def _assign(item: ItemFold, body: Body) -> None:
    item.fields["assignee"] = body["data"]["assignee"]
    item.fields["assignee_role"] = body["data"]["role"]


def _set_due(item: ItemFold, body: Body) -> None:
    due = body["data"]["due_at"]
    item.fields["due_at"] = read_time(due) if due else None
    item.fields["due_offset"] = body["data"]["offset"]


def _comment(item: ItemFold, body: Body) -> None:
    item.comments.append(
        CommentState(
            id=body["data"]["comment"],
            body=body["commit"]["body"],
            author=body["actor"]["pid"],
            written_at=read_time(body["at"]),
        )
    )


def _attach_evidence(item: ItemFold, body: Body) -> None:
    data = body["data"]
    item.evidence.append(
        EvidenceState(
            id=data["evidence"],
            kind=data["kind"],
            digest=body["commit"]["content"],
            observed_at=read_time(data["observed_at"]),
            attached_at=read_time(body["at"]),
            attached_by=body["actor"]["pid"],
        )
    )


def _request_waiver(item: ItemFold, body: Body) -> None:
    data = body["data"]
    item.waivers[data["waiver"]] = WaiverState(
        id=data["waiver"],
        status=WaiverStatus.REQUESTED,
        reason=body["commit"]["reason"],
        expires_at=read_time(data["expires_at"]),
        requested_by=body["actor"]["pid"],
        requested_at=read_time(body["at"]),
        decided_by=None,
        decided_at=None,
        decision_reason=None,
    )


def _decide_waiver(status: WaiverStatus) -> Callable[[ItemFold, Body], None]:
    def change(item: ItemFold, body: Body) -> None:
        pk = body["data"]["waiver"]
        item.waivers[pk] = replace(
            item.waivers[pk],
            status=status,
            decided_by=body["actor"]["pid"],
            decided_at=read_time(body["at"]),
            decision_reason=body.get("commit", {}).get("reason"),
        )

    return change


def _set_probe(item: ItemFold, body: Body) -> None:
    data = body["data"]
    same = item.probe if item.probe is not None and item.probe.id == data["probe"] else None
    item.probe = ProbeState(
        id=data["probe"],
        kind=data["kind"],
        spec_digest=data["spec_digest"],
        interval_s=data["interval_s"],
        attached_at=same.attached_at if same else read_time(body["at"]),
        confirmed=None,
        confirmed_at=None,
    )


def _detach_probe(item: ItemFold, body: Body) -> None:
    item.probe = None


def _flip_probe(item: ItemFold, body: Body) -> None:
    if item.probe is None or item.probe.id != body["data"]["probe"]:
        raise ValueError(f"event {body['seq']} flips a probe that is not attached")
    item.probe = replace(
        item.probe,
        confirmed=Verdict(body["data"]["to"]),
        confirmed_at=read_time(body["at"]),
    )


ITEM_ACTIONS: dict[str, Callable[[ItemFold, Body], None]] = {
    "item.started": _start,
    "item.stopped": _stop,
    "item.ticked": _answer(Answer.DONE),
    "item.marked_not_applicable": _answer(Answer.NOT_APPLICABLE),
    "item.unticked": _open,
    "item.reopened": _open,
    "item.assigned": _assign,
    "item.due_set": _set_due,
    "item.commented": _comment,
    "evidence.attached": _attach_evidence,
    "waiver.requested": _request_waiver,
    "waiver.approved": _decide_waiver(WaiverStatus.APPROVED),
    "waiver.rejected": _decide_waiver(WaiverStatus.REJECTED),
    "waiver.withdrawn": _decide_waiver(WaiverStatus.WITHDRAWN),
    "probe.attached": _set_probe,
    "probe.changed": _set_probe,
    "probe.detached": _detach_probe,
    "probe.flipped": _flip_probe,
}
