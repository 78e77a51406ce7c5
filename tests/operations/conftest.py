"""What tests of operations share."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from checklists.audit import writer
from checklists.audit.format import write_time
from checklists.models import AuditEvent


@pytest.fixture
def log_fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and from then on no event can be written."""

    def fail(*_: object) -> str:
        raise OSError("disk full")

    return lambda: monkeypatch.setattr(writer, "event_hash", fail)


@pytest.fixture
def logged_images() -> Callable[[], dict[tuple[str, int], Any]]:
    """What the installation's chain says the rows are: by table and id, None for rows gone.

    An image is found equal to a row (as `values()` gives it) that holds the same in its columns.
    """
    return _images


def _images() -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    events = AuditEvent.objects.filter(chain__key="installation").order_by("seq")
    for body in events.values_list("body", flat=True):
        for image in json.loads(body).get("rows", []):
            found[image["table"], image["id"]] = _Image(image["is"]) if image["is"] else None
    return found


class _Image(dict[str, Any]):
    """The logged columns of a row."""

    def __eq__(self, row: object) -> bool:
        if not isinstance(row, dict):
            return False
        shown = {
            column: write_time(row[column]) if isinstance(row[column], datetime) else row[column]
            for column in self
        }
        return dict(self.items()) == shown

    __hash__ = None  # type: ignore[assignment]
