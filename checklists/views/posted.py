"""What a form posted, as values. Wrong ones are refused with the name of their field."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from checklists.audit.format import checked_moment
from checklists.errors import Invalid
from checklists.zones import end_of, is_zone, moment_in


def posted_text(request: HttpRequest, field: str) -> str:
    """The text of a field; empty if it was not sent. Raises Invalid for what no table can hold."""
    text = request.POST.get(field, "")
    if "\0" in text:
        raise Invalid(
            _("%(capitalize)s holds a character that cannot be stored (U+0000). Remove it.")
            % {"capitalize": field.capitalize()},
            code="unstorable_character",
            field=field,
        )
    return text


def posted_number(request: HttpRequest, field: str) -> int | None:
    """A whole number, or None if the field is empty. Raises Invalid for anything else."""
    text = posted_text(request, field).strip()
    if not text:
        return None
    if not is_number(text):
        raise Invalid(
            _("“%(text)s” is no number.") % {"text": text[:20]}, code="bad_number", field=field
        )
    return int(text)


def is_number(text: str) -> bool:
    """Whether the text is a whole number of a size that a table can hold."""
    return text.isascii() and text.isdigit() and len(text) < 16


def posted_version(request: HttpRequest) -> int | None:
    """The version of the item that the person saw, if the form said so."""
    return posted_number(request, "expected_version")


def posted_moment(request: HttpRequest, field: str) -> datetime | None:
    """A moment in UTC, or None if the field is empty. Raises Invalid for anything else.

    It was written by the clocks of the zone that the form names beside it.
    """
    text, zone = posted_text(request, field).strip(), posted_zone(request)
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise Invalid(
            _("Write the time like 2026-11-26T14:00, in %(zone)s.") % {"zone": zone.key},
            code="bad_time",
            field=field,
        )
    if moment.tzinfo is None:
        moment = moment_in(zone, moment, field=field)
    return checked_moment(moment, field=field)


def posted_end_of_day(request: HttpRequest, field: str) -> datetime:
    """The last second of a day in the form's zone. Raises Invalid for anything that is no day."""
    text = posted_text(request, field).strip()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(_("Write the day like 2026-12-10."), code="bad_day", field=field)
    return end_of(day, posted_zone(request))


def posted_zone(request: HttpRequest) -> ZoneInfo:
    """The zone that the form named when it was drawn; of a form that names none, the reader's."""
    named = posted_text(request, "zone")
    return ZoneInfo(named if is_zone(named) else timezone.get_current_timezone_name())
