"""What holds of templates before an operation changes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from checklists.errors import Conflict, Invalid, NotVisible
from checklists.formats.content import digest
from checklists.formats.keys import slug as slug_of
from checklists.formats.tree import ChecklistTree, SignoffRule
from checklists.models import RoleHolder, SignoffRole, Template, TemplateVersion

SLUG_LIMIT = 64
NAME_LIMIT = 200
RESERVED_SLUGS = frozenset({"new", "import"})


def template_names(
    tree: ChecklistTree, *, name: str = "", slug: str | None = None
) -> tuple[str, str]:
    """The name and slug that a checklist's template gets. Raises Invalid if they cannot be."""
    called = (name.strip() or tree.title)[:NAME_LIMIT].strip()
    if not called:
        raise Invalid(
            _(
                "The checklist has no title (a line like “# Production Checklist”), so "
                "give it a name."
            ),
            code="no_name",
            field="name",
        )
    wanted = slug if slug is not None else slug_of(called)[:SLUG_LIMIT].strip("-")
    if not wanted or len(wanted) > SLUG_LIMIT or slug_of(wanted) != wanted:
        raise Invalid(
            _(
                "%(wanted)r cannot be a template's short name; write something like "
                "production-checklist."
            )
            % {"wanted": wanted},
            code="bad_slug",
            field="slug",
        )
    if wanted in RESERVED_SLUGS:
        raise Invalid(
            _("%(wanted)r is an address of ours.") % {"wanted": wanted},
            code="bad_slug",
            field="slug",
        )
    return called, wanted


def after_import(tree: ChecklistTree, slug: str) -> tuple[int, str]:
    """The number and the digest that a checklist's version would have after importing it."""
    newest = newest_version(Template.objects.filter(slug=slug).first())
    wanted = digest(keeping_rules(tree, newest))
    if newest is None:
        return 1, wanted
    keeps_number = newest.digest == wanted or not newest.is_published
    return newest.number if keeps_number else newest.number + 1, wanted


def keeping_rules(tree: ChecklistTree, newest: TemplateVersion | None) -> ChecklistTree:
    """The checklist with the rules of the newest version, unless it brings its own, and extending
    what that extends, unless it extends something itself.

    Most files say nothing about signatures, and importing one must not do away with them. A rule
    whose sections are all gone covers the whole stage: never less than before.
    """
    if newest is None:
        return tree
    if not tree.extends:
        was = newest.tree
        tree = replace(
            tree, extends=was.extends, projects=was.projects, environments=was.environments
        )
    if tree.rules:
        return tree
    there = {section.key for section in tree.sections}
    kept = tuple(
        replace(rule, sections=tuple(key for key in rule.sections if key in there))
        for rule in newest.tree.rules
    )
    return replace(tree, rules=kept)


def require_possible(rules: Iterable[SignoffRule]) -> None:
    """Raise Conflict if a role that projects have has too few holders for a rule in all of them.

    A role that no project has yet may come later; opening a release looks again.
    """
    for rule in rules:
        if not SignoffRole.objects.filter(slug=rule.role, retired_at=None).exists():
            continue
        holders = most_holders(rule.role)
        if holders < rule.count:
            raise Conflict(
                _(
                    "The rule asks for %(count)s of %(role)s, and no project has more than "
                    "%(holders)s who hold that role. Add holders first."
                )
                % {"count": rule.count, "role": rule.role, "holders": holders},
                code="impossible_quorum",
                role=rule.role,
                required=rule.count,
                holders=holders,
            )


def newest_version(template: Template | None) -> TemplateVersion | None:
    """The version with the highest number, draft or not."""
    if template is None:
        return None
    versions = TemplateVersion.objects.filter(template_id=template.pk)
    return versions.select_related("template").order_by("-number").first()


def fresh(version: TemplateVersion) -> TemplateVersion:
    """The version as it is now. Raises NotVisible if it was discarded."""
    found = TemplateVersion.objects.filter(pk=version.pk).select_related("template").first()
    if found is None:
        raise NotVisible
    return found


def fresh_draft(version: TemplateVersion) -> TemplateVersion:
    """As `fresh`. Raises Conflict for a published version."""
    found = fresh(version)
    if found.is_published:
        raise Conflict(
            _(
                "%(found)s is published, so it can no longer change. Start a draft of "
                "the next version."
            )
            % {"found": found},
            code="version_published",
        )
    return found


def facts(version: TemplateVersion) -> dict[str, Any]:
    """What every event about a version says of it."""
    return {
        "slug": version.template.slug,
        "number": version.number,
        "digest": version.digest,
    }


def most_holders(role: str) -> int:
    """How many active members hold the role in the project where most do."""
    numbers = (
        RoleHolder.objects.filter(
            role__slug=role,
            role__retired_at=None,
            person__is_active=True,
            person__memberships__project=F("role__project"),
        )
        .values("role__project")
        .annotate(number=Count("pk"))
        .values_list("number", flat=True)
    )
    return max(numbers, default=0)
