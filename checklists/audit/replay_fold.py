"""An item while its events are folded in. Pure.

Every event of an item makes its row newer (`version`); the events named in DECIDING also change
what a signature covers (`decided_seq`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checklists.planned import PlannedItem
from checklists.state import (
    Answer,
    CommentState,
    EvidenceState,
    ItemState,
    ProbeState,
    WaiverState,
)

Body = Mapping[str, Any]

DECIDING = frozenset(
    {
        "item.ticked",
        "item.unticked",
        "item.marked_not_applicable",
        "item.reopened",
        "item.carried",
        "evidence.attached",
        "evidence.withdrawn",
        "waiver.requested",
        "waiver.approved",
        "waiver.rejected",
        "waiver.withdrawn",
        "probe.attached",
        "probe.changed",
        "probe.detached",
    }
)

NOT_CARRIED: Mapping[str, Any] = {"carried_from": None, "carried_reason": ""}
"""The fields of an item whose answer was given in this release."""


class ItemFold:
    """An item under construction; frozen again only when it has changed since."""

    __slots__ = ("_state", "comments", "evidence", "fields", "probe", "waivers")

    def __init__(
        self, pk: int, checklist: str, plan: PlannedItem, due: datetime | None, seq: int
    ) -> None:
        self.fields: dict[str, Any] = {
            "id": pk,
            "checklist": checklist,
            **plan.columns(),
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
            "added_by": None,
            "own_title": None,
            **NOT_CARRIED,
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

    def decided(self, body: Body) -> None:
        """What a signature covers of it is newer; the row shows nothing of that."""
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
