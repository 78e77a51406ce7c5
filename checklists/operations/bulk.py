"""One step on many items of a release: one transaction, an event for each item, one way back.

The events of a batch follow each other in the log and carry the seq of the first as `batch`. What
cannot be done is left as it is and named, each item with its reason; the rest is done. There is no
such step for waivers: each is asked and decided by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotVisible
from checklists.models import Item, Release
from checklists.operations.guards import MIN_REASON, require_open, require_reason
from checklists.operations.item_steps import (
    Assignee,
    Deed,
    confirmed_verdicts,
    give,
    leave_out,
    reopen,
    require_in_project,
    tick,
    untick,
)
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.state import Answer

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item that somebody chose, in the version they saw; None if they did not say."""

    pk: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """An item on which nothing was done, and why."""

    item: Item
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a step on many items. `number` is the seq of its first event, 0 without any."""

    release: Release
    number: int
    changed: tuple[Item, ...]
    left: tuple[Left, ...]


@operation
def tick_items(
    release: Release, chosen: Sequence[Chosen], *, actor: Actor, reason: str = ""
) -> Batch:
    """Answer all of them with "done"; the reason is for those that need one.

    Those that do not apply are left: nobody means them by choosing many.
    Raises NotVisible, NotAllowed, ReleaseClosed; Invalid for no item or too many.
    """
    release, items = _answerable(release, chosen, actor)
    verdicts = confirmed_verdicts([item.pk for item in items])

    def step(item: Item, deed: Deed, *, expected_version: int | None) -> bool:
        if item.answer == Answer.NOT_APPLICABLE:
            raise Conflict(_("It is not applicable. Reopen it first."), code="not_applicable")
        verdict = verdicts.get(item.pk)
        return tick(item, deed, expected_version=expected_version, verdict=verdict)

    return _each(_deed(release, actor, reason), chosen, items, step)


@operation
def untick_items(
    release: Release, chosen: Sequence[Chosen], *, actor: Actor, reason: str = ""
) -> Batch:
    """Take "done" back from all of them. Raises as `tick_items` does."""
    release, items = _answerable(release, chosen, actor)
    return _each(_deed(release, actor, reason), chosen, items, untick)


@operation
def reopen_items(release: Release, chosen: Sequence[Chosen], *, actor: Actor, reason: str) -> Batch:
    """Open all of them again, with one reason. Raises as `tick_items` does; Invalid without one."""
    release, items = _answerable(release, chosen, actor)
    require_reason(reason, what=_("the items are open again"))
    return _each(_deed(release, actor, reason), chosen, items, reopen)


@operation
def mark_items_not_applicable(
    release: Release, chosen: Sequence[Chosen], *, actor: Actor, reason: str
) -> Batch:
    """Answer all of them with "not applicable", with one reason, where the template allows it.

    Raises as `tick_items` does; Invalid for a reason too short.
    """
    release, items = _answerable(release, chosen, actor)
    require_reason(reason, what=_("these items do not apply"), at_least=MIN_REASON)
    return _each(_deed(release, actor, reason), chosen, items, leave_out)


@operation
def assign_items(
    release: Release, chosen: Sequence[Chosen], *, actor: Actor, to: Assignee
) -> Batch:
    """Give all of them to a member, to a role, or to nobody.

    Raises as `tick_items` does; Invalid for somebody outside the project.
    """
    release, items = _answerable(release, chosen, actor)
    require_in_project(to, release.project)
    return _each(_deed(release, actor), chosen, items, partial(give, to=to))


def _answerable(
    release: Release, chosen: Sequence[Chosen], actor: Actor
) -> tuple[Release, list[Item]]:
    """The release under its lock, and the chosen items as they are now, in order.

    Raises NotVisible also if one of them is no item of this release.
    """
    release = audit.locked(release)
    require(actor, "answer_item", release.project)
    require_open(release)
    wanted = {choice.pk for choice in chosen}
    if not wanted:
        raise Invalid(_("Choose at least one item."), code="nothing_chosen", field="item")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(
            _("Choose at most %(most)s items at once; these are %(count)s.")
            % {"most": MOST_AT_ONCE, "count": len(wanted)},
            code="too_many_chosen",
            field="item",
        )
    items = list(fresh_items(release, wanted))
    if len(items) != len(wanted):
        raise NotVisible
    return release, items


def fresh_items(release: Release, pks: set[int]) -> Sequence[Item]:
    """The items of a locked release as they are now, in order."""
    found = Item.objects.filter(release=release, pk__in=pks).select_related(
        "checklist", "own_title", "assignee", "assignee_role"
    )
    items = sorted(found, key=lambda item: (item.checklist.position, item.position, item.pk))
    for item in items:
        item.release = release
    return items


def _deed(release: Release, actor: Actor, reason: str = "") -> Deed:
    return Deed(actor, reason=reason, batch=release.chain.head_seq + 1)


def _each(
    deed: Deed, chosen: Sequence[Chosen], items: Sequence[Item], step: Callable[..., bool]
) -> Batch:
    """Take the step on each item; what is refused is left, and the rest goes on."""
    versions = {choice.pk: choice.version for choice in chosen}
    changed, left = [], []
    for item in items:
        try:
            _require_there(item)
            if step(item, deed, expected_version=versions[item.pk]):
                changed.append(item)
            else:
                left.append(Left(item, "already_so", _("It is so already.")))
        except (Conflict, Invalid) as refusal:
            left.append(Left(item, refusal.code, refusal.message))
    number = deed.batch if changed and deed.batch is not None else 0
    return Batch(items[0].release, number, tuple(changed), tuple(left))


def _require_there(item: Item) -> None:
    if item.removed_at is not None:
        raise Conflict(_("It was taken out of this release."), code="item_removed")
