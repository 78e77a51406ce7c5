"""The form of a probe: the parameters of its kind, how often it runs, and its conditions.

What the probe's specification refuses stands beside its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Refused
from checklists.forms.conditions import condition_rows
from checklists.forms.operation import OperationForm
from checklists.models import Probe
from checklists.pages.event_words import interval_words
from checklists.probes.registry import KINDS

INTERVALS = (30, 60, 300, 900, 3600, 6 * 3600, 86_400)


class ProbeForm(OperationForm):
    """What every kind has: how often it runs, and the conditions below."""

    kind = ""
    interval_s = forms.TypedChoiceField(label=gettext_lazy("Runs"), coerce=int)

    def __init__(
        self, data: QueryDict | None = None, *, probe: Probe | None = None, **kwargs: Any
    ) -> None:
        initial = _initial(probe) if probe else {"interval_s": 60}
        super().__init__(data, initial=initial, **kwargs)
        seconds = sorted({*INTERVALS, initial["interval_s"]})
        self.fields["interval_s"].choices = [  # type: ignore[attr-defined]
            (number, interval_words(number)) for number in seconds
        ]
        self.rows = condition_rows(data, probe)

    @property
    def facts(self) -> list[str]:
        """The names that a condition of this kind can ask for."""
        return sorted(KINDS[self.kind].FACTS)

    def is_valid(self) -> bool:
        """Whether the fields and every condition are filled in as they can be."""
        rows = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(rows)

    def clean(self) -> dict[str, Any]:
        """What the operation takes: parameters, conditions, interval."""
        cleaned = super().clean() or {}
        if self.errors or not all(row.is_valid() for row in self.rows):
            return cleaned
        facts = KINDS[self.kind].FACTS
        conditions = [row.condition(facts) for row in self.rows]
        return {
            "params": self.params(cleaned),
            "conditions": [condition for condition in conditions if condition],
            "interval_s": cleaned["interval_s"],
        }

    def params(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the kind: every field of its form but the one all kinds have."""
        return {name: cleaned[name] for name in self.fields if name != "interval_s"}

    def refuse(self, refused: Refused) -> None:
        """Put what was refused at its field, or at its condition."""
        position = refused.details.get("position")
        if position is None:
            super().refuse(refused)
            return
        filled = [row for row in self.rows if row.cleaned_data.get("fact", "").strip()]
        field = refused.details.get("field")
        row = filled[position]
        row.add_error(field if field in row.fields else "fact", refused.message)


class HttpProbeForm(ProbeForm):
    """A URL to ask."""

    kind = "http"
    field_order = ("url", "method", "headers", "interval_s")
    url = forms.CharField(
        label="URL",
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    method = forms.ChoiceField(choices=[("GET", "GET"), ("HEAD", "HEAD")])
    headers = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Accept: application/json"}),
        help_text=gettext_lazy(
            "One a line. Everybody who sees the probe sees them, so no credentials."
        ),
    )

    def clean_headers(self) -> dict[str, str]:
        """The headers by name."""
        headers: dict[str, str] = {}
        for line in self.cleaned_data["headers"].splitlines():
            if not line.strip():
                continue
            name, colon, value = line.partition(":")
            if not colon:
                raise forms.ValidationError(
                    _("“%(strip)s” is no header: write Name: value.") % {"strip": line.strip()[:60]}
                )
            headers[name.strip()] = value.strip()
        return headers


class TlsProbeForm(ProbeForm):
    """A certificate to look at."""

    kind = "tls"
    field_order = ("host", "port", "warn_days", "fail_days", "interval_s")
    host = forms.CharField(
        max_length=253, widget=forms.TextInput(attrs={"placeholder": "api.example.com"})
    )
    port = forms.IntegerField(initial=443, min_value=1, max_value=65535)
    warn_days = forms.IntegerField(
        label=gettext_lazy("Warns below (days left)"), initial=21, min_value=0
    )
    fail_days = forms.IntegerField(
        label=gettext_lazy("Fails below (days left)"), initial=7, min_value=0
    )


FORMS: dict[str, type[ProbeForm]] = {"http": HttpProbeForm, "tls": TlsProbeForm}


def _initial(probe: Probe) -> dict[str, Any]:
    initial = {**probe.params, "interval_s": probe.interval_s}
    if isinstance(initial.get("headers"), dict):
        initial["headers"] = "\n".join(f"{k}: {v}" for k, v in initial["headers"].items())
    return initial
