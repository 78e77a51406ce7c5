"""Times on pages: by the reader's clocks with UTC beside, or in UTC for the script to rewrite.

They come with `{% load ui %}`.
"""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from checklists import moments

register = template.Library()


@register.simple_tag
def ago(moment: datetime | None, css: str = "") -> SafeString | str:
    """A `<time>` that reads as a full UTC stamp and that the script turns into an age."""
    if moment is None:
        return ""
    full = moments.stamp(moment)
    return format_html(
        '<time{} datetime="{}" data-ago title="{}">{}</time>',
        format_html(' class="{}"', css) if css else "",
        moments.iso(moment),
        full,
        full,
    )


@register.filter
def utc(moment: datetime | None) -> str:
    """A full stamp, "23 Nov 2026, 10:02 UTC"; empty without a moment."""
    return "" if moment is None else moments.stamp(moment)


@register.filter
def stamp(moment: datetime | None) -> str:
    """A full stamp by the reader's clocks, with UTC beside; empty without a moment."""
    return "" if moment is None else moments.reader_stamp(moment)


@register.filter
def day(value: date | datetime | None) -> str:
    """A day by the reader's clocks, "26 Nov 2026"; empty without a value."""
    return "" if value is None else moments.reader_day(value)


@register.filter
def for_input(moment: datetime | None) -> str:
    """The moment for a field of the type datetime-local, by the reader's clocks."""
    return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


@register.simple_tag
def zone() -> str:
    """The reader's time zone, to stand beside a field for a time."""
    return timezone.get_current_timezone_name()


@register.simple_tag
def zone_field() -> SafeString:
    """The same for the server: in which zone the times of this form are written."""
    return format_html('<input type="hidden" name="zone" value="{}">', zone())
