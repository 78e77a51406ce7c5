"""What hangs on items, and what roles said in the meeting, as the tables hold it: one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, DateTimeField, QuerySet, Value

from checklists.models import Comment, Evidence, Release, RoleCall, Waiver
from checklists.state import (
    Call,
    CallState,
    CommentState,
    EvidenceState,
    WaiverState,
    WaiverStatus,
)

Lookup = Mapping[str, Any]

_NO_TEXT = Value(None, output_field=CharField())
_NO_TIME = Value(None, output_field=DateTimeField())
_NO_NUMBER = Value(None, output_field=BigIntegerField())


class Added:
    """What hangs on one item."""

    def __init__(self) -> None:
        self.evidence: list[EvidenceState] = []
        self.comments: list[CommentState] = []
        self.waivers: list[WaiverState] = []


def rows_of_items(lookup: Lookup) -> QuerySet[Any, tuple[Any, ...]]:
    """Waivers, evidence and comments of items, in one query with the same columns."""
    waivers = (
        Waiver.objects.order_by()
        .filter(**lookup)
        .values_list(
            Value("waiver", output_field=CharField()),
            "pk",
            "item_id",
            "status",
            "reason__commitment",
            "expires_at",
            "requested_at",
            "decided_at",
            "requested_by__pid",
            "decided_by__pid",
            "decision_reason__commitment",
            _NO_TEXT,
            _NO_TEXT,
            _NO_NUMBER,
            _NO_NUMBER,
        )
    )
    evidence = (
        Evidence.objects.order_by()
        .filter(**lookup)
        .values_list(
            Value("evidence", output_field=CharField()),
            "pk",
            "item_id",
            "kind",
            "digest",
            "observed_at",
            "attached_at",
            "withdrawn_at",
            "attached_by__pid",
            "content__commitment",
            _NO_TEXT,
            "sha256",
            "media_type",
            "size",
            "replaces_id",
        )
    )
    comments = (
        Comment.objects.order_by()
        .filter(**lookup)
        .values_list(
            Value("comment", output_field=CharField()),
            "pk",
            "item_id",
            _NO_TEXT,
            "body__commitment",
            "written_at",
            _NO_TIME,
            _NO_TIME,
            "author__pid",
            _NO_TEXT,
            _NO_TEXT,
            _NO_TEXT,
            _NO_TEXT,
            _NO_NUMBER,
            _NO_NUMBER,
        )
    )
    return waivers.union(evidence, comments, all=True)


def call_rows(release: Release) -> QuerySet[Any, tuple[Any, ...]]:
    """What the roles said in the meeting, in the columns of `rows_of_items`."""
    return (
        RoleCall.objects.order_by()
        .filter(release=release)
        .values_list(
            Value("call", output_field=CharField()),
            "pk",
            _NO_NUMBER,
            "says",
            "words__commitment",
            "called_at",
            _NO_TIME,
            _NO_TIME,
            "person__pid",
            "role",
            _NO_TEXT,
            _NO_TEXT,
            _NO_TEXT,
            "seq",
            _NO_NUMBER,
        )
    )


def sorted_out(rows: Iterable[tuple[Any, ...]]) -> tuple[dict[int, Added], list[CallState]]:
    """What hangs on each item, by its id, and the calls; each in the order they were made."""
    found: dict[int, Added] = defaultdict(Added)
    calls: list[CallState] = []
    for row in sorted(rows, key=lambda row: row[1]):
        if row[0] == "call":
            _, pk, _, says, words, at, _, _, person, role, _, _, _, seq, _ = row
            calls.append(CallState(pk, role, person, Call(says), words, at, seq))
        else:
            _add(found[row[2]], *row[:2], *row[3:])
    return found, calls


def _add(
    added: Added,
    table: str,
    pk: int,
    word: Any,
    text: Any,
    first: datetime,
    second: Any,
    third: Any,
    person: str,
    other: str | None,
    last: str | None,
    *file: Any,
) -> None:
    if table == "waiver":
        added.waivers.append(
            WaiverState(pk, WaiverStatus(word), text, first, person, second, other, third, last)
        )
    elif table == "evidence":
        # The digest is the commitment of the content: a row that points elsewhere is no evidence.
        digest = text if text == other else f"{text} but content {other}"
        sha256, media_type, size, replaces = file
        added.evidence.append(
            EvidenceState(
                pk, word, digest, first, second, person, sha256, size, media_type, replaces, third
            )
        )
    else:
        added.comments.append(CommentState(pk, text, person, first))
