"""Which overlays a release will get, before it is opened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from checklists.models import Project, Template
from checklists.operations.overlays import applies, newest_overlays
from checklists.pages.template_overlays import where_words


@dataclass(frozen=True, slots=True)
class OverlayChoice:
    """An overlay of a template, where it applies, and whether it will here."""

    name: str
    template: str
    where: str
    applies: bool


def overlay_choices(
    project: Project, chosen: Collection[str], environment: str
) -> list[OverlayChoice]:
    """The overlays of the chosen templates (slugs; all if none is) that are meant for the project.

    Those that apply to the environment come first.
    """
    names = dict(Template.objects.values_list("slug", "name"))
    found = [
        OverlayChoice(
            name=str(version),
            template=names.get(version.tree.extends, version.tree.extends),
            where=where_words((), version.tree.environments),
            applies=applies(version, project, environment),
        )
        for version in newest_overlays()
        if (not chosen or version.tree.extends in chosen)
        and (not version.tree.projects or project.slug in version.tree.projects)
    ]
    return sorted(found, key=lambda choice: not choice.applies)
