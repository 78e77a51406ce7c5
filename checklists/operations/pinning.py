"""What a release is opened with, or moved to: template versions, each with its overlays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from checklists.errors import Conflict, Invalid
from checklists.formats.overlays import merged
from checklists.formats.tree import ChecklistTree
from checklists.models import (
    Checklist,
    ChecklistOverlay,
    Project,
    SignoffRole,
    Template,
    TemplateVersion,
)
from checklists.operations.overlays import overlays_for
from checklists.operations.quorums import holders_in
from checklists.planned import PlannedItem, combined_rules, due_at
from checklists.state import Rule, Stage


@dataclass(frozen=True, slots=True)
class Pinned:
    """A published version with the overlays that apply to it."""

    version: TemplateVersion
    overlays: tuple[TemplateVersion, ...]

    @property
    def key(self) -> str:
        """What the checklist is called in its release."""
        return self.version.template.slug

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of everything that its items and rules come from."""
        return (self.version.digest, *(overlay.digest for overlay in self.overlays))

    @property
    def tree(self) -> ChecklistTree:
        """The content with the overlays merged in."""
        return merged(self.version.tree, [overlay.tree for overlay in self.overlays])


def pinned(templates: Sequence[Template], project: Project, environment: str) -> list[Pinned]:
    """The newest published version of each template, with the overlays that apply.

    Raises Invalid for none, one named twice, one never published, or an overlay.
    """
    if not templates:
        raise Invalid(_("Name at least one template."), code="no_template", field="templates")
    if len({template.pk for template in templates}) != len(templates):
        raise Invalid(_("A template is named twice."), code="template_twice", field="templates")
    overlays = overlays_for(templates, project, environment)
    return [Pinned(_newest(template), tuple(overlays[template.slug])) for template in templates]


def _newest(template: Template) -> TemplateVersion:
    newest = template.newest_published()
    if newest is None:
        raise Invalid(
            _("%(template)s has no published version yet. Publish it first.")
            % {"template": template},
            code="template_unpublished",
            field="templates",
        )
    if newest.tree.extends:
        raise Invalid(
            _(
                "%(template)s is an overlay: it is merged into %(extends)s by itself where it "
                "applies. Choose %(extends)s instead."
            )
            % {"template": template, "extends": newest.tree.extends},
            code="overlay_alone",
            field="templates",
        )
    return newest


def pin(checklist: Checklist, chosen: Pinned) -> None:
    """Write which overlays are merged into the checklist."""
    ChecklistOverlay.objects.bulk_create(
        ChecklistOverlay(checklist=checklist, template_version=overlay, position=position)
        for position, overlay in enumerate(chosen.overlays, start=1)
    )


def planned_fields(plan: PlannedItem, target_at: datetime) -> dict[str, Any]:
    """The columns of an item that come from its template."""
    return {
        **plan.columns(),
        "due_at": due_at(plan.due, target_at),
        "due_offset": plan.due,
    }


def owning_roles(project: Project) -> dict[str, SignoffRole]:
    """The roles of the project that items can be given to when they are made, by slug."""
    return {
        role.slug: role for role in SignoffRole.objects.filter(project=project, retired_at=None)
    }


def require_something_to_check(trees: Iterable[ChecklistTree]) -> None:
    """Refuse a release of which the gate would say go before anybody did anything."""
    if not any(item.stage == Stage.DEPLOY for tree in trees for item in tree.items()):
        raise Conflict(
            _(
                "None of these checklists has an item that counts before the deployment, so the "
                "gate would have nothing to hold it back. Add a checklist that has."
            ),
            code="nothing_to_check",
            field="templates",
        )


def require_quorum(project: Project, trees: Iterable[tuple[str, ChecklistTree]]) -> None:
    """Refuse rules that nobody could ever fulfil in this project; `trees` are by checklist."""
    rules: Sequence[Rule] = combined_rules(trees)
    holders = holders_in(project) if rules else {}
    for rule in rules:
        if (held := holders.get(rule.role, 0)) < rule.count:
            raise Conflict(
                _(
                    "The template asks for %(count)s signatures of the role “%(role)s”, and "
                    "%(held)s people hold it in %(project)s. An owner of the project can add the "
                    "role and its holders."
                )
                % {"count": rule.count, "role": rule.role, "held": held, "project": project},
                code="impossible_quorum",
                role=rule.role,
                required=rule.count,
                holders=held,
            )
