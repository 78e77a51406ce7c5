"""Which overlays apply: the newest published version of each that extends a template here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from checklists.models import Project, Template, TemplateVersion

_EXTENDS = '"extends":"'
"""Only overlays have this in their content: inside a text the quotes would be escaped."""


def overlays_for(
    templates: Iterable[Template], project: Project, environment: str
) -> dict[str, list[TemplateVersion]]:
    """The overlays of each template (by slug) for a release of the project to the environment.

    Those of a product come before those of an environment; then the order is that of their slugs.
    """
    found: dict[str, list[TemplateVersion]] = {template.slug: [] for template in templates}
    for version in newest_overlays():
        tree = version.tree
        if tree.extends in found and applies(version, project, environment):
            found[tree.extends].append(version)
    for versions in found.values():
        versions.sort(key=lambda v: (bool(v.tree.environments), v.template.slug))
    return found


def newest_overlays() -> list[TemplateVersion]:
    """Of each overlay the newest published version, by slug."""
    newer = TemplateVersion.objects.filter(
        template=OuterRef("template"), number__gt=OuterRef("number"), published_at__isnull=False
    )
    found = TemplateVersion.objects.filter(
        ~Exists(newer), published_at__isnull=False, content__contains=_EXTENDS
    )
    return list(found.select_related("template").order_by("template__slug"))


def checklists() -> QuerySet[Template]:
    """The templates that a release can be opened from: published, and no overlays."""
    versions = TemplateVersion.objects.filter(template=OuterRef("pk"), published_at__isnull=False)
    overlays = versions.filter(content__contains=_EXTENDS)
    return Template.objects.filter(Exists(versions), ~Exists(overlays))


def applies(version: TemplateVersion, project: Project, environment: str) -> bool:
    """Whether an overlay is meant for the project and the environment. None named means all."""
    tree = version.tree
    return (not tree.projects or project.slug in tree.projects) and (
        not tree.environments or environment in tree.environments
    )
