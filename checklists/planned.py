"""What a template version becomes when it is pinned to a release: its items, numbered and in order.

Pure. Opening a release writes these to rows, and replaying its log derives the same again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.tree import ChecklistTree
from checklists.state import Requirement, Rule, Stage

_OFFSET = re.compile(r"T(?:([+-])([0-9]{1,4})([mhdw]))?")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One item of a template version as a release will hold it."""

    position: int
    key: str
    number: str
    title: str
    section: str
    group: str
    condition: str
    stage: Stage
    requirement: Requirement
    na_allowed: bool
    evidence_required: bool
    due: str
    justification_required: bool
    evidence_kind: str
    valid_for: str
    owner_role: str

    def columns(self) -> dict[str, Any]:
        """What an item of a release takes over as it stands, by the names of its columns.

        Its due date and its owner depend on the release too.
        """
        names = (each.name for each in fields(self))
        return {name: getattr(self, name) for name in names if name not in ("due", "owner_role")}


def planned_items(tree: ChecklistTree) -> Iterator[PlannedItem]:
    """The items of a tree, numbered section.group.item."""
    position = 0
    for s, section in enumerate(tree.sections, start=1):
        for g, group in enumerate(section.groups, start=1):
            for i, item in enumerate(group.items, start=1):
                position += 1
                yield PlannedItem(
                    position=position,
                    key=item.key,
                    number=f"{s}.{g}.{i}",
                    title=item.title,
                    section=section.key,
                    group=group.key,
                    condition=item.condition,
                    stage=Stage(item.stage),
                    requirement=Requirement(item.requirement),
                    na_allowed=item.na_allowed,
                    evidence_required=item.evidence_required,
                    due=item.due,
                    justification_required=item.justification_required,
                    evidence_kind=item.evidence_kind,
                    valid_for=item.valid_for,
                    owner_role=item.owner_role,
                )


def combined_rules(trees: Iterable[tuple[str, ChecklistTree]]) -> tuple[Rule, ...]:
    """The rules of several checklists (key, tree) as one set.

    Count is the maximum per role and stage, never a sum; sections are the union, each named with
    its checklist. A rule without sections means all sections of its checklist with such items.
    """
    counts: dict[tuple[str, Stage], int] = {}
    sections: dict[tuple[str, Stage], dict[str, None]] = {}
    for checklist, tree in trees:
        for rule in tree.rules:
            place = rule.role, Stage(rule.stage)
            counts[place] = max(counts.get(place, 0), rule.count)
            named = rule.sections or _sections_of_stage(tree, rule.stage)
            sections.setdefault(place, {}).update(
                dict.fromkeys(f"{checklist}/{section}" for section in named)
            )
    return tuple(
        Rule(role=role, count=counts[role, stage], sections=tuple(found), stage=stage)
        for (role, stage), found in sections.items()
    )


def _sections_of_stage(tree: ChecklistTree, stage: str) -> Iterator[str]:
    for section in tree.sections:
        if any(item.stage == stage for group in section.groups for item in group.items):
            yield section.key


def due_at(offset: str, target_at: datetime) -> datetime | None:
    """The moment an offset like ``T-2d``, ``T-6h`` or ``T`` means for a target; None for none.

    Raises Invalid for anything else.
    """
    if not offset:
        return None
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise Invalid(
            _(
                "“%(offset)s” is no offset. Write T-2d for two days before go-live, or "
                "T-6h for hours."
            )
            % {"offset": offset},
            code="bad_offset",
            field="due",
        )
    sign, number, unit = found.groups()
    if sign is None:
        return target_at
    shift = timedelta(**{_UNITS[unit]: int(number)})
    return target_at + shift if sign == "+" else target_at - shift
