"""The form that sets a freeze window."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from checklists.forms.operation import OperationForm
from checklists.operations.people import NAME_LIMIT

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _moment(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=_FORMATS)


class FreezeForm(OperationForm):
    """A name and two moments in the time zone of who fills it in."""

    name = forms.CharField(
        max_length=NAME_LIMIT, widget=forms.TextInput(attrs={"placeholder": "Black Friday"})
    )
    starts_at = _moment(gettext_lazy("From"))
    ends_at = _moment(gettext_lazy("Until"))
