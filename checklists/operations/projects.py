"""Projects: what is released, and where access is granted."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid
from checklists.models import Membership, Person, Project, Role
from checklists.operations.people import checked_name
from checklists.operations.transactions import operation
from checklists.permissions import require, require_owner
from checklists.state import RUNNING
from checklists.words import state_inside

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LIMIT = 64
MOST_WAIVERS = 1000
RESERVED_SLUGS = frozenset({"new"})


@operation
def create_project(slug: str, name: str, *, actor: Actor, owner: Person | None = None) -> Project:
    """Create a project with its first owner, who is the actor unless another is named.

    Raises NotAllowed; Invalid for a bad slug, name or owner; Conflict for a slug in use.
    """
    chain = audit.locked_installation()
    require_owner(actor)
    first = owner or actor.person
    if first is None or not first.is_active:
        raise Invalid(_("A project needs an owner who is active."), code="no_owner", field="owner")
    if Project.objects.filter(slug=checked_slug(slug)).exists():
        raise Conflict(
            _("There is a project %(slug)s already; choose another short name.") % {"slug": slug},
            code="slug_taken",
            field="slug",
        )
    project = Project.objects.create(
        slug=slug, name=checked_name(name), created_at=audit.moment(chain)
    )
    membership = Membership.objects.create(project=project, person=first, role=Role.OWNER)
    audit.append(
        chain,
        "project.created",
        actor=actor,
        subject=project,
        data={"slug": slug, "owner": first.pid},
        rows=[project, membership],
    )
    return project


@operation
def rename_project(project: Project, name: str, *, actor: Actor) -> Project:
    """Change what the project is called. Its slug stays, as addresses rest on it.

    Raises NotVisible, NotAllowed, Invalid; Conflict if it is archived.
    """
    chain = audit.locked_installation()
    project = managed_project(project, actor)
    wanted = checked_name(name)
    if project.name != wanted:
        project.name = wanted
        project.save(update_fields=["name"])
        audit.append(chain, "project.renamed", actor=actor, subject=project, rows=[project])
    return project


@operation
def set_waiver_budget(project: Project, budget: int | None, *, actor: Actor) -> Project:
    """Say how many waivers may hold at the same time in the project's running releases; None for
    any number. Waivers that hold beyond it stay; no more are approved.

    The same again changes nothing. Raises NotVisible, NotAllowed, Invalid; Conflict if it is
    archived.
    """
    chain = audit.locked_installation()
    project = managed_project(project, actor)
    if budget is not None and not 0 <= budget <= MOST_WAIVERS:
        raise Invalid(
            _("A budget is between 0 and %(most)s waivers, or none.") % {"most": MOST_WAIVERS},
            code="bad_budget",
            field="waiver_budget",
        )
    if project.waiver_budget != budget:
        project.waiver_budget = budget
        project.save(update_fields=["waiver_budget"])
        audit.append(
            chain,
            "project.waiver_budget_set",
            actor=actor,
            subject=project,
            data={"budget": budget},
            rows=[project],
        )
    return project


@operation
def archive_project(project: Project, *, actor: Actor) -> Project:
    """Put the project away: it can be read, and nothing in its settings changes any more.

    Raises NotVisible, NotAllowed; Conflict while a release is preparing or deployed.
    """
    chain = audit.locked_installation()
    require(actor, "manage_project", project)
    # Whoever opens a release holds this row, too.
    project = Project.objects.select_for_update().get(pk=project.pk)
    if project.archived_at is not None:
        return project
    if (running := project.releases.filter(status__in=RUNNING).first()) is not None:
        raise Conflict(
            _(
                "%(running)s is still %(get_status_display)s. Close or abort it before "
                "you archive the project."
            )
            % {
                "running": running,
                "get_status_display": state_inside(running.get_status_display()),
            },
            code="release_running",
        )
    project.archived_at = audit.moment(chain)
    project.save(update_fields=["archived_at"])
    audit.append(chain, "project.archived", actor=actor, subject=project, rows=[project])
    return project


@operation
def restore_project(project: Project, *, actor: Actor) -> Project:
    """Take an archived project out again. Raises NotVisible, NotAllowed."""
    chain = audit.locked_installation()
    require(actor, "manage_project", project)
    project = Project.objects.get(pk=project.pk)
    if project.archived_at is not None:
        project.archived_at = None
        project.save(update_fields=["archived_at"])
        audit.append(chain, "project.restored", actor=actor, subject=project, rows=[project])
    return project


def managed_project(project: Project, actor: Actor) -> Project:
    """The project as it is now, which the actor may manage.

    Raises NotVisible, NotAllowed; Conflict if it is archived.
    """
    require(actor, "manage_project", project)
    project = Project.objects.get(pk=project.pk)
    require_not_archived(project)
    return project


def require_not_archived(project: Project) -> None:
    """Raise Conflict if the project is archived."""
    if project.archived_at is not None:
        raise Conflict(
            _("%(project)s is archived, so nothing in it can change. Restore it first.")
            % {"project": project},
            code="project_archived",
        )


def checked_slug(slug: str) -> str:
    """A short name for addresses. Raises Invalid."""
    if len(slug) > SLUG_LIMIT or slug in RESERVED_SLUGS or not _SLUG.fullmatch(slug):
        raise Invalid(
            _(
                "“%(slug)s” cannot be part of an address. Use small Latin letters, "
                "digits and single hyphens, %(slug_limit)s at most."
            )
            % {"slug": slug[:80], "slug_limit": SLUG_LIMIT},
            code="bad_slug",
            field="slug",
        )
    return slug
