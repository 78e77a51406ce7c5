"""The form that sets a freeze window."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from checklists.forms.moments import MomentField
from checklists.forms.operation import OperationForm
from checklists.operations.people import NAME_LIMIT


class FreezeForm(OperationForm):
    """A name and two moments in the time zone of who fills it in."""

    name = forms.CharField(
        max_length=NAME_LIMIT, widget=forms.TextInput(attrs={"placeholder": "Black Friday"})
    )
    starts_at = MomentField(label=gettext_lazy("From"))
    ends_at = MomentField(label=gettext_lazy("Until"))
