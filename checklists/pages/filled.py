"""The checklists of a release with their answers, as files hold them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from checklists.audit.current import tree_of
from checklists.audit.tables import pinned_checklists
from checklists.formats.tree import DONE, NOT_APPLICABLE, Answers, ChecklistTree, Filled, Group
from checklists.formats.tree import Item as ItemOfTree
from checklists.models import Item, Release
from checklists.state import Answer

_ANSWERS = {Answer.DONE: DONE, Answer.NOT_APPLICABLE: NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class FilledChecklist:
    """One checklist of a release: its content with the one-off items, and the answers in it."""

    slug: str
    tree: ChecklistTree
    answers: Answers


def filled_checklists(release: Release) -> list[FilledChecklist]:
    """Every checklist of the release as it is now, in order. Two queries and the contents."""
    items: dict[int, list[Item]] = defaultdict(list)
    found = Item.objects.filter(release=release, removed_at=None)
    for item in found.select_related("own_title", "reason").order_by("position", "pk"):
        items[item.checklist_id].append(item)
    pinned, _contents = pinned_checklists(release)
    return [
        FilledChecklist(
            slug=checklist.key,
            tree=_with_own(tree_of(checklist), items[checklist.id]),
            answers=_answers(items[checklist.id]),
        )
        for checklist in pinned
    ]


def _answers(items: list[Item]) -> dict[str, Filled]:
    return {
        item.key: Filled(item.key, answer, 0, item.reason.value or "" if item.reason else "")
        for item in items
        if (answer := _ANSWERS.get(Answer(item.answer)))
    }


def _with_own(tree: ChecklistTree, items: list[Item]) -> ChecklistTree:
    """The tree with the items that were added for this release alone, each in its group."""
    own: dict[str, list[ItemOfTree]] = defaultdict(list)
    for item in items:
        if item.added_by_id is not None:
            own[item.group].append(_own(item))
    if not own:
        return tree
    sections = tuple(
        replace(section, groups=tuple(_joined(group, own[group.key]) for group in section.groups))
        for section in tree.sections
    )
    return replace(tree, sections=sections)


def _joined(group: Group, own: list[ItemOfTree]) -> Group:
    return replace(group, items=(*group.items, *own))


def _own(item: Item) -> ItemOfTree:
    return ItemOfTree(
        key=item.key,
        title=item.called,
        stage=item.stage,
        requirement=item.requirement,
        na_allowed=item.na_allowed,
    )
