"""Bringing in a template: its checklist, the template it is for, and its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.forms.sources import SourceForm
from checklists.models import Template
from checklists.operations.template_guards import NAME_LIMIT


class ImportForm(SourceForm):
    """A checklist to keep as a template."""

    slug = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    name = forms.CharField(
        required=False,
        max_length=NAME_LIMIT,
        help_text=gettext_lazy("Of a new template. Left empty, it is the title of the checklist."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(template.slug, template.name) for template in Template.objects.all()]
        self.fields["slug"].choices = [("", _("A new template")), *known]  # type: ignore[attr-defined]
