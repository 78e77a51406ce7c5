"""What becomes of each item when its checklist moves to a newer version. Pure.

The preview, the operation and the replay of its event all ask here, so what is shown is what is
done. An answer is kept only while everything it was given to is the same (ASKED); a place, a
number, an owner or a due date may change under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checklists.digests import canonical, sha256_hex
from checklists.formats.tree import ChecklistTree
from checklists.planned import PlannedItem, due_at, planned_items
from checklists.state import ItemState

ASKED = (
    "title",
    "condition",
    "stage",
    "requirement",
    "na_allowed",
    "evidence_required",
    "justification_required",
    "evidence_kind",
    "valid_for",
)
"""What an answer is given to, besides the guidance: if any of it differs, it is asked again."""
GUIDANCE = "guidance"
PLACED = ("position", "number", "section", "group")
TAG = "readiness-upgrade-v1\n"


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one item. `item` is None for a new one, `plan` for one that goes, and for a
    one-off item, which only moves to `place`. `why` names the fields that ask it again.
    """

    item: ItemState | None
    plan: PlannedItem | None
    why: tuple[str, ...] = ()
    place: Mapping[str, Any] | None = None

    @property
    def id(self) -> int:
        """The id of an item that is there."""
        if self.item is None:
            raise ValueError("a new item has no id yet")
        return self.item.id


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What becomes of all items, each group in the order of the checklist."""

    kept: tuple[Step, ...]
    changed: tuple[Step, ...]
    added: tuple[Step, ...]
    removed: tuple[Step, ...]

    @property
    def reopened(self) -> tuple[Step, ...]:
        """The items of which an answer is lost."""
        lost = (*self.changed, *self.removed)
        return tuple(step for step in lost if step.item and step.item.answered_at is not None)

    def digest(self, old: Sequence[str], new: Sequence[str]) -> str:
        """What somebody who confirms a preview confirms: the contents, by digest, what becomes of
        every item, and the version of each one that is asked again or goes.
        """
        return sha256_hex(
            TAG
            + canonical(
                [
                    list(old),
                    list(new),
                    sorted(step.id for step in self.kept),
                    sorted([step.id, step.item.version] for step in self.changed if step.item),
                    sorted([step.id, step.item.version] for step in self.removed if step.item),
                ]
            )
        )


def upgrade(old: ChecklistTree, new: ChecklistTree, items: Iterable[ItemState]) -> Upgrade:
    """What becomes of the items of a checklist that moves from one content to another."""
    items = list(items)
    plans = {plan.key: plan for plan in planned_items(new)}
    places = own_places(new, [(i.id, i.section, i.group) for i in items if i.added_by is not None])
    before = {item.key: item.guidance for item in old.items()}
    after = {item.key: item.guidance for item in new.items()}
    kept, changed, removed = [], [], []
    for item in items:
        plan = plans.pop(item.key, None) if item.added_by is None else None
        if item.added_by is not None:
            kept.append(Step(item, None, place=places[item.id]))
        elif plan is None:
            removed.append(Step(item, None))
        elif why := _why(item, plan, before.get(item.key, ""), after[item.key]):
            changed.append(Step(item, plan, why))
        else:
            kept.append(Step(item, plan))
    added = [Step(None, plan) for plan in plans.values()]
    return Upgrade(tuple(kept), tuple(changed), tuple(added), tuple(removed))


def moved_to(
    plan: PlannedItem, was: PlannedItem, offset: str, due: datetime | None, target_at: datetime
) -> dict[str, Any]:
    """The fields that an item takes over from its new version, whether kept or asked again.

    A due date follows the checklist only if nobody has set another.
    """
    fields = {name: getattr(plan, name) for name in (*PLACED, *ASKED)}
    if (offset, due) == (was.due, due_at(was.due, target_at)):
        offset, due = plan.due, due_at(plan.due, target_at)
    return {**fields, "due_offset": offset, "due_at": due}


def own_places(
    tree: ChecklistTree, own: Sequence[tuple[int, str, str]]
) -> dict[int, dict[str, Any]]:
    """Where one-off items stand in a checklist: at the end of their group.

    `own` are their ids, sections and groups, in order. Where the group is gone it is the last one
    of their section, and where that is gone, too, the last of all.
    """
    ends: dict[str, tuple[int, str, str, int]] = {}
    position = 0
    for s, section in enumerate(tree.sections, start=1):
        for g, group in enumerate(section.groups, start=1):
            position += len(group.items)
            ends[group.key] = (max(position, 1), f"{s}.{g}", section.key, len(group.items))
    found: dict[int, dict[str, Any]] = {}
    for pk, section_key, group_key in own:
        key = _nearest(ends, section_key, group_key)
        at, number, section_key, there = ends[key]
        ends[key] = (at, number, section_key, there + 1)
        found[pk] = {
            "position": at,
            "number": f"{number}.{there + 1}",
            "section": section_key,
            "group": key,
        }
    return found


def _nearest(ends: Mapping[str, tuple[int, str, str, int]], section: str, group: str) -> str:
    if group in ends:
        return group
    there = [key for key, end in ends.items() if end[2] == section]
    return (there or list(ends))[-1]


def _why(item: ItemState, plan: PlannedItem, before: str, after: str) -> tuple[str, ...]:
    names = [name for name in ASKED if getattr(item, name) != getattr(plan, name)]
    return (*names, GUIDANCE) if before != after else tuple(names)
