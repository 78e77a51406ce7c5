"""Days and times in words, in the language of whoever reads. Pure, but for that language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
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
    moment = moment.astimezone(UTC)
    return _("%(day)s, %(time)s UTC") % {"day": day(moment), "time": f"{moment:%H:%M}"}


def exact_stamp(moment: datetime) -> str:
    """A moment to the second, with its weekday: "Mon 23 Nov 2026, 09:52:41 UTC"."""
    moment = moment.astimezone(UTC)
    return _("%(day)s, %(time)s UTC") % {"day": weekday(moment), "time": f"{moment:%H:%M:%S}"}


def clock(moment: datetime) -> str:
    """The time of a day: "10:02 UTC"."""
    moment = moment.astimezone(UTC)
    return pgettext("a time of day", "%(time)s UTC") % {"time": f"{moment:%H:%M}"}


def iso(moment: datetime) -> str:
    """The moment for `<time datetime>`, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _utc(value: date | datetime) -> date | datetime:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@lru_cache(maxsize=256)
def _month(number: int, language: str | None) -> str:
    """The month's short name; the language is the one that is active, named to keep them apart."""
    return str(MONTHS_3[number]).title()
