"""What an overlay must be before it is published, and that a template stays what it is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from checklists.errors import Conflict, Invalid
from checklists.models import Person, Project, Template, TemplateVersion
from checklists.operations.overlays import newest_overlays


def require_overlay_fits(version: TemplateVersion) -> None:
    """Raise unless what the version extends is a checklist, and the template is the kind of thing
    that its published versions are.

    Otherwise a template could take itself, and its rules, away from whoever counts on them.
    """
    tree, template = version.tree, version.template
    published = (
        TemplateVersion.objects.filter(template=template, published_at__isnull=False)
        .order_by("-number")
        .first()
    )
    if published is not None and published.tree.extends != tree.extends:
        raise Conflict(
            _(
                "The published versions of %(template)s extend %(before)s, so this one does, too. "
                "Make a new template for something else."
            )
            % {"template": template, "before": published.tree.extends or _("nothing")},
            code="overlay_fixed",
        )
    if tree.extends:
        require_extendable(template, tree.extends)


def require_extendable(template: Template, extends: str) -> None:
    """Raise Invalid unless `extends` is the slug of another template that is no overlay itself, and
    Conflict if the template has overlays of its own.
    """
    versions = TemplateVersion.objects.filter(template__slug=extends).order_by("-number")
    base = versions.first()
    if base is None or template.slug == extends or any(v.tree.extends for v in versions):
        raise Invalid(
            _("An overlay extends another template that is no overlay; %(extends)s is none.")
            % {"extends": extends},
            code="bad_extends",
            field="extends",
        )
    if any(overlay.tree.extends == template.slug for overlay in newest_overlays()):
        raise Conflict(
            _("%(template)s has overlays, so it cannot become one.") % {"template": template},
            code="has_overlays",
            field="extends",
        )


def require_projects(slugs: Iterable[str], person: Person | None) -> None:
    """Raise Invalid for the first slug of which the person knows no project."""
    found = Project.objects.visible_to(person) if person else Project.objects.all()
    known = set(found.filter(slug__in=slugs).values_list("slug", flat=True))
    for slug in slugs:
        if slug not in known:
            raise Invalid(
                _("There is no project %(slug)s that you belong to.") % {"slug": slug},
                code="no_such_project",
                field="projects",
            )
