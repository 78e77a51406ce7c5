"""What was changed since a signature, or since somebody opened the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from checklists.audit.replay_fold import DECIDING
from checklists.models import AuditEvent, Item
from checklists.pages.entries import Entry, entries_of
from checklists.pages.snapshot import Snapshot
from checklists.state import ItemState

MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed in the covered sections after an event, newest first."""

    since: int
    shown: tuple[Entry, ...]
    total: int

    @property
    def hidden(self) -> int:
        """How many are not listed."""
        return self.total - len(self.shown)


def changes_since(snapshot: Snapshot, items: Iterable[ItemState], seq: int) -> Changes:
    """What was decided about these items after an event, and what their probes came to see."""
    items = list(items)
    there = Q(
        item_id__in=[item.id for item in items],
        action__in=[*DECIDING, "item.added", "probe.flipped"],
    )
    gone = Q(item_id__in=_taken_out(snapshot, items), action="item.removed")
    after = AuditEvent.objects.filter(chain__release=snapshot.state.id, seq__gt=seq)
    events = after.filter(there | gone).order_by("-seq")
    newest = list(events[: MOST_CHANGES + 1])
    total = len(newest) if len(newest) <= MOST_CHANGES else events.count()
    shown = entries_of(newest[:MOST_CHANGES], snapshot.state, snapshot.roles.names)
    return Changes(since=seq, shown=tuple(shown), total=total)


def _taken_out(snapshot: Snapshot, items: Iterable[ItemState]) -> QuerySet[Item, int]:
    """The ids of what was taken out of the sections that the items are in."""
    sections = [
        Q(checklist__key=checklist, section=section)
        for checklist, section in dict.fromkeys((item.checklist, item.section) for item in items)
    ]
    gone = Item.objects.filter(release=snapshot.state.id).exclude(removed_at=None)
    return gone.filter(reduce(or_, sections, Q(pk=None))).values_list("pk", flat=True)
