"""Edits of a checklist: each takes a tree and gives another, with the key of what it was about.

A key is given once, when a part is made, and kept for life: through every new title and every move,
whatever section or group it names. Upgrading a release and carrying answers over rest on that.
The results keep every rule of `check_tree`, but for words that are wrong in themselves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.keys import GENERAL, KeyBook
from checklists.formats.places import (
    Place,
    below,
    gone,
    level_of,
    locate,
    part_at,
    with_groups,
    with_items,
    with_sections,
)
from checklists.formats.tree import ChecklistTree, Group, Item, Section


class Edited(NamedTuple):
    """A checklist after an edit, and the key of the part that it was about."""

    tree: ChecklistTree
    key: str


def new_checklist(title: str, section: str, item: str) -> ChecklistTree:
    """A checklist of one section with one item: no checklist is without."""
    called = one_line(section)
    key = KeyBook().make("", called, fallback="section")
    empty = ChecklistTree(one_line(title), sections=(Section(key, called),))
    return add_item(empty, key, item).tree


def add_section(tree: ChecklistTree, near: str, title: str) -> Edited:
    """A section after the one that `near` is or lies in. Raises Conflict (part_gone)."""
    at = locate(tree, near).section + 1
    called = one_line(title)
    section = Section(_fresh_key(tree, "", called, "section"), called)
    sections = (*tree.sections[:at], section, *tree.sections[at:])
    return Edited(with_sections(tree, sections), section.key)


def add_group(tree: ChecklistTree, near: str, title: str) -> Edited:
    """A group after the one that `near` is or lies in; of a section, its first."""
    place = locate(tree, near)
    section = tree.sections[place.section]
    at = after_untitled(section) if place.group is None else place.group + 1
    called = one_line(title)
    group = Group(_fresh_key(tree, section.key, called, "group"), called)
    groups = (*section.groups[:at], group, *section.groups[at:])
    return Edited(with_groups(tree, place.section, groups), group.key)


def add_item(tree: ChecklistTree, near: str, title: str) -> Edited:
    """An item after the item `near` and what is nested below it; of a heading, its first."""
    tree, place = with_room(tree, locate(tree, near))
    group = tree.sections[place.section].groups[place.group or 0]
    at, parent = 0, ""
    if place.item is not None:
        at, parent = below(group.items, place.item), group.items[place.item].parent
    called = one_line(title)
    item = Item(_fresh_key(tree, group.key, called, "item"), called, parent=parent)
    items = (*group.items[:at], item, *group.items[at:])
    return Edited(with_items(tree, place.section, place.group or 0, items), item.key)


def split_item(tree: ChecklistTree, key: str, title: str, rest: str) -> Edited:
    """Leave an item the first words and make a new one below of the rest."""
    return add_item(rename(tree, key, title).tree, key, rest)


def rename(tree: ChecklistTree, key: str, title: str) -> Edited:
    """Give a section, group or item another title."""
    if level_of(key) == 3:
        return change_item(tree, key, title=title)
    guidance = part_at(tree, locate(tree, key)).guidance
    return change_heading(tree, key, title=title, guidance=guidance)


def change_heading(tree: ChecklistTree, key: str, *, title: str, guidance: str) -> Edited:
    """Set the words of a section or group. Raises Invalid if its title would be taken away."""
    place = locate(tree, key)
    part = part_at(tree, place)
    called = one_line(title)
    if part.title and not called:
        raise Invalid(_("Give it a title."), code="no_title", field="title")
    text = trimmed(guidance)
    section = tree.sections[place.section]
    if place.group is None:
        sections = list(tree.sections)
        sections[place.section] = replace(section, title=called, guidance=text)
        return Edited(replace(tree, sections=tuple(sections)), key)
    groups = list(section.groups)
    groups[place.group] = replace(groups[place.group], title=called, guidance=text)
    return Edited(with_groups(tree, place.section, groups), key)


def change_item(tree: ChecklistTree, key: str, **changes: Any) -> Edited:
    """Set fields of an item, all but its key and its place."""
    if "parent" in changes:
        raise ValueError("an item's parent is its place: indent, outdent or move it")
    place = locate(tree, key)
    if place.item is None:
        raise gone()
    if "title" in changes:
        changes["title"] = one_line(changes["title"])
    if "guidance" in changes:
        changes["guidance"] = trimmed(changes["guidance"])
    items = list(tree.sections[place.section].groups[place.group or 0].items)
    item = replace(items[place.item], **changes)
    if not item.evidence_required and item.evidence_kind:
        item = replace(item, evidence_kind="")
    items[place.item] = item
    return Edited(with_items(tree, place.section, place.group or 0, items), key)


def change_checklist(tree: ChecklistTree, *, title: str, intro: str) -> Edited:
    """Set the checklist's own title and introduction."""
    return Edited(replace(tree, title=one_line(title), intro=trimmed(intro)), "")


