"""What changed between two versions of a checklist, item by item."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from checklists.formats.tree import ChecklistTree, Group, Item, Section

_ITEM_FIELDS = tuple(field.name for field in fields(Item) if field.name != "key")
_HEADING_FIELDS = ("title", "guidance")
_WHOLE_FIELDS = tuple(f.name for f in fields(ChecklistTree) if f.name != "sections")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that is in both. `fields` names what differs; `group` and `position` mean it moved.

    `position` is named only if its neighbours in both versions stand in another order.
    """

    key: str
    old: Item
    new: Item
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeadingChange:
    """A section or group that came, went or changed. `fields` is empty if it came or went."""

    key: str
    old: Section | Group | None
    new: Section | Group | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs. False if the two have the same digest, true if not."""

    added: tuple[Item, ...] = ()
    removed: tuple[Item, ...] = ()
    changed: tuple[ItemChange, ...] = ()
    headings: tuple[HeadingChange, ...] = ()
    whole: tuple[str, ...] = ()
    """What changed of the checklist itself: a field by its name, or the order of headings."""

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.headings, self.whole))


def compare(old: ChecklistTree, new: ChecklistTree) -> Difference:
    """What one has to do to `old` to get `new`. Items and headings are the same if their key is."""
    before, after = _items(old), _items(new)
    moved = _out_of_order(list(before), list(after))
    return Difference(
        added=tuple(item for key, (_, item) in after.items() if key not in before),
        removed=tuple(item for key, (_, item) in before.items() if key not in after),
        changed=tuple(
            change
            for key in after
            if key in before and (change := _change(key, before[key], after[key], key in moved))
        ),
        headings=tuple(_headings(old, new)),
        whole=tuple(_whole(old, new)),
    )


def _items(tree: ChecklistTree) -> dict[str, tuple[str, Item]]:
    """Every item by key, beside the key of its group."""
    return {
        item.key: (group.key, item)
        for section in tree.sections
        for group in section.groups
        for item in group.items
    }


def _change(
    key: str, before: tuple[str, Item], after: tuple[str, Item], moved: bool
) -> ItemChange | None:
    (old_group, old), (new_group, new) = before, after
    changed = _differing(old, new, _ITEM_FIELDS)
    if old_group != new_group:
        changed += ("group",)
    elif moved:
        changed += ("position",)
    return ItemChange(key, old, new, changed) if changed else None


def _headings(old: ChecklistTree, new: ChecklistTree) -> Iterator[HeadingChange]:
    before, after = _parts(old), _parts(new)
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        changed = _differing(was, now, _HEADING_FIELDS) if was and now else ()
        if changed or was is None or now is None:
            yield HeadingChange(key, was, now, changed)


def _whole(old: ChecklistTree, new: ChecklistTree) -> Iterator[str]:
    yield from _differing(old, new, _WHOLE_FIELDS)
    if _out_of_order(list(_parts(old)), list(_parts(new))):
        yield "order"


def _parts(tree: ChecklistTree) -> dict[str, Section | Group]:
    """Sections and groups by key, in order."""
    parts: dict[str, Section | Group] = {}
    for section in tree.sections:
        parts[section.key] = section
        parts |= {group.key: group for group in section.groups}
    return parts


def _differing(old: Any, new: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _out_of_order(old: list[str], new: list[str]) -> set[str]:
    """The keys of both lists that one would have to move to get from one order to the other."""
    common = set(old) & set(new)
    places = {key: place for place, key in enumerate(old)}
    sequence = [key for key in new if key in common]
    return common - _longest_rise(sequence, places)


def _longest_rise(sequence: list[str], places: dict[str, int]) -> set[str]:
    """The most keys that are already in order of their places, found by patience sorting."""
    tops: list[int] = []
    top_keys: list[str] = []
    below: dict[str, str] = {}
    for key in sequence:
        pile = bisect_left(tops, places[key])
        below[key] = top_keys[pile - 1] if pile else ""
        tops[pile : pile + 1] = [places[key]]
        top_keys[pile : pile + 1] = [key]
    rise = set()
    key = top_keys[-1] if top_keys else ""
    while key:
        rise.add(key)
        key = below[key]
    return rise
