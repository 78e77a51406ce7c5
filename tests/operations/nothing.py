"""What "changed nothing" means: every row of every table of ours is as it was, the log too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps

from checklists.models import AuditEvent


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables of the product."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("checklists").get_models()
    }


@contextmanager
def changes_nothing(error: type[Exception]) -> Iterator[pytest.ExceptionInfo[Any]]:
    """The block raises the error, and afterwards every row is as it was."""
    before = everything()
    with pytest.raises(error) as caught:
        yield caught
    assert everything() == before


def new_events(after: int = 0) -> list[str]:
    """The actions of the installation's events after a seq, oldest first."""
    found = AuditEvent.objects.filter(chain__key="installation", seq__gt=after).order_by("seq")
    return list(found.values_list("action", flat=True))
