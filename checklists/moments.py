"""Days and times in words, in the language of whoever reads. Pure, but for that language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _


def day(value: date | datetime) -> str:
    """A day, of a moment the day in UTC: "26 Nov 2026"."""
    value = _utc(value)
    return _("%(day)s %(month)s %(year)s") % {
        "day": value.day,
        "month": _month(value.month, get_language()),
        "year": value.year,
    }


def short_day(moment: date | datetime, now: datetime) -> str:
    """A day in UTC: "25 Nov", with the year only when it is not this one."""
    moment = _utc(moment)
    if moment.year != now.year:
        return day(moment)
    return _("%(day)s %(month)s") % {
        "day": moment.day,
        "month": _month(moment.month, get_language()),
    }


def weekday(value: date | datetime, now: datetime | None = None) -> str:
    """A day with its weekday: "Mon 23 Nov 2026"; given `now`, without the year that it is."""
    value = _utc(value)
    said = day(value) if now is None else short_day(value, now)
    return _("%(weekday)s %(day)s") % {"weekday": WEEKDAYS_ABBR[value.weekday()], "day": said}


def stamp(moment: datetime) -> str:
    """A full stamp: "23 Nov 2026, 10:02 UTC"."""
    return _stamp(moment, day, "%H:%M", UTC)


def reader_stamp(moment: datetime) -> str:
    """A full stamp by the reader's clocks, UTC beside: "23 Nov 2026, 11:02 CET (… 10:02 UTC)".

    For what one reader sees; what is drawn once for all says UTC and leaves this to the script.
    """
    return _both(moment, day, "%H:%M")


def exact_stamp(moment: datetime) -> str:
    """To the second and with the weekday, UTC beside: "Mon 23 Nov 2026, 09:52:41 UTC"."""
    return _both(moment, weekday, "%H:%M:%S")


def reader_day(value: date | datetime) -> str:
    """A day, of a moment the day by the reader's clocks: "26 Nov 2026"."""
    return day(localtime(value).date() if isinstance(value, datetime) else value)


def clock(moment: datetime) -> str:
    """The time of a day: "10:02 UTC"."""
    moment = moment.astimezone(UTC)
    return pgettext("a time of day", "%(time)s UTC") % {"time": f"{moment:%H:%M}"}


def iso(moment: datetime) -> str:
    """The moment for `<time datetime>`, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _both(moment: datetime, write_day: Callable[[date], str], clock: str) -> str:
    here, there = localtime(moment), moment.astimezone(UTC)
    utc = _stamp(moment, write_day, clock, UTC)
    if here.tzname() == "UTC":
        return utc
    if here.date() == there.date():
        utc = pgettext("a time of day", "%(time)s UTC") % {"time": f"{there:{clock}}"}
    return f"{_stamp(moment, write_day, clock, get_current_timezone())} ({utc})"


def _stamp(moment: datetime, write_day: Callable[[date], str], clock: str, zone: tzinfo) -> str:
    here = moment.astimezone(zone)
    said = {"day": write_day(here.date()), "time": f"{here:{clock}}", "zone": here.tzname()}
    return _("%(day)s, %(time)s %(zone)s") % said


def _utc(value: date | datetime) -> date | datetime:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@lru_cache(maxsize=256)
def _month(number: int, language: str | None) -> str:
    """The month's short name; the language is the one that is active, named to keep them apart."""
    return str(MONTHS_3[number]).title()
