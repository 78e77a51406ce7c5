"""Items as their tables hold them, with all that hangs on them: three queries for any number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import (
    F,
    OuterRef,
    QuerySet,
    Subquery,
)

from checklists.audit.table_additions import Added, call_rows, rows_of_items, sorted_out
from checklists.models import (
    Item,
    Probe,
    ProbeSpan,
    Release,
)
from checklists.state import (
    Answer,
    CallState,
    ItemState,
    Observed,
    ProbeState,
    Requirement,
    Stage,
    Verdict,
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
    "justification_required",
    "evidence_kind",
    "valid_for",
    "added_by__pid",
    "own_title__commitment",
    "carried_from_id",
    "carried_reason",
)


def items_from_tables(
    release: Release,
) -> tuple[tuple[ItemState, ...], dict[int, Observed], tuple[CallState, ...]]:
    """The items of a release, in order, what their probes observed last (by probe id), and what
    the roles said in the meeting, which is read with what hangs on the items.
    """
    of_items = {"item__release": release}
    probes, observed = _probes(of_items)
    rows = rows_of_items(of_items).union(call_rows(release), all=True)
    additions, calls = sorted_out(rows)
    return tuple(_items({"release": release}, probes, additions)), observed, tuple(calls)


def item_from_tables(item_id: int) -> tuple[ItemState, dict[int, Observed]]:
    """One item that is there, and what its probe observed last."""
    of_item = {"item": item_id}
    probes, observed = _probes(of_item)
    additions, _ = sorted_out(rows_of_items(of_item))
    return next(iter(_items({"pk": item_id}, probes, additions))), observed


def items_in(
    wanted: QuerySet[Item],
) -> tuple[dict[int, list[ItemState]], dict[int, Observed]]:
    """Those items of any releases, by release and in order, and what their probes observed last:
    four queries for any number. Titles of one-off items stay behind their commitments.
    """
    of_items = {"item__in": wanted.order_by()}
    probes, observed = _probes(of_items)
    additions, _ = sorted_out(rows_of_items(of_items))
    releases = dict(wanted.order_by().values_list("pk", "release_id"))
    found: dict[int, list[ItemState]] = {}
    for item in _items({"pk__in": wanted.order_by()}, probes, additions):
        if item.id in releases:
            found.setdefault(releases[item.id], []).append(item)
    return found, observed


def observed_last(release: Release) -> dict[int, Observed]:
    """What the probes of a release observed last, each in its present spec, by probe id."""
    return _probes({"item__release": release})[1]


def _items(
    lookup: Lookup, probes: dict[int, ProbeState], additions: dict[int, Added]
) -> Iterable[ItemState]:
    nothing = Added()
    rows: Iterable[tuple[Any, ...]] = (
        Item.objects.filter(**lookup, removed_at=None)
        .order_by("checklist__position", "position", "pk")
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
