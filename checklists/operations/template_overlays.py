"""Saying what a draft extends, and where it applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checklists import audit
from checklists.actors import Actor
from checklists.formats.content import digest_of, to_content
from checklists.models import TemplateVersion
from checklists.operations.overlay_guards import require_overlay_fits, require_projects
from checklists.operations.template_guards import facts, fresh_draft
from checklists.operations.transactions import operation
from checklists.permissions import require_anywhere


@operation
def set_overlay(
    version: TemplateVersion,
    *,
    actor: Actor,
    extends: str,
    projects: Sequence[str] = (),
    environments: Sequence[str] = (),
) -> TemplateVersion:
    """Make a draft an overlay of the template with the slug `extends`, or, if empty, none.

    It applies to releases of the projects (slugs) going to the environments; none named means all.
    The same again changes nothing. Raises NotAllowed; NotVisible if the draft is gone; Invalid for
    a template that is not there, or a project newly named that the actor does not belong to;
    Conflict for a published version, or a template that must stay what it is.
    """
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    version = fresh_draft(version)
    tree = replace(
        version.tree,
        extends=extends,
        projects=tuple(dict.fromkeys(projects)) if extends else (),
        environments=tuple(dict.fromkeys(environments)) if extends else (),
    )
    content = to_content(tree)
    require_projects(set(tree.projects) - set(version.tree.projects), actor.person)
    if content == version.content:
        return version
    version.content, version.digest = content, digest_of(content)
    require_overlay_fits(version)
    version.save(update_fields=["content", "digest"])
    audit.append(
        chain,
        "template.overlay_set",
        actor=actor,
        subject=version,
        data={
            **facts(version),
            "extends": extends,
            "projects": list(tree.projects),
            "environments": list(tree.environments),
        },
        rows=[version],
    )
    return version
