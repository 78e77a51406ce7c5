"""What was changed since a signature, or since somebody opened the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checklists.audit.replay_fold import DECIDING
from checklists.models import AuditEvent
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
    events = AuditEvent.objects.filter(
        chain__release=snapshot.state.id,
        seq__gt=seq,
        item_id__in=[item.id for item in items],
        action__in=[*DECIDING, "probe.flipped"],
    ).order_by("-seq")
    newest = list(events[: MOST_CHANGES + 1])
    total = len(newest) if len(newest) <= MOST_CHANGES else events.count()
    shown = entries_of(newest[:MOST_CHANGES], snapshot.state, snapshot.roles.names)
    return Changes(since=seq, shown=tuple(shown), total=total)
