"""What every form here is: one operation's values. The form reads them, the operation judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from checklists.errors import Conflict, Invalid, Refused


class OperationForm(forms.Form):
    """A form for one operation. What the operation finds wrong stands beside its field."""

    result: Any = None

    def carry_out(self, operation: Callable[..., object]) -> bool:
        """Call the operation with the clean values by name; False if the form must be shown again.

        `result` is what it returned. Refusals that no other value could cure are not caught.
        """
        if not self.is_valid():
            return False
        try:
            self.result = operation(**self.cleaned_data)
        except (Invalid, Conflict) as refused:
            self.refuse(refused)
            return False
        return True

    def refuse(self, refused: Refused) -> None:
        """Say the refusal's sentence, at its field if the form has it."""
        field = refused.details.get("field")
        self.add_error(field if field in self.fields else None, refused.message)
