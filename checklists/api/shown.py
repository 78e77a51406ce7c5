"""Releases, items and the like as the JSON of answers.py, with the fewest queries.

Plain dicts: checking each field of 160 rows again, on its way out, would cost more than reading
them. Tests hold the answers against the schemas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from checklists.audit.table_items import item_from_tables
from checklists.models import Checklist, Evidence, Item, Person, Release, Waiver
from checklists.pages.people import faces_of
from checklists.state import ItemState, Observed, current_verdict, row_status


def release_link(release_id: int, fragment: str = "") -> str:
    """The address of a release's page, for people."""
    return f"{settings.SITE_URL}/releases/{release_id}/{fragment}"


def releases_as_json(releases: Sequence[Release]) -> list[dict[str, Any]]:
    """Releases read by `for_page()`, in two queries more."""
    pinned = defaultdict(list)
    rows = Checklist.objects.filter(release__in=[release.pk for release in releases]).values_list(
        "release_id", "key", "template_version__number", "template_version__digest"
    )
    for release_id, key, number, digest in rows.order_by("release_id", "position"):
        pinned[release_id].append(
            {"key": key, "template_version": number, "template_digest": digest}
        )
    return [_release(release, pinned[release.pk]) for release in releases]


def _release(release: Release, checklists: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": release.pk,
        "project": release.project.slug,
        "version": release.version,
        "environment": release.environment,
        "status": release.status,
        "target_at": release.target_at,
        "commit": release.commit,
        "artifact_digest": release.artifact_digest,
        "opened_at": release.opened_at,
        "opened_by": person_as_json(release.opened_by),
        "deployed_at": release.deployed_at,
        "checklists": checklists,
        "seq": release.chain.head_seq,
        "link": release_link(release.pk),
    }


def items_as_json(
    items: Sequence[ItemState], target_at: datetime, observed: Mapping[int, Observed]
) -> list[dict[str, Any]]:
    """Items of one release, in one query more."""
    now = timezone.now()
    go_live = max(now, target_at)
    faces = faces_of({item.assignee for item in items if item.assignee})
    names = {pid: face.name for pid, face in faces.items()}
    return [_item(item, now, go_live, observed, names) for item in items]


def item_as_json(item: Item) -> dict[str, Any]:
    """One item, which an operation returned with its release, as its tables hold it now.

    The log's own state would do as well, but what one process keeps of it must not run ahead of
    what is committed, and a write that carries a key is answered before it is.
    """
    state, observed = item_from_tables(item.pk)
    if item.added_by_id is not None:
        state = replace(state, title=item.called)
    return items_as_json([state], item.release.target_at, observed)[0]


def _item(
    item: ItemState,
    now: datetime,
    go_live: datetime,
    observed: Mapping[int, Observed],
    names: Mapping[str, str],
) -> dict[str, Any]:
    probe, waiver = item.probe, item.waiver
    verdict = current_verdict(probe, observed.get(probe.id), now) if probe else None
    return {
        "id": item.id,
        "checklist": item.checklist,
        "key": item.key,
        "number": item.number,
        "title": item.title,
        "section": item.section,
        "group": item.group,
        # As plain strings: enums cost the JSON writer more than all the rest of a row.
        "stage": str(item.stage),
        "requirement": str(item.requirement),
        "na_allowed": item.na_allowed,
        "evidence_required": item.evidence_required,
        "answer": str(item.answer),
        "answered_at": item.answered_at,
        "lapses_at": item.lapses_at,
        "carried_from": item.carried_from,
        "carried_reason": item.carried_reason or None,
        "status": str(row_status(item, go_live=go_live)),
        "verdict": str(verdict) if verdict else None,
        "assignee": {"pid": item.assignee, "name": names.get(item.assignee, "")}
        if item.assignee
        else None,
        "role": item.assignee_role,
        "due_at": item.due_at,
        "waiver": {"id": waiver.id, "status": waiver.status, "expires_at": waiver.expires_at}
        if waiver
        else None,
        "evidence_count": len(item.held_evidence),
        "version": item.version,
    }


def evidence_as_json(evidence: Evidence) -> dict[str, Any]:
    """Evidence with its words, unless they were erased."""
    return {
        "id": evidence.pk,
        "item": evidence.item_id,
        "kind": evidence.kind,
        "content": evidence.content.value if evidence.content else "",
        "digest": evidence.digest,
        "observed_at": evidence.observed_at,
        "attached_at": evidence.attached_at,
        "attached_by": person_as_json(evidence.attached_by),
        "sha256": evidence.sha256,
        "size": evidence.size,
        "media_type": evidence.media_type,
        "replaces": evidence.replaces_id,
        "withdrawn_at": evidence.withdrawn_at,
        "link": _link_as_json(evidence),
    }


def _link_as_json(evidence: Evidence) -> dict[str, Any] | None:
    check = getattr(evidence, "link_check", None)
    if check is None:
        return None
    names = ("alive", "fault", "http_status", "checked_at", "since")
    return {name: getattr(check, name) for name in names}


def waiver_as_json(waiver: Waiver) -> dict[str, Any]:
    """A waiver and its people."""
    return {
        "id": waiver.pk,
        "item": waiver.item_id,
        "status": waiver.status,
        "expires_at": waiver.expires_at,
        "requested_at": waiver.requested_at,
        "requested_by": person_as_json(waiver.requested_by),
        "decided_at": waiver.decided_at,
        "decided_by": person_as_json(waiver.decided_by) if waiver.decided_by else None,
    }


def person_as_json(person: Person) -> dict[str, str]:
    """Somebody, under the name they have now."""
    return {"pid": person.pid, "name": str(person)}
