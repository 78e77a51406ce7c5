"""Forms of projects, people and tokens. They read what was typed; operations judge it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.forms.operation import OperationForm
from checklists.models import Role
from checklists.operations.people import NAME_LIMIT
from checklists.permissions import SCOPES


class NameForm(OperationForm):
    """What something, or oneself, is called."""

    name = forms.CharField(max_length=NAME_LIMIT)


class ProjectForm(OperationForm):
    """A new project."""

    name = forms.CharField(max_length=NAME_LIMIT)
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=64,
        help_text=gettext_lazy("Part of its address, for ever: small letters, digits and hyphens."),
    )


class InviteForm(OperationForm):
    """An address, and the role it gets."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.CONTRIBUTOR)


class InviteToProjectForm(InviteForm):
    """The same from outside a project."""

    def __init__(self, *args: Any, projects: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"] = forms.ChoiceField(choices=list(projects))


class SignoffRoleForm(OperationForm):
    """A new sign-off role."""

    name = forms.CharField(max_length=NAME_LIMIT)
    slug = forms.CharField(
        label=gettext_lazy("Name in rules"),
        required=False,
        max_length=64,
        help_text=gettext_lazy(
            "How templates ask for it, like site-reliability. Empty: made from the name."
        ),
    )


class TokenForm(OperationForm):
    """A new token: its name, what it may, and for how long."""

    name = forms.CharField(
        max_length=80, help_text=gettext_lazy("Where it will be used, like “deploy pipeline”.")
    )
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Ends after"),
        coerce=int,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (180, gettext_lazy("180 days")),
            (365, gettext_lazy("a year")),
        ],
        initial=90,
    )

    def __init__(self, *args: Any, scopes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (scope, SCOPES[scope]) for scope in scopes
        ]


class JoinForm(OperationForm):
    """A new account."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        strip=False,
        max_length=1000,
        help_text=gettext_lazy("At least 12 characters; a sentence is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords must be one."""
        values = super().clean() or {}
        if values.get("password") != values.pop("again", None) and "password" in values:
            self.add_error("again", _("The two passwords differ."))
        return values
