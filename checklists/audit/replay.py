"""The release that its events add up to. Pure but for the templates it is handed.

`Replay` folds event bodies one by one, so a process that has followed a chain needs only the
events since. Each action has one handler, registered under the action's name: an action without
one is an error, so nothing can be written that cannot be replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from checklists.audit.format import read_time
from checklists.audit.replay_fold import ItemFold
from checklists.audit.replay_items import ITEM_ACTIONS
from checklists.audit.replay_parts import added_item, call_of, signoff_of
from checklists.audit.replay_upgrade import upgrade_items
from checklists.formats.overlays import merged
from checklists.formats.tree import ChecklistTree
from checklists.planned import combined_rules, due_at, planned_items
from checklists.state import (
    CallState,
    ChecklistState,
    ItemState,
    ReleaseState,
    ReleaseStatus,
    SignoffState,
)

Body = Mapping[str, Any]
Trees = Callable[[str], ChecklistTree]


def merged_tree(digests: Sequence[str], trees: Trees) -> ChecklistTree:
    """The content of a digest, with those of the further digests merged in as overlays."""
    base, *overlays = digests
    return merged(trees(base), [trees(digest) for digest in overlays])


class UnknownEvent(ValueError):
    """An event that this version of the product does not know how to replay."""


class Replay:
    """A release under construction. `trees` gives the content for a template digest."""

    def __init__(self, trees: Trees) -> None:
        self.seq = 0
        self._trees = trees
        self._fields: dict[str, Any] = {}
        self._items: dict[int, ItemFold] = {}
        self._gone: dict[int, ItemFold] = {}
        self._checklists: list[ChecklistState] = []
        self._signoffs: dict[int, dict[str, Any]] = {}
        self._calls: list[CallState] = []
        # The ids of the items in order; emptied by whatever adds, moves or removes one.
        self._order: list[int] = []

    def apply(self, body: Body) -> None:
        """Fold one event in.

        Raises UnknownEvent, and ValueError for one that is not the next or makes no sense.
        """
        try:
            self._apply(body)
        except (AttributeError, IndexError, KeyError, TypeError) as broken:
            raise ValueError(f"event {self.seq} makes no sense: {broken!r}") from broken

    def _apply(self, body: Body) -> None:
        if body["seq"] != self.seq + 1:
            raise ValueError(f"event {body['seq']} does not follow {self.seq}")
        action = body["action"]
        self.seq = body["seq"]
        if (change_item := ITEM_ACTIONS.get(action)) is not None:
            item = self._items[body["subject"]["id"]]
            change_item(item, body)
            item.touched(body)
        elif (change := _RELEASE_ACTIONS.get(action)) is not None:
            change(self, body)
        else:
            raise UnknownEvent(f"no handler for {action!r}")

    def state(self) -> ReleaseState:
        """The release as of the last event applied. Raises ValueError if none opened it."""
        if not self._fields:
            raise ValueError("no event opened the release")
        return ReleaseState(
            **self._fields,
            seq=self.seq,
            checklists=tuple(self._checklists),
            items=tuple(self._items_in_order()),
            signoffs=tuple(SignoffState(**fields) for fields in self._signoffs.values()),
            calls=tuple(self._calls),
        )

    def _items_in_order(self) -> Iterator[ItemState]:
        """As the tables order them: by checklist, position and id."""
        if not self._order:
            self._order = sorted(self._items, key=self._place)
        return (self._items[pk].state() for pk in self._order)

    def _place(self, pk: int) -> tuple[int, int, int]:
        fields = self._items[pk].fields
        places = {checklist.key: checklist.position for checklist in self._checklists}
        return places[fields["checklist"]], fields["position"], pk

    def _all_trees(self) -> list[tuple[str, ChecklistTree]]:
        return [(checklist.key, self._tree(checklist)) for checklist in self._checklists]

    def _tree(self, checklist: ChecklistState) -> ChecklistTree:
        return merged_tree(checklist.content_digests, self._trees)

    def _open(self, body: Body) -> None:
        if self._fields:
            raise ValueError(f"event {self.seq} opens the release again")
        data = body["data"]
        target_at = read_time(data["target_at"])
        self._checklists = [
            ChecklistState(
                c["id"], c["key"], position, c["template_digest"], tuple(c.get("overlays", ()))
            )
            for position, c in enumerate(data["checklists"], start=1)
        ]
        trees = self._all_trees()
        self._fields = {
            "id": body["subject"]["id"],
            "project": data["project"],
            "version": data["version"],
            "environment": data["environment"],
            "status": ReleaseStatus.PREPARING,
            "target_at": target_at,
            "commit": data["commit"],
            "artifact_digest": data["artifact_digest"],
            "opened_by": body["actor"].get("pid", ""),
            "opened_at": read_time(body["at"]),
            "deployed_at": None,
            "rules": combined_rules(trees),
        }
        for checklist, (key, tree) in zip(data["checklists"], trees, strict=True):
            for pk, plan in zip(checklist["items"], planned_items(tree), strict=True):
                due = due_at(plan.due, target_at)
                self._items[pk] = ItemFold(pk, key, plan, due, self.seq)
        for pk, role in data.get("assigned", ()):
            self._items[pk].fields["assignee_role"] = role

    def _set_target(self, body: Body) -> None:
        self._fields["target_at"] = read_time(body["data"]["target_at"])
        for pk, due in body["data"]["due"]:
            self._items[pk].set_due(read_time(due), body)

    def _add_item(self, body: Body) -> None:
        self._items[body["subject"]["id"]] = added_item(body)
        self._order = []

    def _remove_item(self, body: Body) -> None:
        del self._items[body["subject"]["id"]]
        if (beside := body["data"].get("beside")) is not None:
            self._items[beside].decided(body)
        self._order = []

    def _upgrade(self, body: Body) -> None:
        data = body["data"]
        at = [checklist.id for checklist in self._checklists].index(body["subject"]["id"])
        before = self._checklists[at]
        if list(before.content_digests) != data["from"]:
            raise ValueError(f"event {self.seq} upgrades another version than the pinned one")
        pinned, *overlays = data["to"]
        after = replace(
            before, template_digest=pinned, overlays=tuple(overlays), upgraded_seq=self.seq
        )
        upgrade_items(
            self._items,
            self._gone,
            body,
            key=before.key,
            trees=(self._tree(before), self._tree(after)),
            target_at=self._fields["target_at"],
        )
        self._checklists[at] = after
        self._fields["rules"] = combined_rules(self._all_trees())
        self._order = []

    def _call(self, body: Body) -> None:
        self._calls.append(call_of(body))

    def _set_status(self, status: ReleaseStatus, body: Body) -> None:
        self._fields["status"] = status
        if status == ReleaseStatus.DEPLOYED:
            self._fields["deployed_at"] = read_time(body["at"])

    def _sign(self, body: Body) -> None:
        self._signoffs[body["data"]["signoff"]] = signoff_of(body)

    def _withdraw(self, body: Body) -> None:
        self._signoffs[body["data"]["signoff"]]["withdrawn_at"] = read_time(body["at"])


def _to(status: ReleaseStatus) -> Callable[[Replay, Body], None]:
    return lambda replay, body: replay._set_status(status, body)


_RELEASE_ACTIONS: dict[str, Callable[[Replay, Body], None]] = {
    "release.opened": Replay._open,
    "release.target_set": Replay._set_target,
    "release.answers_carried": lambda replay, body: None,
    "release.deployed": _to(ReleaseStatus.DEPLOYED),
    "release.closed": _to(ReleaseStatus.CLOSED),
    "release.aborted": _to(ReleaseStatus.ABORTED),
    "release.rolled_back": _to(ReleaseStatus.ROLLED_BACK),
    "item.added": Replay._add_item,
    "item.removed": Replay._remove_item,
    "checklist.upgraded": Replay._upgrade,
    "room.called": Replay._call,
    "signoff.signed": Replay._sign,
    "signoff.withdrawn": Replay._withdraw,
}


def replay(bodies: Iterable[Body], trees: Trees) -> ReleaseState:
    """The release that these events, from the first on, add up to."""
    folded = Replay(trees)
    for body in bodies:
        folded.apply(body)
    return folded.state()


def until(bodies: Iterable[Body], moment: datetime) -> list[Body]:
    """The longest prefix before the first event that is later than the moment.

    Raises ValueError for an event without a time.
    """
    prefix = []
    for body in bodies:
        try:
            later = read_time(body["at"]) > moment
        except (KeyError, TypeError) as broken:
            raise ValueError(f"an event has no time: {broken!r}") from broken
        if later:
            break
        prefix.append(body)
    return prefix
