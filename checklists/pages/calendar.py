"""The calendar of the releases that somebody may see, with the times in which nothing should go
live.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from checklists.models import FreezeWindow, Person, Release
from checklists.pages.ical import Entry
from checklists.state import ReleaseStatus

FEED_BACK, FEED_AHEAD = timedelta(days=90), timedelta(days=400)
GLYPHS = {
    ReleaseStatus.PREPARING: "progress",
    ReleaseStatus.DEPLOYED: "done",
    ReleaseStatus.CLOSED: "done",
    ReleaseStatus.ABORTED: "na",
    ReleaseStatus.ROLLED_BACK: "failed",
}


@dataclass(frozen=True, slots=True)
class Going:
    """A release on the day of its target. `frozen` names the freeze that its target lies in."""

    name: str
    url: str
    environment: str
    glyph: str
    status: str
    at: datetime
    frozen: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month, or of a week that reaches into it."""

    day: date
    inside: bool
    today: bool
    releases: Sequence[Going]
    freezes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday on, in the viewer's time zone."""

    first: date
    before: str
    after: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[Day]]

    @property
    def busy(self) -> list[Day]:
        """The days of the month on which there is something: what a narrow screen lists."""
        days = [day for week in self.weeks for day in week if day.inside]
        return [day for day in days if day.releases or day.freezes]


def month_of(person: Person, first: date, now: datetime) -> Month:
    """The month that begins on `first`, in two queries."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    begin, end = _midnight(weeks[0][0]), _midnight(weeks[-1][-1] + timedelta(days=1))
    freezes = _freezes(person, begin, end)
    going: dict[date, list[Going]] = {}
    for release in releases_between(person, begin, end):
        day = timezone.localtime(release.target_at).date()
        going.setdefault(day, []).append(_going(release, freezes))
    today = timezone.localtime(now).date()
    return Month(
        first=first,
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=31):%Y-%m}",
        weekdays=[str(WEEKDAYS_ABBR[n]) for n in range(7)],
        weeks=[
            [
                Day(day, day.month == first.month, day == today, going.get(day, []), names)
                for day in week
                for names in [_frozen_on(day, freezes)]
            ]
            for week in weeks
        ],
    )


def freeze_at(project_id: int, moment: datetime) -> FreezeWindow | None:
    """The freeze of a project that a moment lies in."""
    return FreezeWindow.objects.filter(
        project=project_id, removed_at=None, starts_at__lte=moment, ends_at__gt=moment
    ).first()


def feed_of(person: Person, now: datetime, address: str) -> list[Entry]:
    """What a calendar program is told: releases at their target, and freezes."""
    begin, end = now - FEED_BACK, now + FEED_AHEAD
    entries = [
        Entry(
            uid=f"release-{release.pk}@readiness",
            starts_at=release.target_at,
            ends_at=release.target_at + timedelta(minutes=30),
            summary=f"{release} ({release.environment})",
            url=f"{address}/releases/{release.pk}/",
            changed_at=now,
            cancelled=release.status in (ReleaseStatus.ABORTED, ReleaseStatus.ROLLED_BACK),
            blocks=True,
        )
        for release in releases_between(person, begin, end)
    ]
    entries += [
        Entry(
            uid=f"freeze-{freeze.pk}@readiness",
            starts_at=freeze.starts_at,
            ends_at=freeze.ends_at,
            summary=f"{freeze.name} ({freeze.project})",
            url=f"{address}/calendar/?month={freeze.starts_at:%Y-%m}",
            changed_at=now,
        )
        for freeze in _freezes(person, begin, end)
    ]
    return entries


def releases_between(person: Person, begin: datetime, end: datetime) -> list[Release]:
    """Those that the person may see and that should go live then."""
    found = Release.objects.visible_to(person).filter(target_at__gte=begin, target_at__lt=end)
    return list(found.select_related("project").order_by("target_at", "pk"))


def _freezes(person: Person, begin: datetime, end: datetime) -> list[FreezeWindow]:
    found = FreezeWindow.objects.filter(
        removed_at=None, starts_at__lt=end, ends_at__gt=begin, project__memberships__person=person
    )
    return list(found.select_related("project"))


def _going(release: Release, freezes: Sequence[FreezeWindow]) -> Going:
    status = ReleaseStatus(release.status)
    at = release.target_at
    frozen = [f for f in freezes if f.project_id == release.project_id]
    return Going(
        name=str(release),
        url=f"/releases/{release.pk}/",
        environment=release.environment,
        glyph=GLYPHS[status],
        status=release.get_status_display(),
        at=at,
        frozen=next((f.name for f in frozen if f.starts_at <= at < f.ends_at), ""),
    )


def _frozen_on(day: date, freezes: Sequence[FreezeWindow]) -> list[str]:
    begin = _midnight(day)
    end = begin + timedelta(days=1)
    return [
        f"{freeze.name} ({freeze.project})"
        for freeze in freezes
        if freeze.starts_at < end and freeze.ends_at > begin
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
