"""What waivers will do: whether they last until go-live, and how often an item had one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from checklists.state import ItemState, ReleaseState, WaiverState, WaiverStatus

DAY = timedelta(days=1)
NEEDS_MANAGER_FROM = 3
"""From which waiver of one item in a row, the first being 1, only a release manager approves."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A waiver, asked or approved, against the moment that counts.

    `days` are the whole days between its end and that moment; less than a day is 0.
    """

    item: ItemState
    waiver: WaiverState
    go_live: datetime

    @property
    def holds(self) -> bool:
        """It is not over at go-live, if it is approved."""
        return self.waiver.expires_at > self.go_live

    @property
    def is_asked(self) -> bool:
        """Nobody has decided it."""
        return self.waiver.status == WaiverStatus.REQUESTED

    @property
    def days(self) -> int:
        """Whole days between its end and go-live."""
        return days_between(self.waiver.expires_at, self.go_live)


def days_between(one: datetime, other: datetime) -> int:
    """The whole days between two moments, whichever comes first."""
    return abs(one - other) // DAY


def forecasts(state: ReleaseState, go_live: datetime) -> tuple[Forecast, ...]:
    """The waivers that speak for items, and those asked for beside them, in the items' order."""
    found = []
    for item in state.items:
        asked = [w for w in item.waivers if w.status == WaiverStatus.REQUESTED]
        approved = [w for w in item.waivers if w.status == WaiverStatus.APPROVED]
        found += [Forecast(item, waiver, go_live) for waiver in (*approved[-1:], *asked)]
    return tuple(found)


def lapsing(state: ReleaseState, before: datetime, after: datetime) -> tuple[Forecast, ...]:
    """The approved waivers that last until one go-live and not until another, later one."""
    return tuple(
        forecast
        for forecast in forecasts(state, after)
        if not forecast.is_asked and before < forecast.waiver.expires_at <= after
    )


def in_a_row(approved_at: Iterable[datetime], settled_at: Iterable[datetime]) -> int:
    """How many waivers of an item were approved since it was last settled without one.

    The item is the same one, by checklist and key, in all releases of its project.
    """
    last = max(settled_at, default=None)
    return sum(last is None or moment > last for moment in approved_at)
