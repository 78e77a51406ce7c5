"""Times as people write them: by the clocks of a zone, which in many zones jump twice a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.moments import day


def is_zone(name: str) -> bool:
    """Whether it is a zone of the tz database, as this host has it."""
    return name in zones()


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all zones."""
    return frozenset(available_timezones())


def moment_in(zone: ZoneInfo, written: datetime, *, field: str) -> datetime:
    """The moment, in UTC, at which clocks in the zone show this time (which names no zone).

    Raises Invalid if they never show it, because they were put forward, or show it twice.
    """
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == written:
        words = _(
            "%(time)s comes twice in %(zone)s on %(day)s, when the clocks are put back. "
            "Choose a time at least an hour away."
        )
    else:
        words = _(
            "There is no %(time)s in %(zone)s on %(day)s: the clocks are put forward over it. "
            "Choose a time at least an hour away."
        )
    said = {"time": f"{written:%H:%M}", "zone": zone.key, "day": day(written.date())}
    raise Invalid(words % said, code="no_such_time", field=field)


def start_of(wanted: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone, in UTC."""
    return datetime.combine(wanted, time(), zone).astimezone(UTC)


def end_of(wanted: date, zone: ZoneInfo) -> datetime:
    """The last second of a day in a zone, in UTC."""
    # Where clocks are put back at midnight, the day has that second twice: the later one ends it.
    return datetime.combine(wanted, time(23, 59, 59, fold=1), zone).astimezone(UTC)
