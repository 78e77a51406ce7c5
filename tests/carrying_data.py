"""A checklist with an item for each reason to carry an answer, and releases opened from it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from checklists.actors import Actor
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.models import Evidence, LinkCheck, Release, Template
from checklists.operations.evidence import attach_evidence
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.releases import open_release
from tests.cast import Cast
from tests.checklist_data import item_of, publish

LINK = "https://runbooks.example.com/restore"
WHY = "The service has no pages, so nothing is cached."


def lasting_tree() -> ChecklistTree:
    """Six items: believed for 90 days, for two days, by evidence, on somebody's word alone, not
    applicable for 90 days, and after the deployment.
    """

    def item(name: str, title: str, **fields) -> Item:
        return Item(f"work/all/{name}", title, **fields)

    items = (
        item("threat-model", "Review the threat model", valid_for="90d"),
        item("load-test", "Test the load", valid_for="2d"),
        item("restore", "Restore a backup", evidence_required=True, evidence_kind="link"),
        item("say-so", "Tell the support team"),
        item("cache", "Warm the cache", na_allowed=True, valid_for="90d"),
        item("smoke", "Run the smoke tests", stage="close", valid_for="90d"),
    )
    group = Group("work/all", "All", items=items)
    return ChecklistTree("Lasting checklist", sections=(Section("work", "Work", groups=(group,)),))


def template() -> Template:
    """The checklist, published once."""
    return Template.objects.filter(slug="lasting").first() or publish(lasting_tree(), "lasting")


def open_lasting(cast: Cast, version: str, *, days: int = 3, **fields) -> Release:
    """A release of the checklist that goes live in so many days."""
    return open_release(
        cast.project,
        actor=Actor.of_person(cast.marta),
        version=version,
        environment="production",
        target_at=timezone.now() + timedelta(days=days),
        templates=[template()],
        **fields,
    )


def answered(cast: Cast, version: str = "2.3.0") -> Release:
    """A release with every item answered by priya, and its link looked at and alive."""
    release = open_lasting(cast, version, days=1)
    priya = Actor.of_person(cast.priya)
    for name in ("threat-model", "load-test", "restore", "say-so", "smoke"):
        tick_item(item_of(release, name), actor=priya, reason="Looked at it myself.")
    mark_not_applicable(item_of(release, "cache"), actor=priya, reason=WHY)
    evidence = attach_evidence(
        item_of(release, "restore"), actor=priya, kind=Evidence.Kind.LINK, content=LINK
    )
    look_at_link(evidence, alive=True)
    return release


def look_at_link(evidence: Evidence, *, alive: bool) -> None:
    """What a look at the link finds."""
    now = timezone.now()
    LinkCheck.objects.update_or_create(
        evidence=evidence, defaults={"checked_at": now, "alive": alive, "next_check_at": now}
    )
