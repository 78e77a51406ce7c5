"""Moving a part of a checklist: a step, below another item, or to a place that somebody points at.

Items take along what is nested below them. Nothing moves above a first group or section that has
no title, and that one itself stays: only its place says what it is. Where there is nowhere to go,
the tree comes back as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.editing import Edited, after_untitled, with_room
from checklists.formats.places import (
    Place,
    below,
    locate,
    with_groups,
    with_items,
    with_sections,
)
from checklists.formats.tree import ChecklistTree, Item

Part = TypeVar("Part")


def move_step(tree: ChecklistTree, key: str, *, up: bool) -> Edited:
    """One step up or down among its neighbours; at the edge, into the heading next door."""
    place = locate(tree, key)
    if place.item is not None:
        return Edited(_item_step(tree, place, up=up), key)
    if place.group is not None:
        return Edited(_group_step(tree, place, up=up), key)
    _require_title(tree.sections[place.section].title)
    at = place.section + (-1 if up else 1)
    first = 0 if tree.sections[0].title else 1
    if not first <= at < len(tree.sections):
        return Edited(tree, key)
    return Edited(replace(tree, sections=_swapped(tree.sections, place.section, at)), key)


def move_to(tree: ChecklistTree, key: str, near: str, *, after: bool) -> Edited:
    """Before or after the part `near`, as a sibling of it; first below it, if it is a heading.

    A section or group goes beside the section or group that holds `near`. Raises Conflict
    (part_gone); Invalid for a heading without a title.
    """
    place, target = locate(tree, key), locate(tree, near)
    if place.item is not None:
        return Edited(_item_to(tree, place, target, after=after), key)
    if place.group is not None:
        return Edited(_group_to(tree, place, target, after=after), key)
    section = tree.sections[place.section]
    _require_title(section.title)
    rest = [one for one in tree.sections if one is not section]
    if place.section != target.section:
        at = rest.index(tree.sections[target.section]) + after
        rest.insert(max(at, 0 if rest[0].title else 1), section)
        tree = with_sections(tree, rest)
    return Edited(tree, key)


def indent(tree: ChecklistTree, key: str) -> Edited:
    """Nest an item, with what is below it, under the one above on its own level."""
    place = locate(tree, key)
    if place.item is None:
        raise _no_level()
    items = tree.sections[place.section].groups[place.group or 0].items
    before = _sibling_before(items, place.item)
    if before is None:
        return Edited(tree, key)
    changed = _at(items, place.item, replace(items[place.item], parent=items[before].key))
    return Edited(with_items(tree, place.section, place.group or 0, changed), key)


def outdent(tree: ChecklistTree, key: str) -> Edited:
    """Take an item one level out: it comes after the item that it was nested under."""
    place = locate(tree, key)
    if place.item is None:
        raise _no_level()
    items = tree.sections[place.section].groups[place.group or 0].items
    if not items[place.item].parent:
        return Edited(tree, key)
    parent = _index_of(items, items[place.item].parent)
    moved = _within(items, place.item, below(items, parent), items[parent].parent)
    return Edited(with_items(tree, place.section, place.group or 0, moved), key)


def _item_step(tree: ChecklistTree, place: Place, *, up: bool) -> ChecklistTree:
    s, g, i = place.section, place.group or 0, place.item or 0
    items = tree.sections[s].groups[g].items
    item, end = items[i], below(items, i)
    before = _sibling_before(items, i)
    if up and before is not None:
        return with_items(tree, s, g, _within(items, i, before, item.parent))
    if not up and end < len(items) and items[end].parent == item.parent:
        return with_items(tree, s, g, _within(items, i, below(items, end), item.parent))
    if item.parent:
        parent = _index_of(items, item.parent)
        at = parent if up else below(items, parent)
        return with_items(tree, s, g, _within(items, i, at, items[parent].parent))
    return _into_next(tree, place, up=up)


def _into_next(tree: ChecklistTree, place: Place, *, up: bool) -> ChecklistTree:
    """The end of the group before, or the beginning of the one after, across sections."""
    homes = _homes(tree)
    at = homes.index(place._replace(item=None)) + (-1 if up else 1)
    if not 0 <= at < len(homes):
        return tree
    tree, home = with_room(tree, homes[at])
    end = len(tree.sections[home.section].groups[home.group or 0].items) if up else 0
    return _across(tree, place, home, end, "")


def _item_to(tree: ChecklistTree, place: Place, target: Place, *, after: bool) -> ChecklistTree:
    tree, home = with_room(tree, target._replace(item=None))
    items = tree.sections[home.section].groups[home.group or 0].items
    at, parent = 0, ""
    if target.item is not None:
        at, parent = target.item, items[target.item].parent
        if place[:2] == target[:2] and place.item is not None:
            inside = range(place.item, below(items, place.item))
            if at in inside:
                return tree
        if after:
            at = below(items, at)
    if place[:2] == home[:2]:
        moved = _within(items, place.item or 0, at, parent)
        return with_items(tree, home.section, home.group or 0, moved)
    return _across(tree, place, home, at, parent)


def _across(tree: ChecklistTree, place: Place, home: Place, at: int, parent: str) -> ChecklistTree:
    """The item of one group, with those below it, at a place in another group."""
    block = _block(tree.sections[place.section].groups[place.group or 0].items, place.item or 0)
    block[0] = replace(block[0], parent=parent)
    there = tree.sections[home.section].groups[home.group or 0].items
    tree = with_items(
        tree, home.section, home.group or 0, (*there[:at], *block, *there[at:])
    )  # before the other is emptied: that may take the group away, and move the places behind it
    own = tree.sections[place.section].groups[place.group or 0].items
    left = (*own[: place.item], *own[(place.item or 0) + len(block) :])
    return with_items(tree, place.section, place.group or 0, left)


def _group_step(tree: ChecklistTree, place: Place, *, up: bool) -> ChecklistTree:
    s, g = place.section, place.group or 0
    groups = tree.sections[s].groups
    _require_title(groups[g].title)
    at = g + (-1 if up else 1)
    if after_untitled(tree.sections[s]) <= at < len(groups):
        return with_groups(tree, s, _swapped(groups, g, at))
    to = s + (-1 if up else 1)
    if not 0 <= to < len(tree.sections):
        return tree
    end = len(tree.sections[to].groups) if up else after_untitled(tree.sections[to])
    return _group_across(tree, place, to, end)


def _group_to(tree: ChecklistTree, place: Place, target: Place, *, after: bool) -> ChecklistTree:
    s, g = place.section, place.group or 0
    groups = tree.sections[s].groups
    _require_title(groups[g].title)
    section = tree.sections[target.section]
    at = 0 if target.group is None else target.group + after
    at = max(at, after_untitled(section))
    if target.section != s:
        return _group_across(tree, place, target.section, at)
    rest = [*groups[:g], *groups[g + 1 :]]
    rest.insert(at - (at > g), groups[g])
    return with_groups(tree, s, rest)


def _group_across(tree: ChecklistTree, place: Place, to: int, at: int) -> ChecklistTree:
    own = tree.sections[place.section].groups
    group = own[place.group or 0]
    there = tree.sections[to].groups
    tree = with_groups(tree, to, (*there[:at], group, *there[at:]))
    return with_groups(tree, place.section, [one for one in own if one is not group])


def _homes(tree: ChecklistTree) -> list[Place]:
    """Every place for items, in order: the groups, and the sections that have none."""
    return [
        home
        for s, section in enumerate(tree.sections)
        for home in ([Place(s, g) for g in range(len(section.groups))] or [Place(s)])
    ]


def _within(items: Sequence[Item], start: int, at: int, parent: str) -> tuple[Item, ...]:
    """The item with those below it at another place of its group; `at` lies outside of them."""
    block = _block(items, start)
    end = start + len(block)
    block[0] = replace(block[0], parent=parent)
    rest = [*items[:start], *items[end:]]
    at -= len(block) if at >= end else 0
    return (*rest[:at], *block, *rest[at:])


def _block(items: Sequence[Item], start: int) -> list[Item]:
    return list(items[start : below(items, start)])


def _sibling_before(items: Sequence[Item], at: int) -> int | None:
    parent = items[at].parent
    return next((n for n in range(at - 1, -1, -1) if items[n].parent == parent), None)


def _index_of(items: Sequence[Item], key: str) -> int:
    return next(number for number, item in enumerate(items) if item.key == key)


def _swapped(parts: Sequence[Part], one: int, other: int) -> tuple[Part, ...]:
    found = list(parts)
    found[one], found[other] = found[other], found[one]
    return tuple(found)


def _at(items: Sequence[Item], at: int, item: Item) -> tuple[Item, ...]:
    return (*items[:at], item, *items[at + 1 :])


def _require_title(title: str) -> None:
    if not title:
        raise Invalid(
            _("Only the first may be without a title. Give it one, then move it."),
            code="no_title",
            field="title",
        )


def _no_level() -> Invalid:
    return Invalid(
        _("Only items can be nested. Sections and groups have one level each."), code="no_level"
    )
