"""Items for one release alone: added to a checklist that is pinned already, and taken out again."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.current import tree_of
from checklists.audit.tables import pinned_checklists
from checklists.errors import Conflict, Invalid
from checklists.formats.tree import TITLE_MAX, ChecklistTree
from checklists.formats.validate import check_line
from checklists.models import Checklist, Item, Person
from checklists.operations.guards import (
    require_open,
    require_person,
    require_reason,
    require_version,
)
from checklists.operations.item_changes import fresh_item, optional_reason
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.state import Requirement, Stage

MOST = 200
"""One-off items in one release; whoever needs more needs a template."""


@operation
def add_item(
    checklist: Checklist,
    *,
    actor: Actor,
    group: str,
    title: str,
    requirement: Requirement = Requirement.MUST,
    stage: Stage | None = None,
) -> Item:
    """Add a one-off item at the end of a group of the checklist, named by its key.

    Its stage is that of its neighbours unless given. Raises NotVisible, NotAllowed, ReleaseClosed;
    Invalid for a title that is none or a group that is not there; Conflict if there are too many.
    """
    release = audit.locked(checklist.release)
    require(actor, "open_release", release.project)
    require_open(release)
    checklist = Checklist.objects.get(pk=checklist.pk)
    checklist.release = release
    return append_item(
        checklist, actor=actor, group=group, title=title, requirement=requirement, stage=stage
    )


def append_item(
    checklist: Checklist,
    *,
    actor: Actor,
    group: str,
    title: str,
    requirement: Requirement = Requirement.MUST,
    stage: Stage | None = None,
) -> Item:
    """The item and its event; part of an operation that holds the lock of `checklist.release`."""
    release = checklist.release
    title = title.strip()
    check_line(title, "title", limit=TITLE_MAX, needed=True)
    number, section, neighbours = _place(checklist, group)
    own = checklist.items.exclude(added_by=None)
    if own.count() >= MOST:
        raise Conflict(
            _("The release has %(number)s one-off items already. Put such items into a template.")
            % {"number": MOST},
            code="too_many_one_off",
        )
    person: Person = require_person(actor)
    words = audit.disclose("item_title", title, field="title")
    item = Item.objects.create(
        release=release,
        checklist=checklist,
        position=_position(checklist, neighbours),
        key=_free_key(checklist, group),
        number=f"{number}.{checklist.items.filter(group=group).count() + 1}",
        section=section,
        group=group,
        stage=stage or (neighbours[-1].stage if neighbours else Stage.DEPLOY),
        requirement=requirement,
        na_allowed=True,
        added_by=person,
        own_title=words,
        decided_seq=release.chain.head_seq + 1,
    )
    audit.append(
        release,
        "item.added",
        actor=actor,
        subject=item,
        data={
            "section": item.section,
            "group": item.group,
            "position": item.position,
            "number": item.number,
            "stage": str(item.stage),
            "requirement": str(item.requirement),
        },
        commit={"title": words},
    )
    return item


@operation
def remove_item(
    item: Item, *, actor: Actor, reason: str, expected_version: int | None = None
) -> None:
    """Take a one-off item out of the release again; the log keeps that it was there, and no
    signature over its section counts any more.

    Taking it out again changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged,
    Invalid; Conflict for an item of a template.
    """
    release = audit.locked(item.release)
    require(actor, "open_release", release.project)
    require_open(release)
    if Item.objects.filter(pk=item.pk).exclude(removed_at=None).exists():
        return
    item = fresh_item(item, release)
    require_version(item, expected_version)
    if item.added_by_id is None:
        raise Conflict(
            _(
                "“%(title)s” comes from the template, so it stays. Mark it not applicable, or ask "
                "for a waiver."
            )
            % {"title": item.called},
            code="not_one_off",
        )
    reason = require_reason(reason, what=_("the item is taken out again"))
    if (probe := item.probes.attached().first()) is not None:
        probe.detached_at = audit.moment(release)
        probe.save(update_fields=["detached_at"])
    item.removed_at = audit.moment(release)
    item.save(update_fields=["removed_at"])
    beside = _of_section(item).last()
    event = audit.append(
        release,
        "item.removed",
        actor=actor,
        subject=item,
        data={"beside": beside.pk if beside else None},
        commit=optional_reason(reason),
    )
    if beside is not None:
        # The section must not become again what somebody signed before the item was in it.
        beside.decided_seq = event.seq
        beside.save(update_fields=["decided_seq"])


def _of_section(item: Item) -> QuerySet[Item]:
    """The items that are in the item's section, in order."""
    there = Item.objects.filter(checklist=item.checklist_id, section=item.section, removed_at=None)
    return there.order_by("position", "pk")


def _place(checklist: Checklist, group: str) -> tuple[str, str, list[Item]]:
    """The number and section of a group, and the items that are in it, in order."""
    tree = _tree(checklist)
    for s, section in enumerate(tree.sections, start=1):
        for g, found in enumerate(section.groups, start=1):
            if found.key == group:
                there = checklist.items.filter(group=group, removed_at=None)
                return f"{s}.{g}", section.key, list(there.order_by("position", "pk"))
    raise Invalid(
        _("The checklist has no group of that name. Choose one of its groups."),
        code="no_such_group",
        field="group",
    )


def _position(checklist: Checklist, neighbours: list[Item]) -> int:
    if neighbours:
        return neighbours[-1].position
    last = checklist.items.filter(removed_at=None).order_by("position").last()
    return last.position if last else 1


def _free_key(checklist: Checklist, group: str) -> str:
    """A key that says nothing of the title, which may have to be erased one day."""
    taken = set(checklist.items.values_list("key", flat=True))
    return next(
        key for n in range(1, len(taken) + 2) if (key := f"{group}/one-off-{n}") not in taken
    )


def _tree(checklist: Checklist) -> ChecklistTree:
    pinned, _ignored = pinned_checklists(checklist.release)
    return tree_of(next(found for found in pinned if found.id == checklist.pk))
