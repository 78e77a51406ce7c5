"""Overlays, upgrades and agreeing to a looser rule, as people see them, without a fault."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checklists.actors import Actor
from checklists.models import Template
from checklists.operations.items import tick_item
from checklists.operations.templates import set_rules, start_draft
from tests.checklist_data import RULES, item_of, open_small_release, publish
from tests.overlay_data import add_version, changed_item, eu_tree, small_with

PICTURES = os.environ.get("PICTURES_OF_OVERLAYS")
"""A folder; with it, every page here is kept as a picture to look at."""


@pytest.fixture
def worked_on(site):
    """The release with answers, a newer version, an overlay, and a draft that loosens a rule."""
    priya, marta = Actor.of_person(site.cast.priya), Actor.of_person(site.cast.marta)
    for key in ("configure-dns", "audit-access", "rotate-secrets"):
        tick_item(item_of(site.release, key), actor=priya)
    tree = small_with("configure-dns", title="Configure DNS in both zones", guidance="Look.")
    tree = changed_item(tree, "configure-cdn", title=None)
    add_version(Template.objects.get(slug="small"), tree)
    publish(eu_tree(environments=("production",)), slug="eu")
    publish(eu_tree(title="Staging", environments=("staging",)), slug="staging")
    draft = start_draft(Template.objects.get(slug="small"), actor=marta)
    set_rules(draft, RULES[1:], actor=marta)
    return site


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_have_no_fault(worked_on, faults, width, dark):
    site, cast = worked_on, worked_on.cast
    release = f"/releases/{site.release.pk}/"
    later = open_small_release(cast, "2.5.0", Template.objects.get(slug="small"))
    for name, path, who in (
        ("offer", release, cast.marta),
        ("upgrade", f"{release}checklists/small/upgrade/", cast.marta),
        ("new", "/projects/payments/releases/new/", cast.marta),
        ("looser", "/templates/small/", cast.sam),
        ("overlay", "/templates/eu/", cast.marta),
        ("item", f"/items/{item_of(later, 'audit-access').pk}/", cast.priya),
    ):
        page = site.open(path, who, width=width, dark=dark)
        if PICTURES:
            kept = Path(PICTURES) / f"{name}-{'dark' if dark else 'light'}-{width}.png"
            page.screenshot(path=kept, full_page=name not in ("offer",))
        assert faults(page) == [], name
        page.context.close()


def test_the_overlays_follow_what_is_typed(worked_on):
    site = worked_on
    page = site.open("/projects/payments/releases/new/", site.cast.marta)
    shown = page.locator("#overlays")
    assert "EU Product v1 is merged into Small checklist" in shown.inner_text()
    page.fill("[name=environment]", "staging")
    with page.expect_request(lambda request: "environment=staging" in request.url) as asked:
        page.locator("[name=environment]").blur()
    assert "csrf" not in asked.value.url
    shown.get_by_text("Staging v1 is merged into Small checklist").wait_for()
    assert "EU Product v1 does not apply" in page.locator("#overlays").inner_text()
    page.check("[name=templates]")
    page.locator("#overlays").get_by_text("going to staging").wait_for()


def test_an_upgrade_is_looked_at_and_made(worked_on):
    site = worked_on
    page = site.open(who=site.cast.marta)
    page.get_by_role("link", name="See what would change").click()
    page.get_by_role("button", name="Upgrade to v2").click()
    page.get_by_text("small is on Small checklist v2 now.").wait_for()
    page.get_by_text("Configure DNS in both zones").first.wait_for()
