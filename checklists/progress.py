"""How a release gets ready over time, and when it may be: from its events, and nothing else. Pure.

A forecast rests on how long items took in earlier releases. Each open item has its own samples, or
the project's where it has too few; the chance that all are settled by a moment is the product of
theirs, so items are taken to be independent of each other. Without enough data there is no guess.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

SETTLES = frozenset({"item.ticked", "item.marked_not_applicable", "item.carried"})
OPENS = frozenset({"item.unticked", "item.reopened"})
WAIVES = frozenset({"waiver.approved"})
UNWAIVES = frozenset({"waiver.rejected", "waiver.withdrawn"})
WATCHED = SETTLES | OPENS | WAIVES | UNWAIVES | {"item.added", "item.removed"}
"""The actions that move the number of settled items."""

OWN_SAMPLES = 3
"""Earlier releases in which an item was settled, to go by its own times."""
POOLED_SAMPLES = 20
"""Settled items of the whole project, to go by for an item with too few times of its own."""


class Step(NamedTuple):
    """One event that may move the number: when, what, and of which item."""

    at: datetime
    action: str
    item: int


class Point(NamedTuple):
    """From this moment on, so many of so many items were settled."""

    at: datetime
    settled: int
    total: int


def burn_up(steps: Iterable[Step], items: Iterable[int], opened_at: datetime) -> list[Point]:
    """The number of settled items over time, from the opening with its items on.

    Waivers count until they are ended by somebody; that one lapses is judged at go-live.
    """
    there, answered, waived = set(items), set[int](), set[int]()
    points = [Point(opened_at, 0, len(there))]
    for at, action, item in steps:
        _move(action, item, there, answered, waived)
        point = Point(at, len((answered | waived) & there), len(there))
        if point[1:] != points[-1][1:]:
            points.append(point)
    return points


def _move(action: str, item: int, there: set[int], answered: set[int], waived: set[int]) -> None:
    if action in SETTLES:
        answered.add(item)
    elif action in OPENS:
        answered.discard(item)
    elif action in WAIVES:
        waived.add(item)
    elif action in UNWAIVES:
        waived.discard(item)
    elif action == "item.added":
        there.add(item)
    elif action == "item.removed":
        there.discard(item)


def ready_at(points: Sequence[Point]) -> datetime | None:
    """When everything was settled and stayed so until the last point; None if it is not."""
    moment = None
    for point in points:
        if point.settled < point.total:
            moment = None
        elif moment is None:
            moment = point.at
    return moment


def settled_after(steps: Iterable[Step], opened_at: datetime) -> dict[int, timedelta]:
    """How long after the opening each item was settled for good: its last settling counts."""
    last: dict[int, datetime] = {}
    for at, action, item in steps:
        if action in SETTLES or action in WAIVES:
            last.setdefault(item, at)
        elif action in OPENS or action in UNWAIVES:
            last.pop(item, None)
    return {item: at - opened_at for item, at in last.items()}


class NoForecast(StrEnum):
    """Why there is none."""

    NOTHING_OPEN = "nothing_open"
    TOO_FEW = "too_few"
    LONGER_THAN_EVER = "longer_than_ever"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When everything may be settled: as likely as not, and in 85 of 100 cases."""

    likely: datetime
    safe: datetime
    from_releases: int


def forecast(
    open_keys: Sequence[str],
    past: Sequence[Mapping[str, timedelta]],
    *,
    opened_at: datetime,
    now: datetime,
) -> Forecast | NoForecast:
    """When the open items may be settled, from how long items took in past releases, by key.

    An item that has been open for longer than ever before makes every guess worthless.
    """
    if not open_keys:
        return NoForecast.NOTHING_OPEN
    pool = sorted(taken for release in past for taken in release.values())
    ahead: list[list[timedelta]] = []
    for key in open_keys:
        own = sorted(release[key] for release in past if key in release)
        samples = own if len(own) >= OWN_SAMPLES else pool
        if samples is pool and len(pool) < POOLED_SAMPLES:
            return NoForecast.TOO_FEW
        left = samples[bisect_right(samples, now - opened_at) :]
        if not left:
            return NoForecast.LONGER_THAN_EVER
        ahead.append(left)
    return Forecast(
        likely=opened_at + _quantile(ahead, 0.5),
        safe=opened_at + _quantile(ahead, 0.85),
        from_releases=len(past),
    )


def _quantile(ahead: Sequence[Sequence[timedelta]], chance: float) -> timedelta:
    """The first time at which all are settled with that chance."""
    times = sorted({taken for samples in ahead for taken in samples})
    low, high = 0, len(times) - 1
    while low < high:
        middle = (low + high) // 2
        if _chance(ahead, times[middle]) >= chance:
            high = middle
        else:
            low = middle + 1
    return times[low]


def _chance(ahead: Sequence[Sequence[timedelta]], taken: timedelta) -> float:
    product = 1.0
    for samples in ahead:
        product *= bisect_right(samples, taken) / len(samples)
    return product


def percentile(values: Sequence[timedelta], share: float) -> timedelta:
    """The smallest value that at least that share of the values does not exceed (nearest rank).

    Raises ValueError if there is none.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    rank = max(-(-len(ordered) * share // 1), 1)
    return ordered[int(rank) - 1]
