"""Where a part of a checklist stands, and the checklist with something else in that place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from checklists.errors import Conflict
from checklists.formats.tree import ChecklistTree, Group, Item, Section


class Place(NamedTuple):
    """Indices of a section, of a group in it, of an item in that; None below its own level."""

    section: int
    group: int | None = None
    item: int | None = None


def locate(tree: ChecklistTree, key: str) -> Place:
    """The place of the part with the key. Raises Conflict (part_gone) if there is none."""
    for s, section in enumerate(tree.sections):
        if section.key == key:
            return Place(s)
        for g, group in enumerate(section.groups):
            if group.key == key:
                return Place(s, g)
            for i, item in enumerate(group.items):
                if item.key == key:
                    return Place(s, g, i)
    raise gone()


def gone() -> Conflict:
    """The refusal of an edit of a part that is not there."""
    return Conflict(
        _("This part of the checklist is not there any more. Load the page again."),
        code="part_gone",
    )


def part_at(tree: ChecklistTree, place: Place) -> Section | Group | Item:
    """What stands there."""
    section = tree.sections[place.section]
    if place.group is None:
        return section
    group = section.groups[place.group]
    return group if place.item is None else group.items[place.item]


def level_of(key: str) -> int:
    """1 for a section, 2 for a group, 3 for an item: a key has as many segments."""
    return key.count("/") + 1


def below(items: Sequence[Item], at: int) -> int:
    """The index after an item and everything nested below it."""
    inside = {items[at].key}
    end = at + 1
    while end < len(items) and items[end].parent in inside:
        inside.add(items[end].key)
        end += 1
    return end


def with_items(tree: ChecklistTree, s: int, g: int, items: Sequence[Item]) -> ChecklistTree:
    """The checklist with other items in one group."""
    groups = list(tree.sections[s].groups)
    groups[g] = replace(groups[g], items=tuple(items))
    return with_groups(tree, s, groups)


def with_groups(tree: ChecklistTree, s: int, groups: Sequence[Group]) -> ChecklistTree:
    """The checklist with other groups in one section. One without title and items is left out."""
    kept = tuple(group for group in groups if group.title or group.items)
    sections = list(tree.sections)
    sections[s] = replace(sections[s], groups=kept)
    return with_sections(tree, sections)


def with_sections(tree: ChecklistTree, sections: Sequence[Section]) -> ChecklistTree:
    """The checklist with other sections. One without title and groups is left out.

    Rules keep those of their sections that are there.
    """
    kept = tuple(section for section in sections if section.title or section.groups)
    there = {section.key for section in kept}
    rules = tuple(
        rule
        if there.issuperset(rule.sections)
        else replace(rule, sections=tuple(key for key in rule.sections if key in there))
        for rule in tree.rules
    )
    return replace(tree, sections=kept, rules=rules)
