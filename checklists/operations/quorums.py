"""Sign-off rules that cannot be met any more, because too few people hold the role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from checklists.formats.overlays import merged
from checklists.formats.tree import ChecklistTree
from checklists.models import Checklist, Project, Release, RoleHolder
from checklists.planned import combined_rules
from checklists.state import RUNNING


@dataclass(frozen=True, slots=True)
class Shortage:
    """A release whose rule asks for more signatures of a role than the role has holders."""

    release: Release
    role: str
    required: int
    holders: int

    def __str__(self) -> str:
        return _(
            "%(release)s needs %(required)s of %(role)s to sign, and %(holders)s "
            "can: add holders of the role."
        ) % {
            "release": self.release,
            "required": self.required,
            "role": self.role,
            "holders": self.holders or _("nobody"),
        }


def shortages_of(projects: Iterable[Project]) -> tuple[Shortage, ...]:
    """The shortages of several projects."""
    return tuple(shortage for project in projects for shortage in shortages(project))


def shortages(project: Project) -> tuple[Shortage, ...]:
    """The rules of the project's running releases that its holders cannot meet, oldest first."""
    pinned: dict[Release, list[Checklist]] = {}
    running = (
        Checklist.objects.filter(release__project=project, release__status__in=RUNNING)
        .select_related("release__project", "template_version")
        .prefetch_related("overlays__template_version")
        .order_by("release_id", "position")
    )
    for checklist in running:
        pinned.setdefault(checklist.release, []).append(checklist)
    holders = holders_in(project)
    return tuple(
        Shortage(release, rule.role, rule.count, holders.get(rule.role, 0))
        for release, checklists in pinned.items()
        for rule in combined_rules((c.key, _tree(c)) for c in checklists)
        if holders.get(rule.role, 0) < rule.count
    )


def _tree(checklist: Checklist) -> ChecklistTree:
    overlays = [overlay.template_version.tree for overlay in checklist.overlays.all()]
    return merged(checklist.template_version.tree, overlays)


def holders_in(project: Project) -> dict[str, int]:
    """How many active members hold each role of the project."""
    return dict(
        RoleHolder.objects.filter(
            role__project=project,
            role__retired_at=None,
            person__is_active=True,
            person__memberships__project=project,
        )
        .values_list("role__slug")
        .annotate(number=Count("pk"))
    )
