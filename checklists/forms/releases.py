"""The form that opens a release."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Refused
from checklists.forms.moments import MomentField
from checklists.forms.operation import OperationForm
from checklists.models import Release, Template
from checklists.operations.overlays import checklists

# Refusals that name no field, and the field that cures them.
_CURED_AT = {"release_exists": "version", "impossible_quorum": "templates"}


class ReleaseForm(OperationForm):
    """A version, where it goes and when, and the templates it is judged by."""

    version = forms.CharField(max_length=64, widget=forms.TextInput(attrs={"placeholder": "2.4.0"}))
    environment = forms.CharField(max_length=64, initial="production")
    target_at = MomentField(
        label=gettext_lazy("Target"),
        help_text=gettext_lazy(
            "When it should go live. Due dates and waivers are counted from it."
        ),
    )
    templates = forms.ModelMultipleChoiceField(
        queryset=Template.objects.none(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The newest published version of each is pinned to the release."),
        error_messages={"required": gettext_lazy("Choose at least one template.")},
    )
    commit = forms.CharField(
        required=False, max_length=64, widget=forms.TextInput(attrs={"placeholder": "41be07c2"})
    )
    artifact_digest = forms.CharField(
        label=gettext_lazy("Image or artifact digest"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "sha256:"}),
    )

    carry = forms.BooleanField(
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Only where the reason to believe an answer still holds: it is valid, its probe passes "
            "or its evidence is there, and the template asks the same. They are marked."
        ),
    )
    sample = forms.IntegerField(
        label=gettext_lazy("Ask a sample of them again, percent"),
        required=False,
        min_value=0,
        max_value=100,
        initial=0,
        help_text=gettext_lazy("Drawn at random and left open."),
    )

    def __init__(self, *args: Any, source: Release | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        if source is None:
            del self.fields["carry"], self.fields["sample"]
        else:
            said = _("Carry answers over from %(version)s") % {"version": source.version}
            self.fields["carry"].label = said
        self.fields["templates"].queryset = checklists()  # type: ignore[attr-defined]

    def clean_templates(self) -> list[Template]:
        """The templates in the order of the list."""
        return list(self.cleaned_data["templates"])

    def clean(self) -> dict[str, Any]:
        """The release to carry from instead of the tick in its box."""
        values = super().clean() or {}
        carries = values.pop("carry", False)
        values["carry_from"] = self.source if carries else None
        values["sample"] = values.get("sample") or 0
        return values

    def refuse(self, refused: Refused) -> None:
        """At the field that cures it, where there is one."""
        if refused.code in _CURED_AT:
            self.add_error(_CURED_AT[refused.code], refused.message)
        else:
            super().refuse(refused)
