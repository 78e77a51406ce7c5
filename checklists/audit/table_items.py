"""Items as their tables hold them, with all that hangs on them: three queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, OuterRef, Subquery, Value

from checklists.models import Comment, Evidence, Item, Probe, ProbeSpan, Release, Waiver
from checklists.state import (
    Answer,
    CommentState,
    EvidenceState,
    ItemState,
    Observed,
    ProbeState,
    Requirement,
    Stage,
    Verdict,
    WaiverState,
    WaiverStatus,
)

Lookup = Mapping[str, Any]

_ITEM_COLUMNS = (
    "pk",
    "checklist__key",
    "position",
    "key",
    "number",
    "title",
    "section",
    "group",
    "condition",
    "stage",
    "requirement",
    "na_allowed",
    "evidence_required",
    "answer",
    "answered_by__pid",
    "answered_at",
    "reason__commitment",
    "started_at",
    "assignee__pid",
    "assignee_role__slug",
    "due_at",
    "due_offset",
    "version",
    "decided_seq",
)


def items_from_tables(release: Release) -> tuple[tuple[ItemState, ...], dict[int, Observed]]:
    """The items of a release, in order, and what their probes observed last (by probe id)."""
    return _read({"release": release}, {"item__release": release})


def item_from_tables(item_id: int) -> tuple[ItemState, dict[int, Observed]]:
    """One item that is there, and what its probe observed last."""
    items, observed = _read({"pk": item_id}, {"item": item_id})
    return items[0], observed


def observed_last(release: Release) -> dict[int, Observed]:
    """What the probes of a release observed last, each in its present spec, by probe id."""
    return _probes({"item__release": release})[1]


def _read(items: Lookup, of_items: Lookup) -> tuple[tuple[ItemState, ...], dict[int, Observed]]:
    probes, observed = _probes(of_items)
    return tuple(_items(items, probes, _additions(of_items))), observed


class _Added:
    """What hangs on one item."""

    def __init__(self) -> None:
        self.evidence: list[EvidenceState] = []
        self.comments: list[CommentState] = []
        self.waivers: list[WaiverState] = []


def _items(
    lookup: Lookup, probes: dict[int, ProbeState], additions: dict[int, _Added]
) -> Iterable[ItemState]:
    nothing = _Added()
    rows: Iterable[tuple[Any, ...]] = (
        Item.objects.filter(**lookup)
        .order_by("checklist__position", "position")
        .values_list(*_ITEM_COLUMNS)
    )
    for row in rows:
        fixed, (stage, requirement, na_allowed, evidence_required, answer, *said) = row[:9], row[9:]
        added = additions.get(row[0], nothing)
        fields: list[Any] = [
            *fixed,
            Stage(stage),
            Requirement(requirement),
            na_allowed,
            evidence_required,
            Answer(answer),
            *said,
            tuple(added.evidence),
            tuple(added.comments),
            tuple(added.waivers),
            probes.get(row[0]),
        ]
        yield ItemState(*fields)


def _additions(lookup: Lookup) -> dict[int, _Added]:
    """Waivers, evidence and comments of all items, in one query."""
    no_text = Value(None, output_field=CharField())
    no_time = Value(None, output_field=DateTimeField())
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
            no_time,
            "attached_by__pid",
            "content__commitment",
            no_text,
        )
    )
    comments = (
        Comment.objects.order_by()
        .filter(**lookup)
        .values_list(
            Value("comment", output_field=CharField()),
            "pk",
            "item_id",
            no_text,
            "body__commitment",
            "written_at",
            no_time,
            no_time,
            "author__pid",
            no_text,
            no_text,
        )
    )
    found: dict[int, _Added] = defaultdict(_Added)
    for row in sorted(waivers.union(evidence, comments, all=True), key=lambda row: row[1]):
        _add(found[row[2]], *row[:2], *row[3:])
    return found


def _add(
    added: _Added,
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
) -> None:
    if table == "waiver":
        added.waivers.append(
            WaiverState(pk, WaiverStatus(word), text, first, person, second, other, third, last)
        )
    elif table == "evidence":
        # The digest is the commitment of the content: a row that points elsewhere is no evidence.
        digest = text if text == other else f"{text} but content {other}"
        added.evidence.append(EvidenceState(pk, word, digest, first, second, person))
    else:
        added.comments.append(CommentState(pk, text, person, first))


def _probes(lookup: Lookup) -> tuple[dict[int, ProbeState], dict[int, Observed]]:
    """The attached probes by item, and by probe what each observed last in its present spec."""
    newest = ProbeSpan.objects.filter(
        probe=OuterRef("pk"), spec_digest=OuterRef("spec_digest")
    ).order_by("-last_at")
    rows = (
        Probe.objects.attached()
        .filter(**lookup)
        .annotate(last_at=Subquery(newest.values("last_at")[:1]), spec=F("spec_digest"))
        .values_list(
            "item_id",
            "pk",
            "kind",
            "spec",
            "interval_s",
            "attached_at",
            "confirmed",
            "confirmed_at",
            "last_at",
        )
    )
    probes: dict[int, ProbeState] = {}
    observed: dict[int, Observed] = {}
    for item, pk, kind, spec, interval, attached_at, confirmed, confirmed_at, last_at in rows:
        verdict = Verdict(confirmed) if confirmed else None
        probes[item] = ProbeState(pk, kind, spec, interval, attached_at, verdict, confirmed_at)
        if last_at is not None:
            observed[pk] = Observed(spec, last_at)
    return probes, observed
