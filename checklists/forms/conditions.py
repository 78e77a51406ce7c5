"""A probe's conditions as rows of a form: typed as text, whatever the fact is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from checklists.models import Probe
from checklists.probes.facts import FactType, Level, Op, type_of

SPARE_ROWS = 3
MOST_ROWS = 20
OP_WORDS = {
    Op.EQ: gettext_lazy("is"),
    Op.NE: gettext_lazy("is not"),
    Op.LT: gettext_lazy("is below"),
    Op.LTE: gettext_lazy("is at most"),
    Op.GT: gettext_lazy("is above"),
    Op.GTE: gettext_lazy("is at least"),
    Op.IN: gettext_lazy("is one of"),
    Op.CONTAINS: gettext_lazy("contains"),
    Op.GLOB: gettext_lazy("matches the pattern"),
    Op.EXISTS: gettext_lazy("is present"),
    Op.AGE_LT: gettext_lazy("is younger than (seconds)"),
}
OPS = [(str(op), word) for op, word in OP_WORDS.items()]


class ConditionForm(forms.Form):
    """One condition. A row without a fact is no condition."""

    fact = forms.CharField(required=False, max_length=150)
    op = forms.ChoiceField(required=False, choices=OPS)
    value = forms.CharField(required=False, max_length=4000, empty_value="")
    level = forms.ChoiceField(
        required=False,
        choices=[
            (str(Level.FAIL), gettext_lazy("Fails")),
            (str(Level.WARN), gettext_lazy("Warns")),
        ],
    )
    label = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].widget.attrs["list"] = "facts"

    def condition(self, facts: Mapping[str, FactType]) -> dict[str, Any] | None:
        """The condition as the operation takes it; None for an empty row."""
        fact = self.cleaned_data["fact"].strip()
        if not fact:
            return None
        op = self.cleaned_data["op"] or str(Op.EQ)
        return {
            "fact": fact,
            "op": op,
            "value": typed_value(self.cleaned_data["value"], op, type_of(fact, facts)),
            "level": self.cleaned_data["level"] or str(Level.FAIL),
            "label": self.cleaned_data["label"].strip(),
        }


def typed_value(text: str, op: str, kind: FactType | None) -> Any:
    """What was typed, as the fact's type has it; as text where it fits no other."""
    text = text.strip()
    if op == Op.EXISTS:
        return text.casefold() not in ("no", "false", "0")
    if op == Op.IN:
        return [typed_value(part, str(Op.EQ), kind) for part in text.split(",") if part.strip()]
    if kind == FactType.BOOL:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    if kind == FactType.NUMBER or op == Op.AGE_LT:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def condition_rows(data: QueryDict | None, probe: Probe | None) -> list[ConditionForm]:
    """The conditions posted; otherwise those of the probe and a few empty rows."""
    if data is not None:
        at = 0
        rows = []
        while f"c{at}-fact" in data and at < MOST_ROWS:
            rows.append(ConditionForm(data, prefix=f"c{at}"))
            at += 1
        return rows
    known = [
        {**one, "value": _typed_back(one["value"])} for one in (probe.conditions if probe else [])
    ]
    rows = [ConditionForm(initial=one, prefix=f"c{at}") for at, one in enumerate(known)]
    spare = min(SPARE_ROWS, MOST_ROWS - len(rows))
    return rows + [ConditionForm(prefix=f"c{len(rows) + at}") for at in range(spare)]


def _typed_back(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
