"""A field for a moment: written by the clocks of the zone that stands beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.zones import is_zone, moment_in


class MomentInput(forms.DateTimeInput):
    """The browser's own field, the name of the zone it is read in, and the same for the server.

    The zone is sent along, because the reader's may change before the form comes back.
    """

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        zone = timezone.get_current_timezone_name()
        return format_html(
            '{}<span class="hint">{}</span><input type="hidden" name="zone" value="{}">',
            super().render(name, value, attrs, renderer),
            zone,
            zone,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, "").strip(), data.get("zone", "")


class MomentField(forms.Field):
    """A moment in UTC. A time that the zone's clocks never show, or show twice, is refused."""

    widget = MomentInput

    def prepare_value(self, value: Any) -> Any:
        """What the field shows: a moment by the reader's clocks, or what was typed."""
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None)
        return value[0] if isinstance(value, tuple) else value

    def to_python(self, value: tuple[str, str] | None) -> datetime | None:
        """The moment, or None for an empty field."""
        text, named = value or ("", "")
        if not text:
            return None
        zone = ZoneInfo(named if is_zone(named) else timezone.get_current_timezone_name())
        try:
            written = parse_datetime(text)
        except ValueError:
            written = None
        if written is None:
            raise ValidationError(_("Enter a valid date/time."), code="invalid")
        try:
            if written.tzinfo is None:
                written = moment_in(zone, written, field="moment")
            return written.astimezone(UTC)
        except Invalid as refused:
            raise ValidationError(refused.message, code=refused.code) from refused

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the typed time is another than the one shown."""
        return bool(self.prepare_value(data)) and super().has_changed(initial, data)
