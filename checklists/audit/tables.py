"""The release as its tables hold it: the other half of verifying.

Five queries, whatever the size of the checklist. People appear by pid, free text by commitment,
so that the value can be compared with what the log replays to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, OuterRef, Subquery, Value

from checklists.models import (
    Checklist,
    Comment,
    Evidence,
    Item,
    Probe,
    ProbeSpan,
    Release,
    Signoff,
    Waiver,
)
from checklists.planned import combined_rules
from checklists.state import (
    Answer,
    ChecklistState,
    CommentState,
    EvidenceState,
    ItemState,
    Meaning,
    Observed,
    ProbeState,
    ReleaseState,
    ReleaseStatus,
    Requirement,
    SignoffState,
    Stage,
    Verdict,
    WaiverState,
    WaiverStatus,
)

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
    "version",
    "decided_seq",
)


def from_models(release: Release) -> tuple[ReleaseState, dict[int, Observed]]:
    """The state in the tables, and what its probes observed last (by probe id).

    `release` is as fresh as the caller read it; its chain's head is taken as the state's seq.
    """
    checklists = list(Checklist.objects.filter(release=release).select_related("template_version"))
    probes, observed = _probes(release)
    additions = _additions(release)
    return (
        ReleaseState(
            id=release.pk,
            project=release.project_id,
            version=release.version,
            environment=release.environment,
            status=ReleaseStatus(release.status),
            target_at=release.target_at,
            commit=release.commit,
            artifact_digest=release.artifact_digest,
            opened_by=release.opened_by.pid,
            opened_at=release.opened_at,
            deployed_at=release.deployed_at,
            seq=release.chain.head_seq,
            checklists=tuple(
                ChecklistState(c.pk, c.key, c.position, c.template_version.digest)
                for c in checklists
            ),
            rules=combined_rules((c.key, c.template_version.tree) for c in checklists),
            items=tuple(_items(release, probes, additions)),
            signoffs=tuple(_signoffs(release)),
        ),
        observed,
    )


class _Added:
    """What hangs on one item."""

    def __init__(self) -> None:
        self.evidence: list[EvidenceState] = []
        self.comments: list[CommentState] = []
        self.waivers: list[WaiverState] = []


def _items(
    release: Release, probes: dict[int, ProbeState], additions: dict[int, _Added]
) -> Iterable[ItemState]:
    nothing = _Added()
    rows = (
        Item.objects.filter(release=release)
        .order_by("checklist__position", "position")
        .values_list(*_ITEM_COLUMNS)
    )
    for row in rows:
        fixed, (stage, requirement, na_allowed, evidence_required, answer, *said) = row[:9], row[9:]
        added = additions.get(row[0], nothing)
        yield ItemState(
            *fixed,
            Stage(stage),
            Requirement(requirement),
            na_allowed,
            evidence_required,
            Answer(answer),
            *said,
            evidence=tuple(added.evidence),
            comments=tuple(added.comments),
            waivers=tuple(added.waivers),
            probe=probes.get(row[0]),
        )


def _additions(release: Release) -> dict[int, _Added]:
    """Waivers, evidence and comments of all items, in one query."""
    no_text = Value(None, output_field=CharField())
    no_time = Value(None, output_field=DateTimeField())
    waivers = (
        Waiver.objects.order_by()
        .filter(item__release=release)
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
        .filter(item__release=release)
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
        .filter(item__release=release)
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


def observed_last(release: Release) -> dict[int, Observed]:
    """What the probes of a release observed last, each in its present spec, by probe id."""
    return _probes(release)[1]


def _probes(release: Release) -> tuple[dict[int, ProbeState], dict[int, Observed]]:
    """The attached probes by item, and by probe what each observed last in its present spec."""
    newest = ProbeSpan.objects.filter(
        probe=OuterRef("pk"), spec_digest=OuterRef("spec_digest")
    ).order_by("-last_at")
    rows = (
        Probe.objects.attached()
        .filter(item__release=release)
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


def _signoffs(release: Release) -> Iterable[SignoffState]:
    rows = Signoff.objects.filter(release=release).select_related("person", "note", "printed_name")
    for row in rows.order_by("pk"):
        yield SignoffState(
            id=row.pk,
            role=row.role,
            person=row.person.pid,
            meaning=Meaning(row.meaning),
            digests=tuple(sorted(row.digests.items())),
            rule_digest=row.rule_digest,
            was_holder=row.was_holder,
            signed_at=row.signed_at,
            seq=row.seq,
            note=row.note.commitment if row.note else None,
            printed_name=row.printed_name.commitment if row.printed_name else "",
            withdrawn_at=row.withdrawn_at,
        )
