"""Items and waivers that wait for somebody, in all releases that run: from the tables, in a fixed
number of queries.

What is settled, does not apply, was taken out, or belongs to another stage waits for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from checklists.audit.table_items import items_in
from checklists.audit.tables import shell_of
from checklists.gate import Reason
from checklists.gate.items import of_item
from checklists.models import Item, Waiver
from checklists.pages.faces import face_of
from checklists.pages.rows import blocker_word, is_late
from checklists.pages.words import short_day
from checklists.pages.work_lines import ENDING, ITEM, WAIVER, Task, row_url
from checklists.pages.work_reader import Reader
from checklists.state import (
    Answer,
    ItemState,
    ReleaseState,
    RowStatus,
    Stage,
    WaiverStatus,
    row_status,
)

SOON = timedelta(days=3)
"""So long before its end a waiver that still holds is somebody's business."""
EXCERPT = 120
"""Characters of a reason that a line shows."""
NOT_NEEDED = frozenset({"item_not_applicable", "item_carried"})
"""What the gate says of items that are settled without a waiver."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as its tables have it, and what the gate says of it now."""

    release: ReleaseState
    item: ItemState
    status: RowStatus
    reason: Reason | None

    @property
    def needs_something(self) -> bool:
        """It is not settled without a waiver."""
        return self.reason is not None and self.reason.code not in NOT_NEEDED


def item_tasks(reader: Reader) -> Iterator[Task]:
    """The items given to the person or to a role they hold, the waivers they may decide, and the
    waivers they asked for that end before they should.
    """
    mine, asked, granted = _mine(reader), list(_asked(reader)), list(_granted(reader))
    waivers = [*asked, *granted]
    wanted = Item.objects.filter(
        Q(pk__in=mine.values("pk")) | Q(pk__in={waiver.item_id for waiver in waivers})
    )
    seen = _seen(wanted, reader)
    for item in mine:
        yield from _item(item, seen, reader)
    for waiver in asked:
        yield from _asked_waiver(waiver, seen, reader)
    for waiver in granted:
        yield from _ending(waiver, seen, reader)


def _mine(reader: Reader) -> QuerySet[Item]:
    """Given to the person or their roles, for the present stage, and perhaps not settled."""
    present = Q(release__deployed_at=None, stage=Stage.DEPLOY) | Q(
        release__deployed_at__isnull=False, stage=Stage.CLOSE
    )
    return Item.objects.filter(
        present,
        Q(assignee=reader.person) | Q(assignee_role__in=reader.held_ids),
        Q(answer=Answer.OPEN) | ~Q(valid_for="") | Q(carried_from__isnull=False),
        release__in=reader.releases,
        removed_at=None,
    ).select_related("own_title")


def _asked(reader: Reader) -> QuerySet[Waiver]:
    return (
        _waivers(reader).filter(status=WaiverStatus.REQUESTED).exclude(requested_by=reader.person)
    )


def _granted(reader: Reader) -> QuerySet[Waiver]:
    return _waivers(reader).filter(status=WaiverStatus.APPROVED, requested_by=reader.person)


def _waivers(reader: Reader) -> QuerySet[Waiver]:
    past = Q(item__release__deployed_at__isnull=False, item__stage=Stage.DEPLOY)
    waivers = Waiver.objects.filter(~past, item__release__in=reader.releases, item__removed_at=None)
    return waivers.select_related(
        "item__own_title", "item__checklist", "requested_by", "reason"
    ).order_by("pk")


def _seen(wanted: QuerySet[Item], reader: Reader) -> Mapping[int, Seen]:
    found, observed = items_in(wanted)
    return {
        item.id: Seen(
            shell,
            item,
            row_status(item, go_live=shell.go_live(reader.now)),
            of_item(item, shell, reader.now, observed),
        )
        for pk, items in found.items()
        for shell in [shell_of(reader.releases[pk])]
        for item in items
    }


def _item(item: Item, seen: Mapping[int, Seen], reader: Reader) -> Iterator[Task]:
    found = seen.get(item.pk)
    if found is None or found.status.settled:
        return
    release = reader.releases[item.release_id]
    late = is_late(found.item, found.status, reader.now)
    word = blocker_word(found.item, found.status, late, found.reason)
    due = item.due_at or release.target_at
    yield Task(
        kind=ITEM,
        release=release.pk,
        item=item.pk,
        url=row_url(release.pk, item.pk),
        title=item.called,
        note=_("%(release)s, blocker") % {"release": release} if word else str(release),
        css=f"st-{found.status}",
        glyph=str(found.status),
        due=short_day(due, reader.now),
        late=late,
        order=(not late, due),
    )


def _asked_waiver(waiver: Waiver, seen: Mapping[int, Seen], reader: Reader) -> Iterator[Task]:
    found, item = seen.get(waiver.item_id), waiver.item
    release = reader.releases[item.release_id]
    section = f"{item.checklist.key}/{item.section}"
    if found is None or not found.needs_something or waiver.expires_at <= reader.now:
        return
    if not reader.may_decide(release, section):
        return
    yield Task(
        kind=WAIVER,
        release=release.pk,
        item=item.pk,
        url=row_url(release.pk, item.pk),
        title=item.called,
        note=_("%(release)s, asked by %(name)s: %(reason)s")
        % {
            "release": release,
            "name": waiver.requested_by,
            "reason": Truncator(waiver.reason.value if waiver.reason else "").chars(EXCERPT),
        },
        css="st-waived",
        glyph="waived",
        due=_("until %(until)s") % {"until": short_day(waiver.expires_at, reader.now)},
        late=False,
        order=(True, release.target_at),
        by=face_of(waiver.requested_by),
    )


def _ending(waiver: Waiver, seen: Mapping[int, Seen], reader: Reader) -> Iterator[Task]:
    found = seen.get(waiver.item_id)
    speaks = found and found.item.waiver and found.item.waiver.id == waiver.pk
    if found is None or not speaks or not found.needs_something:
        return
    release = reader.releases[waiver.item.release_id]
    go_live = found.release.go_live(reader.now)
    if waiver.expires_at > go_live and waiver.expires_at > reader.now + SOON:
        return
    too_early = waiver.expires_at <= go_live
    words = _("%(release)s, ends before go-live") if too_early else _("%(release)s, ends soon")
    yield Task(
        kind=ENDING,
        release=release.pk,
        item=waiver.item_id,
        url=row_url(release.pk, waiver.item_id),
        title=waiver.item.called,
        note=words % {"release": release},
        css="st-stale" if too_early else "st-waived",
        glyph="stale" if too_early else "waived",
        due=short_day(waiver.expires_at, reader.now),
        late=waiver.expires_at <= reader.now,
        order=(waiver.expires_at > reader.now, waiver.expires_at),
    )
