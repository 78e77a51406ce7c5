"""The settings of one part of a draft: of an item, of a heading, or of the checklist itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.errors import Refused
from checklists.formats.tree import (
    CLOSE,
    DEPLOY,
    GUIDANCE_MAX,
    MAY,
    MUST,
    ROLE_MAX,
    SHOULD,
    TITLE_MAX,
    ChecklistTree,
    Group,
    Item,
    Section,
)
from checklists.forms.operation import OperationForm
from checklists.operations.template_guards import NAME_LIMIT


def _prose(rows: int) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "class": "area", "data-preview": True})
    return forms.CharField(
        label=_("Guidance"), required=False, max_length=GUIDANCE_MAX, strip=False, widget=area
    )


class PartForm(OperationForm):
    """The settings of a part. What is refused by its place in the tree stands at its field."""

    do = ""
    """The action that the form posts."""

    def refuse(self, refused: Refused) -> None:
        path = str(refused.details.get("field", ""))
        field = path.rpartition(".")[2]
        words = refused.message.removeprefix(f"{path} ") if "." in path else refused.message
        said = words[:1].upper() + words[1:]
        self.add_error(field if field in self.fields else None, said)


class ItemForm(PartForm):
    """Everything that an item says but its key and its place."""

    do = "item"
    title = forms.CharField(label=_("Title"), max_length=TITLE_MAX)
    guidance = _prose(5)
    requirement = forms.ChoiceField(
        label=_("Requirement"),
        choices=[
            (MUST, _("Must: open, it blocks")),
            (SHOULD, _("Should: open, it warns")),
            (MAY, _("May: it never blocks")),
        ],
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[(DEPLOY, _("Before deployment")), (CLOSE, _("After go-live"))],
    )
    na_allowed = forms.BooleanField(label=_("May be not applicable"), required=False)
    condition = forms.ChoiceField(
        label=_("Said beside the title"),
        required=False,
        choices=[
            ("", _("Nothing")),
            ("if needed", _("if needed")),
            ("if applicable", _("if applicable")),
        ],
    )
    justification_required = forms.BooleanField(label=_("A tick needs words, too"), required=False)
    evidence_required = forms.BooleanField(label=_("Evidence required"), required=False)
    evidence_kind = forms.ChoiceField(
        label=_("Kind of evidence"),
        required=False,
        choices=[
            ("", _("Any")),
            ("file", _("A file")),
            ("link", _("A link")),
            ("text", _("A text")),
        ],
    )
    owner_role = forms.CharField(
        label=_("Role that gets it"),
        required=False,
        max_length=ROLE_MAX,
        widget=forms.TextInput(attrs={"list": "owner-roles", "autocomplete": "off"}),
    )
    due = forms.CharField(
        label=_("Due"),
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"placeholder": "T-2d", "autocomplete": "off"}),
        help_text=_("From the target: T-2d, T-4h, T+1w."),
    )
    valid_for = forms.CharField(
        label=_("Valid for"),
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"placeholder": "90d", "autocomplete": "off"}),
        help_text=_("12h, 90d, 26w; empty is for ever."),
    )


class HeadingForm(PartForm):
    """The words of a section or group."""

    do = "heading"
    title = forms.CharField(label=_("Title"), required=False, max_length=TITLE_MAX)
    guidance = _prose(5)


class ChecklistForm(PartForm):
    """The words of the checklist itself."""

    do = "checklist"
    title = forms.CharField(label=_("Title"), required=False, max_length=TITLE_MAX)
    intro = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=GUIDANCE_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "area", "data-preview": True}),
    )


class NewTemplateForm(OperationForm):
    """A new checklist: its name, and the first item, without which there is none."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    section = forms.CharField(
        label=_("First section"), max_length=TITLE_MAX, initial=_("Before the deployment")
    )
    item = forms.CharField(
        label=_("First item"),
        max_length=TITLE_MAX,
        help_text=_("What must be true, in a sentence: “The backup of last night restores”."),
    )


class DuplicateForm(OperationForm):
    """A copy of a template under another name."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


FORMS: dict[str, type[PartForm]] = {
    form.do: form for form in (ItemForm, HeadingForm, ChecklistForm)
}
"""The forms of parts by the action that they post."""


def part_form(part: Section | Group | Item | ChecklistTree, data: Any = None) -> PartForm:
    """The form of a part, as it is or as it was posted."""
    kind: type[PartForm] = ChecklistForm
    if isinstance(part, Item):
        kind = ItemForm
    elif isinstance(part, Section | Group):
        kind = HeadingForm
    initial = {name: getattr(part, name) for name in kind.base_fields}
    form = kind(data, initial=initial, auto_id="part_%s")
    if isinstance(part, Section | Group):
        form.fields["title"].required = bool(part.title)
    return form
