"""Pages of a list: ``{"items", "next"}``, where `next` is the cursor to ask the next page with."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query

from checklists.errors import Invalid

LARGEST = 200
Limit = Annotated[int, Query(ge=1, le=LARGEST)]
Cursor = Annotated[
    str | None, Query(description="The `next` of the page before.", pattern=r"^[0-9]{1,18}$")
]


def bad_cursor() -> Invalid:
    """The refusal for a cursor that no page of this list gave."""
    return Invalid(
        _("This cursor is none of this list. Start again without one."),
        code="bad_cursor",
        field="cursor",
    )
