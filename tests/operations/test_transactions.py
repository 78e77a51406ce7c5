"""An operation is durable, joins only what `together` opened, and leaves nothing when it fails."""

from __future__ import annotations

import pytest
from django.db import transaction

from checklists.models import Disclosable
from checklists.operations.transactions import operation, together

pytestmark = pytest.mark.django_db


@operation
def note(text: str) -> None:
    Disclosable.objects.create(kind="note", value=text, salt="", commitment="")


@operation
def note_and_fail(text: str) -> None:
    note_row(text)
    raise OSError("disk full")


@operation
def note_twice(text: str) -> None:
    note(text)


def note_row(text: str) -> None:
    Disclosable.objects.create(kind="note", value=text, salt="", commitment="")


def note_and_spoil() -> None:
    note("operation")
    raise OSError("disk full")


def noted() -> list[str]:
    return list(Disclosable.objects.filter(kind="note").values_list("value", flat=True))


def test_an_operation_keeps_what_it_did():
    note("alone")
    assert noted() == ["alone"]


def test_an_operation_inside_another_transaction_is_refused():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        note("lost")
    assert noted() == []


def test_an_operation_that_calls_another_is_refused():
    with pytest.raises(RuntimeError, match="durable"):
        note_twice("lost")
    with pytest.raises(RuntimeError, match="durable"), together():
        note_twice("lost")
    assert noted() == []


def test_an_operation_and_a_row_are_kept_together():
    with together():
        note_row("row")
        note("operation")
    assert noted() == ["row", "operation"]


def test_an_operation_and_a_row_are_lost_together():
    with pytest.raises(OSError, match="disk full"), together():
        note_and_spoil()
    assert noted() == []


def test_what_an_operation_that_failed_had_done_is_lost_even_if_its_failure_is_caught():
    with together(), pytest.raises(OSError, match="disk full"):
        note_and_fail("operation")
    assert noted() == []


def test_after_together_operations_are_on_their_own_again():
    with together():
        note("first")
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        note("second")
    assert noted() == ["first"]
