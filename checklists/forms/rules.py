"""Sign-off rules as rows of a form: which role, how many, for which stage, over which sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from checklists.formats.tree import CLOSE, COUNT_MAX, DEPLOY, ROLE_MAX, ChecklistTree, SignoffRule

SPARE_ROWS = 2
MOST_ROWS = 20


class RuleForm(forms.Form):
    """One rule. A row without a role is no rule; no section chosen means all of the stage."""

    role = forms.CharField(
        required=False, max_length=ROLE_MAX, widget=forms.TextInput(attrs={"list": "roles"})
    )
    count = forms.IntegerField(
        label=gettext_lazy("Signatures"),
        required=False,
        min_value=1,
        max_value=COUNT_MAX,
        initial=1,
    )
    stage = forms.ChoiceField(
        required=False,
        choices=[(DEPLOY, gettext_lazy("To deploy")), (CLOSE, gettext_lazy("To close"))],
    )
    sections = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, tree: ChecklistTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = [  # type: ignore[attr-defined]
            (section.key, section.title or tree.title) for section in tree.sections
        ]

    @property
    def chosen(self) -> int:
        """How many sections are ticked."""
        return len(self["sections"].value() or ())

    def rule(self) -> SignoffRule | None:
        """The rule; None for an empty row."""
        role = self.cleaned_data["role"].strip()
        if not role:
            return None
        return SignoffRule(
            role=role,
            count=self.cleaned_data["count"] or 1,
            sections=tuple(self.cleaned_data["sections"]),
            stage=self.cleaned_data["stage"] or DEPLOY,
        )


def rule_rows(tree: ChecklistTree, data: QueryDict | None = None) -> list[RuleForm]:
    """The rules posted; otherwise those of the checklist and a few empty rows."""
    if data is not None:
        count = next((at for at in range(MOST_ROWS) if f"r{at}-role" not in data), MOST_ROWS)
        return [RuleForm(data, prefix=f"r{at}", tree=tree) for at in range(count)]
    rows = [
        RuleForm(
            prefix=f"r{at}",
            tree=tree,
            initial={
                "role": rule.role,
                "count": rule.count,
                "stage": rule.stage,
                "sections": list(rule.sections),
            },
        )
        for at, rule in enumerate(tree.rules)
    ]
    spare = max(min(SPARE_ROWS, MOST_ROWS - len(rows)), 0)
    return rows + [RuleForm(prefix=f"r{len(rows) + at}", tree=tree) for at in range(spare)]


def rules_of(rows: Sequence[RuleForm]) -> tuple[SignoffRule, ...] | None:
    """The rules in the rows; None if a row is filled in as no rule can be."""
    valid = [row.is_valid() for row in rows]
    if not all(valid):
        return None
    return tuple(rule for row in rows if (rule := row.rule()))
