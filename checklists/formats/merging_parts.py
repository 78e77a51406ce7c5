"""Sections, groups and items of a checklist with those of an overlay. Pure.

What both have is found by its key, wherever it stands; what only the overlay has is appended in its
own group and section, and a group or section that is new comes last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from checklists.formats.stricter import added_prose, stricter_item
from checklists.formats.tree import ChecklistTree, Group, Item, Section

Part = TypeVar("Part", Section, Group)

UNTITLED = "General"
"""What an overlay's section or group without a title is called where it cannot come first. Part of
what a release holds, so it is not translated."""


def merged_sections(sections: Sequence[Section], overlay: ChecklistTree) -> tuple[Section, ...]:
    """The sections with an overlay's merged in."""
    asked = {item.key: item for item in overlay.items()}
    found = [_stricter_section(section, asked, overlay.title) for section in sections]
    known = {item.key for section in found for item in section.items()}
    for section in overlay.sections:
        for group in section.groups:
            items = tuple(item for item in group.items if item.key not in known)
            if items:
                found = _with_items(found, section, group, items, overlay.title)
        found = [_with_guidance(here, section, overlay.title) for here in found]
    return tuple(found)


def _stricter_section(section: Section, asked: Mapping[str, Item], title: str) -> Section:
    groups = tuple(
        replace(
            group,
            items=tuple(
                stricter_item(item, asked[item.key], title) if item.key in asked else item
                for item in group.items
            ),
        )
        for group in section.groups
    )
    return replace(section, groups=groups)


def _with_items(
    sections: list[Section], section: Section, group: Group, items: tuple[Item, ...], title: str
) -> list[Section]:
    """The sections with new items of an overlay's group."""
    if any(g.key == group.key for s in sections for g in s.groups):
        return [replace(s, groups=_filled(s.groups, group, items)) for s in sections]
    if any(s.key == section.key for s in sections):
        return [
            _with_group(s, group, items, title) if s.key == section.key else s for s in sections
        ]
    name = section.title or title or UNTITLED
    # The first group of a section may be without a title.
    new = replace(group, items=_nested((), items))
    return [*sections, replace(section, title=name, groups=(new,))]


def _with_group(section: Section, group: Group, items: tuple[Item, ...], title: str) -> Section:
    name = group.title or (title or UNTITLED if section.groups else "")
    new = replace(group, title=name, items=_nested((), items))
    return replace(section, groups=(*section.groups, new))


def _filled(groups: Sequence[Group], group: Group, items: tuple[Item, ...]) -> tuple[Group, ...]:
    return tuple(
        replace(g, items=_nested(g.items, items)) if g.key == group.key else g for g in groups
    )


def _nested(here: tuple[Item, ...], more: Sequence[Item]) -> tuple[Item, ...]:
    """The items with more of them: each below the item it is nested under, if that is here."""
    placed = list(here)
    for item in more:
        keys = [other.key for other in placed]
        if item.parent in keys:
            placed.insert(_end_below(placed, keys.index(item.parent)), item)
        else:
            placed.append(replace(item, parent=""))
    return tuple(placed)


def _end_below(items: Sequence[Item], start: int) -> int:
    """Where the items nested under the one at `start`, at any depth, end."""
    family, end = {items[start].key}, start + 1
    while end < len(items) and items[end].parent in family:
        family.add(items[end].key)
        end += 1
    return end


def _with_guidance(here: Section, section: Section, title: str) -> Section:
    """The section with what the overlay says under its heading and those of its groups."""
    said = {group.key: group for group in section.groups}
    groups = tuple(
        _explained(group, said[group.key], title) if group.key in said else group
        for group in here.groups
    )
    here = replace(here, groups=groups)
    return _explained(here, section, title) if here.key == section.key else here


def _explained(part: Part, overlay: Part, title: str) -> Part:
    """The part with the overlay's guidance, which needs a title to stand under."""
    if not overlay.guidance:
        return part
    return replace(
        part,
        title=part.title or overlay.title,
        guidance=added_prose(part.guidance, overlay.guidance, title),
    )
