"""Where two states differ: table, row and field. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from checklists.state import (
    CallState,
    ChecklistState,
    CommentState,
    EvidenceState,
    ItemState,
    ProbeState,
    ReleaseState,
    SignoffState,
    WaiverState,
)

TABLES: dict[type, str] = {
    ReleaseState: "release",
    ChecklistState: "checklist",
    ItemState: "item",
    EvidenceState: "evidence",
    CommentState: "comment",
    WaiverState: "waiver",
    ProbeState: "probe",
    SignoffState: "signoff",
    CallState: "rolecall",
}


COLUMNS: dict[tuple[str, str], str] = {
    ("release", "project"): "project_id",
    ("release", "opened_by"): "opened_by_id",
    ("checklist", "template_digest"): "template_version_id",
    ("item", "added_by"): "added_by_id",
    ("item", "answered_by"): "answered_by_id",
    ("item", "assignee"): "assignee_id",
    ("item", "assignee_role"): "assignee_role_id",
    ("item", "carried_from"): "carried_from_id",
    ("item", "checklist"): "checklist_id",
    ("item", "own_title"): "own_title_id",
    ("item", "reason"): "reason_id",
    ("evidence", "digest"): "digest, content_id",
    ("evidence", "attached_by"): "attached_by_id",
    ("evidence", "replaces"): "replaces_id",
    ("comment", "author"): "author_id",
    ("comment", "body"): "body_id",
    ("waiver", "decided_by"): "decided_by_id",
    ("waiver", "decision_reason"): "decision_reason_id",
    ("waiver", "reason"): "reason_id",
    ("waiver", "requested_by"): "requested_by_id",
    ("signoff", "note"): "note_id",
    ("signoff", "person"): "person_id",
    ("signoff", "printed_name"): "printed_name_id",
    ("rolecall", "person"): "person_id",
    ("rolecall", "words"): "words_id",
}
"""The column behind a field of the state, where its name is another: rows point, states tell."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the tables do not hold what the log says."""

    table: str
    row: int | str
    field: str
    logged: str
    found: str

    def __str__(self) -> str:
        return (
            f"{self.table} {self.row}, {self.field}: "
            f"the log says {self.logged}, the table says {self.found}"
        )


def differences(logged: Any, found: Any) -> Iterator[Difference]:
    """Each field in which two values of the same state type differ, down to the rows in them."""
    table = TABLES[type(logged)]
    for field in fields(logged):
        said, there = getattr(logged, field.name), getattr(found, field.name)
        if said == there:
            continue
        if _are_rows(said) or _are_rows(there):
            yield from _row_differences(said, there)
        elif type(said) in TABLES or type(there) in TABLES:
            yield from _row_differences(_as_rows(said), _as_rows(there))
        else:
            column = COLUMNS.get((table, field.name), field.name)
            yield Difference(table, logged.id, column, _short(said), _short(there))


def _are_rows(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and type(value[0]) in TABLES


def _as_rows(value: Any) -> tuple[Any, ...]:
    return () if value is None else (value,)


def _row_differences(logged: tuple[Any, ...], found: tuple[Any, ...]) -> Iterator[Difference]:
    said, there = {row.id: row for row in logged}, {row.id: row for row in found}
    any_row = (logged or found)[0]
    table = TABLES[type(any_row)]
    for pk in said.keys() | there.keys():
        if pk not in there:
            yield Difference(table, pk, "row", "it exists", "it is missing")
        elif pk not in said:
            yield Difference(table, pk, "row", "nothing", "a row")
        elif said[pk] != there[pk]:
            yield from differences(said[pk], there[pk])
    if said == there:
        yield Difference(table, "all", "order", "another order", "this order")


def _short(value: Any) -> str:
    """The value as an auditor reads it."""
    match value:
        case None:
            text = "nothing"
        case datetime():
            text = value.isoformat()  # also of a year that no event could hold
        case str():
            text = value
        case _:
            text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