def delete(tree: ChecklistTree, key: str) -> Edited:
    """Take a section, group or item away; what is nested below an item moves up one level.

    A rule keeps those of its sections that are left; one that has none left covers its whole
    stage, never less. Raises Conflict (part_gone); Invalid if no item would be left.
    """
    place = locate(tree, key)
    section = tree.sections[place.section]
    if place.item is not None:
        edited = _without_item(tree, place)
    elif place.group is not None:
        groups = (*section.groups[: place.group], *section.groups[place.group + 1 :])
        edited = with_groups(tree, place.section, groups)
    else:
        at = place.section
        edited = with_sections(tree, (*tree.sections[:at], *tree.sections[at + 1 :]))
    if not any(True for _ in edited.items()):
        raise Invalid(
            _("A checklist has at least one item. Add another one before you delete this."),
            code="last_item",
        )
    return Edited(edited, neighbour(tree, edited, key))


def with_room(tree: ChecklistTree, place: Place) -> tuple[ChecklistTree, Place]:
    """The place for an item: a section without groups gets one, without a title where it can."""
    if place.group is not None:
        return tree, place
    section = tree.sections[place.section]
    if not section.groups:
        key = f"{section.key}/{GENERAL}"
        group = Group(key, "")
        if key in keys_of(tree):  # a group that got a title, and moved away with it
            title = section.title or tree.title or "General"
            group = Group(_fresh_key(tree, section.key, title, "group"), title)
        sections = list(tree.sections)
        sections[place.section] = replace(section, groups=(group,))
        tree = replace(tree, sections=tuple(sections))
    return tree, place._replace(group=0)


def keys_of(tree: ChecklistTree) -> set[str]:
    """Every key of sections, groups and items."""
    return set(in_order(tree))


def after_untitled(section: Section) -> int:
    """The first place among its groups that one with a title can take."""
    return 1 if section.groups and not section.groups[0].title else 0


def one_line(text: str) -> str:
    """What somebody typed or pasted as a title: one line, single spaces."""
    return " ".join(text.split())


def trimmed(text: str) -> str:
    """Markdown as a form sends it, with LF line ends and no empty lines around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return lines if lines.strip() else ""


def neighbour(before: ChecklistTree, after: ChecklistTree, key: str) -> str:
    """Where to look after an edit: at the part, or if it is gone at what stood above or below."""
    left = keys_of(after)
    order = in_order(before)
    if key not in order:
        return key if key in left else ""
    at = order.index(key)
    return next((k for k in (*order[at::-1], *order[at:]) if k in left), "")


def in_order(tree: ChecklistTree) -> list[str]:
    """Every key, in the order of the outline."""
    found = []
    for section in tree.sections:
        found.append(section.key)
        for group in section.groups:
            found.append(group.key)
            found += [item.key for item in group.items]
    return found


def _without_item(tree: ChecklistTree, place: Place) -> ChecklistTree:
    items = tree.sections[place.section].groups[place.group or 0].items
    lost = items[place.item or 0]
    left = (
        replace(item, parent=lost.parent) if item.parent == lost.key else item
        for item in items
        if item is not lost
    )
    return with_items(tree, place.section, place.group or 0, tuple(left))


def _fresh_key(tree: ChecklistTree, prefix: str, title: str, fallback: str) -> str:
    book = KeyBook()
    for key in keys_of(tree):
        book.reserve(key)
    return book.make(prefix, title, fallback=fallback)
