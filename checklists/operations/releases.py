"""Opening a release, and planning when it should go live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_moment, write_time
from checklists.audit.tables import from_models
from checklists.errors import Conflict, Invalid
from checklists.models import (
    Checklist,
    Item,
    Project,
    Release,
    RoleHolder,
    Template,
    TemplateVersion,
)
from checklists.operations.carrying import carry_into
from checklists.operations.guards import require_open, require_person
from checklists.operations.projects import require_not_archived
from checklists.operations.release_names import require_names
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.planned import combined_rules, due_at, planned_items
from checklists.state import Stage


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
    """Open a release with the newest published version of each template pinned to it.

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
    versions = _pinned(templates)
    _require_something_to_check(versions)
    _require_quorum(project, versions)
    person = require_person(actor)
    if Release.objects.filter(project=project, version=version).exists():
        raise Conflict(
            f"{project} {version} exists already. Go on with that one, or name another version.",
            code="release_exists",
        )
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
    checklists = [
        _pin(release, pinned, position) for position, pinned in enumerate(versions, start=1)
    ]
    release = audit.open_chain(release)
    audit.append(
        release,
        "release.opened",
        actor=actor,
        subject=release,
        data=_opened(release, checklists),
    )
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


def _pinned(templates: Sequence[Template]) -> list[TemplateVersion]:
    if not templates:
        raise Invalid("Name at least one template.", code="no_template", field="templates")
    if len({template.pk for template in templates}) != len(templates):
        raise Invalid("A template is named twice.", code="template_twice", field="templates")
    versions = []
    for template in templates:
        newest = template.newest_published()
        if newest is None:
            raise Invalid(
                f"{template} has no published version yet. Publish it first.",
                code="template_unpublished",
                field="templates",
            )
        versions.append(newest)
    return versions


def _require_something_to_check(versions: Sequence[TemplateVersion]) -> None:
    """Refuse a release of which the gate would say go before anybody did anything."""
    if not any(item.stage == Stage.DEPLOY for v in versions for item in v.tree.items()):
        raise Conflict(
            "None of these checklists has an item that counts before the deployment, so the gate "
            "would have nothing to hold it back. Add a checklist that has.",
            code="nothing_to_check",
            field="templates",
        )


def _require_quorum(project: Project, versions: Sequence[TemplateVersion]) -> None:
    """Refuse rules that nobody could ever fulfil in this project."""
    rules = combined_rules((version.template.slug, version.tree) for version in versions)
    if not rules:
        return
    holders: dict[str, int] = {}
    for slug in RoleHolder.objects.filter(
        role__project=project,
        role__retired_at=None,
        person__is_active=True,
        person__memberships__project=project,
    ).values_list("role__slug", flat=True):
        holders[slug] = holders.get(slug, 0) + 1
    for rule in rules:
        if (held := holders.get(rule.role, 0)) < rule.count:
            raise Conflict(
                f"The template asks for {rule.count} signatures of the role “{rule.role}”, and "
                f"{held} people hold it in {project}. An owner of the project can add the role "
                "and its holders.",
                code="impossible_quorum",
                role=rule.role,
                required=rule.count,
                holders=held,
            )


def _pin(release: Release, version: TemplateVersion, position: int) -> dict[str, object]:
    """Make the checklist and its items; what the event says of them."""
    checklist = Checklist.objects.create(
        release=release, template_version=version, key=version.template.slug, position=position
    )
    items = Item.objects.bulk_create(
        Item(
            release=release,
            checklist=checklist,
            position=plan.position,
            key=plan.key,
            number=plan.number,
            title=plan.title,
            section=plan.section,
            group=plan.group,
            condition=plan.condition,
            stage=plan.stage,
            requirement=plan.requirement,
            na_allowed=plan.na_allowed,
            evidence_required=plan.evidence_required,
            justification_required=plan.justification_required,
            evidence_kind=plan.evidence_kind,
            valid_for=plan.valid_for,
            due_at=due_at(plan.due, release.target_at),
            due_offset=plan.due,
        )
        for plan in planned_items(version.tree)
    )
    return {
        "id": checklist.pk,
        "key": checklist.key,
        "template_digest": version.digest,
        "items": [item.pk for item in items],
    }


def _opened(release: Release, checklists: Sequence[dict[str, object]]) -> dict[str, object]:
    """What the event says of a new release: with the templates, all that replaying it needs."""
    return {
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
    moved = list(release.items.exclude(due_offset="").order_by("pk"))
    for item in moved:
        item.due_at = due_at(item.due_offset, target_at)
        item.version += 1
    Item.objects.bulk_update(moved, ["due_at", "version"])
    return moved
