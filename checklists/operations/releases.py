"""Opening a release, and planning when it should go live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_moment, write_time
from checklists.audit.tables import from_models
from checklists.errors import Conflict
from checklists.models import (
    Checklist,
    Item,
    Project,
    Release,
    SignoffRole,
    Template,
)
from checklists.operations.carrying import carry_into
from checklists.operations.guards import require_open, require_person
from checklists.operations.pinning import (
    Pinned,
    owning_roles,
    pin,
    pinned,
    planned_fields,
    require_quorum,
    require_something_to_check,
)
from checklists.operations.projects import require_not_archived
from checklists.operations.release_names import require_names
from checklists.operations.suggested_probes import attach_suggested
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.planned import due_at, planned_items


@operation
def open_release(
    project: Project,
    *,
    actor: Actor,
    version: str,
    environment: str,
    target_at: datetime,
    templates: Sequence[Template],
    commit: str = "",
    artifact_digest: str = "",
    carry_from: Release | None = None,
    sample: int = 0,
) -> Release:
    """Open a release with the newest published version of each template pinned to it, and the
    overlays that apply merged in.

    Items that name a role of the project start with it, and probes that the template suggests are
    attached where they can run as they are.

    With `carry_from`, answers of that release are carried into it as `carry_answers` does, but for
    `sample` percent of them. Raises NotVisible, NotAllowed; Invalid for names, digests or templates
    that are none; Conflict if the project is archived, the version exists, or a rule asks for more
    signers than its role has.
    """
    # Two that open the same version at once, or one that archives the project: the second waits
    # here and finds what the first did.
    project = Project.objects.select_for_update().get(pk=project.pk)
    require(actor, "open_release", project)
    require_not_archived(project)
    require_names(version, environment, commit, artifact_digest)
    target_at = checked_moment(target_at, field="target_at")
    chosen = pinned(templates, project, environment)
    require_something_to_check(each.tree for each in chosen)
    require_quorum(project, [(each.key, each.tree) for each in chosen])
    person = require_person(actor)
    _require_new(project, version)
    release = Release.objects.create(
        project=project,
        version=version,
        environment=environment,
        target_at=target_at,
        commit=commit,
        artifact_digest=artifact_digest,
        opened_at=timezone.now(),
        opened_by=person,
    )
    roles = owning_roles(project)
    checklists = [
        _pin(release, each, position, roles) for position, each in enumerate(chosen, start=1)
    ]
    release = audit.open_chain(release)
    audit.append(
        release,
        "release.opened",
        actor=actor,
        subject=release,
        data=_opened(release, checklists),
    )
    attach_suggested(release, {each.key: each.tree for each in chosen}, actor=actor)
    if carry_from is not None:
        # Nobody else can wait for the new chain, so the older one may be locked after it.
        source, (state, _observed) = audit.locked(carry_from), from_models(release)
        carry_into(release, state, source, actor=actor, sample=sample)
    return release


@operation
def set_release_target(release: Release, *, actor: Actor, target_at: datetime) -> Release:
    """Move the moment the release should go live; due dates given as offsets move with it.

    The same moment again changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed; Invalid
    for a moment that no log can hold.
    """
    release = audit.locked(release)
    require(actor, "open_release", release.project)
    require_open(release)
    if release.target_at == target_at:
        return release
    target_at = checked_moment(target_at, field="target_at")
    moved = _move_due_dates(release, target_at)
    audit.append(
        release,
        "release.target_set",
        actor=actor,
        subject=release,
        data={
            "target_at": write_time(target_at),
            "due": [[item.pk, write_time(item.due_at)] for item in moved if item.due_at],
        },
    )
    release.target_at = target_at
    release.save(update_fields=["target_at"])
    return release


def _require_new(project: Project, version: str) -> None:
    if Release.objects.filter(project=project, version=version).exists():
        raise Conflict(
            _(
                "%(project)s %(version)s exists already. Go on with that one, or name "
                "another version."
            )
            % {"project": project, "version": version},
            code="release_exists",
        )


def _pin(
    release: Release, chosen: Pinned, position: int, roles: Mapping[str, SignoffRole]
) -> dict[str, Any]:
    """Make the checklist and its items; what the event says of them."""
    checklist = Checklist.objects.create(
        release=release, template_version=chosen.version, key=chosen.key, position=position
    )
    pin(checklist, chosen)
    plans = list(planned_items(chosen.tree))
    items = Item.objects.bulk_create(
        Item(
            release=release,
            checklist=checklist,
            assignee_role=roles.get(plan.owner_role),
            **planned_fields(plan, release.target_at),
        )
        for plan in plans
    )
    said: dict[str, Any] = {
        "id": checklist.pk,
        "key": checklist.key,
        "template_digest": chosen.version.digest,
        "items": [item.pk for item in items],
    }
    if chosen.overlays:
        said["overlays"] = list(chosen.digests[1:])
    return said


def _opened(release: Release, checklists: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the event says of a new release: with the templates, all that replaying it needs."""
    given = release.items.exclude(assignee_role=None).order_by("pk")
    assigned = given.values_list("pk", "assignee_role__slug")
    said: dict[str, Any] = {"assigned": [list(pair) for pair in assigned]} if assigned else {}
    return said | {
        "project": release.project_id,
        "version": release.version,
        "environment": release.environment,
        "target_at": write_time(release.target_at),
        "commit": release.commit,
        "artifact_digest": release.artifact_digest,
        "checklists": checklists,
    }


def _move_due_dates(release: Release, target_at: datetime) -> list[Item]:
    """The items whose due date is an offset of the target, moved."""
    moved = list(release.items.filter(removed_at=None).exclude(due_offset="").order_by("pk"))
    for item in moved:
        item.due_at = due_at(item.due_offset, target_at)
        item.version += 1
    Item.objects.bulk_update(moved, ["due_at", "version"])
    return moved
