"""Overlays over the small checklist, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from checklists.formats.content import digest, to_content
from checklists.formats.tree import ChecklistTree, Group, Item, Section, SignoffRule
from checklists.models import Person, Template, TemplateVersion
from tests.checklist_data import small_tree


def eu_tree(**more) -> ChecklistTree:
    """Makes a should a must, and adds an item to a group of the small checklist."""
    audit = Item("security/secrets/audit-access", "Audit secret access", na_allowed=True)
    new = Item("security/secrets/ask-the-officer", "Ask the data protection officer")
    group = Group("security/secrets", "Secrets", items=(audit, new))
    tree = ChecklistTree(
        "EU Product",
        sections=(Section("security", "Security", groups=(group,)),),
        rules=(SignoffRule("security", 1),),
        extends="small",
    )
    return replace(tree, **more)


def add_version(
    template: Template, tree: ChecklistTree, published_by: Person | None = None
) -> TemplateVersion:
    """The next version of a template, published without asking anybody."""
    now = timezone.now() - timedelta(hours=1)
    newest = template.versions.order_by("-number").first()
    return TemplateVersion.objects.create(
        template=template,
        number=newest.number + 1 if newest else 1,
        content=to_content(tree),
        digest=digest(tree),
        created_at=now,
        published_at=now,
        published_by=published_by,
    )


def changed_item(tree: ChecklistTree, key: str, **fields) -> ChecklistTree:
    """The checklist with other values of the item whose key ends so; None takes it out."""
    gone = fields.get("title", "") is None
    sections = tuple(
        replace(
            section,
            groups=tuple(
                replace(
                    group,
                    items=tuple(
                        replace(item, **fields) if item.key.endswith(key) else item
                        for item in group.items
                        if not (gone and item.key.endswith(key))
                    ),
                )
                for group in section.groups
            ),
        )
        for section in tree.sections
    )
    return replace(tree, sections=sections)


def small_with(key: str, **fields) -> ChecklistTree:
    """The small checklist with one item changed."""
    return changed_item(small_tree(), key, **fields)
