"""Small checklists for tests, and releases opened from them through the operations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.formats.content import digest, to_content
from checklists.formats.tree import ChecklistTree, Group, Item, Section, SignoffRule
from checklists.models import Item as ItemRow
from checklists.models import Person, Release, Template, TemplateVersion
from checklists.operations.releases import open_release
from tests.cast import Cast

TARGET = datetime(2031, 1, 15, 12, tzinfo=UTC)

RULES = (
    SignoffRule(role="security", count=1, sections=("security",)),
    SignoffRule(role="release-manager", count=1),
)


def small_tree(rules: tuple[SignoffRule, ...] = RULES) -> ChecklistTree:
    """Two sections before the deployment, one after; five items, of which one may not apply."""
    return ChecklistTree(
        title="Small checklist",
        sections=(
            Section(
                "infrastructure",
                "Infrastructure",
                groups=(
                    Group(
                        "infrastructure/network",
                        "Network",
                        items=(
                            Item(
                                "infrastructure/network/configure-dns", "Configure DNS", due="T-2d"
                            ),
                            Item(
                                "infrastructure/network/configure-cdn",
                                "Configure CDN",
                                na_allowed=True,
                                condition="if needed",
                            ),
                        ),
                    ),
                ),
            ),
            Section(
                "security",
                "Security",
                groups=(
                    Group(
                        "security/secrets",
                        "Secrets",
                        items=(
                            Item("security/secrets/rotate-secrets", "Rotate secrets"),
                            Item(
                                "security/secrets/audit-access",
                                "Audit secret access",
                                requirement="should",
                            ),
                        ),
                    ),
                ),
            ),
            Section(
                "post-deployment",
                "Post-Deployment",
                groups=(
                    Group(
                        "post-deployment/verification",
                        "Verification",
                        items=(
                            Item(
                                "post-deployment/verification/review-logs",
                                "Review logs",
                                stage="close",
                            ),
                        ),
                    ),
                ),
            ),
        ),
        rules=rules,
    )


def tiny_tree() -> ChecklistTree:
    """One item, and no rule."""
    item = Item("notes/notes/write-notes", "Write release notes")
    group = Group("notes/notes", "Notes", items=(item,))
    return ChecklistTree("Tiny checklist", sections=(Section("notes", "Notes", groups=(group,)),))


def wide_tree(items: int) -> ChecklistTree:
    """So many items in one group, and no rule."""
    group = Group(
        "work/all",
        "All",
        items=tuple(Item(f"work/all/item-{n}", f"Item {n}") for n in range(1, items + 1)),
    )
    return ChecklistTree("Wide checklist", sections=(Section("work", "Work", groups=(group,)),))


def publish(
    tree: ChecklistTree, slug: str = "small", published_by: Person | None = None
) -> Template:
    """A template with one published version of the tree."""
    now = timezone.now() - timedelta(days=7)
    template = Template.objects.create(slug=slug, name=tree.title, created_at=now)
    TemplateVersion.objects.create(
        template=template,
        number=1,
        content=to_content(tree),
        digest=digest(tree),
        created_at=now,
        published_at=now,
        published_by=published_by,
    )
    return template


def open_small_release(
    cast: Cast, version: str = "2.4.0", template: Template | None = None
) -> Release:
    """A release of the cast's project, opened by marta."""
    return open_release(
        cast.project,
        actor=Actor.of_person(cast.marta),
        version=version,
        environment="production",
        target_at=TARGET,
        templates=[template or publish(small_tree())],
    )


def item_of(release: Release, ending: str) -> ItemRow:
    """The item whose key ends so."""
    return ItemRow.objects.select_related("release__project", "checklist").get(
        release=release, key__endswith=ending
    )


@pytest.fixture
def release(cast: Cast) -> Release:
    """Payments 2.4.0, just opened."""
    return open_small_release(cast)
