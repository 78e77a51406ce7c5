"""The release as its tables hold it: the other half of verifying.

Five queries, whatever the size of the checklist. People appear by pid, free text by commitment,
so that the value can be compared with what the log replays to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from checklists.audit.replay import merged_tree
from checklists.audit.table_items import items_from_tables
from checklists.errors import Invalid
from checklists.formats.content import known_content
from checklists.formats.tree import ChecklistTree
from checklists.models import Checklist, Release, Signoff
from checklists.planned import combined_rules
from checklists.state import (
    ChecklistState,
    Meaning,
    Observed,
    ReleaseState,
    ReleaseStatus,
    Rule,
    SignoffState,
)


def from_models(release: Release) -> tuple[ReleaseState, dict[int, Observed]]:
    """The state in the tables, and what its probes observed last (by probe id).

    `release` is as fresh as the caller read it; its chain's head is taken as the state's seq.
    """
    checklists, contents = pinned_checklists(release)
    items, observed, calls = items_from_tables(release)
    return (
        replace(
            shell_of(release),
            checklists=checklists,
            rules=_rules(checklists, contents),
            items=items,
            signoffs=tuple(signoff_states([release]).get(release.pk, ())),
            calls=calls,
        ),
        observed,
    )


def shell_of(release: Release) -> ReleaseState:
    """What the release's own row says, with nothing in it: enough to know its moments."""
    return ReleaseState(
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
        checklists=(),
        rules=(),
        items=(),
        signoffs=(),
    )


def pinned_checklists(release: Release) -> tuple[tuple[ChecklistState, ...], Mapping[str, str]]:
    """The pinned checklists with their overlays, and the contents by digest: one query."""
    rows = (
        Checklist.objects.filter(release=release)
        .order_by("position", "overlays__position")
        .values_list(
            "pk",
            "key",
            "position",
            "template_version__digest",
            "template_version__content",
            "upgraded_seq",
            "overlays__template_version__digest",
            "overlays__template_version__content",
        )
    )
    found: dict[int, ChecklistState] = {}
    contents: dict[str, str] = {}
    for pk, key, position, digest, content, seq, over, over_content in rows:
        checklist = found.setdefault(pk, ChecklistState(pk, key, position, digest, (), seq))
        contents[digest] = content
        if over is not None:
            contents[over] = over_content
            found[pk] = replace(checklist, overlays=(*checklist.overlays, over))
    return tuple(found.values()), contents


def _rules(checklists: Iterable[ChecklistState], contents: Mapping[str, str]) -> tuple[Rule, ...]:
    """What the pinned templates demand; nothing if one cannot be read, which the log will differ
    from.
    """

    def tree(digest: str) -> ChecklistTree:
        return known_content(contents[digest])

    try:
        return combined_rules((c.key, merged_tree(c.content_digests, tree)) for c in checklists)
    except Invalid:
        return ()


def signoff_states(releases: Collection[Release]) -> dict[int, list[SignoffState]]:
    """The signatures of those releases, in the order they were given: one query."""
    rows = Signoff.objects.filter(release__in=releases)
    found: dict[int, list[SignoffState]] = {}
    for row in rows.select_related("person", "note", "printed_name").order_by("pk"):
        signoff = SignoffState(
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
        found.setdefault(row.release_id, []).append(signoff)
    return found
