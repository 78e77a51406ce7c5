"""The go/no-go room and the calendar in a browser: live for everybody, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checklists.actors import Actor
from checklists.operations.calendar import set_freeze_window
from checklists.operations.items import tick_item
from checklists.operations.meeting import call_role
from checklists.state import Call
from tests.checklist_data import TARGET, item_of


def connected(page: Page) -> Page:
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    return page


def room(site, who, **how) -> Page:
    return site.open(f"/releases/{site.release.pk}/room/", who=who, **how)


def test_what_a_role_says_reaches_everybody_at_once(site):
    marta = connected(room(site, site.cast.marta))
    sam = room(site, site.cast.sam)
    sam.get_by_role("radio", name="No-go").check()
    sam.get_by_label("In words").fill("The vault is red.")
    sam.get_by_role("button", name="Say it").click()
    said = marta.locator("#calls li", has_text="Security")
    expect(said).to_contain_text("No-go")
    expect(said).to_contain_text("The vault is red.")
    assert site.complaints == []


def test_conditions_arrive_as_items_and_are_ticked_where_they_stand(site):
    marta = connected(room(site, site.cast.marta))
    call_role(
        site.release,
        actor=Actor.of_person(site.cast.sam),
        role="security",
        says=Call.CONDITIONS,
        conditions=["Rotate the key"],
        checklist=site.release.checklists.get(),
        group="security/secrets",
    )
    row = marta.locator("li.item", has_text="Rotate the key")
    row.get_by_role("checkbox").click()
    expect(row.get_by_role("checkbox")).to_be_checked()
    assert site.complaints == []


def test_what_is_being_typed_survives_what_others_do(site):
    sam = connected(room(site, site.cast.sam))
    sam.get_by_role("radio", name="No-go").check()
    sam.get_by_label("In words").fill("Not yet, because")
    tick_item(item_of(site.release, "configure-dns"), actor=Actor.of_person(site.cast.priya))
    call_role(
        site.release,
        actor=Actor.of_person(site.cast.marta),
        role="release-manager",
        says=Call.GO,
    )
    expect(sam.locator("#calls")).to_contain_text("Marta Reis")
    expect(sam.get_by_label("In words")).to_have_value("Not yet, because")
    expect(sam.get_by_role("radio", name="No-go")).to_be_checked()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_room_calendar_progress_and_forms_have_no_faults(site, faults, width, dark):
    marta = Actor.of_person(site.cast.marta)
    call_role(site.release, actor=marta, role="release-manager", says=Call.NO_GO, words="Not yet.")
    set_freeze_window(
        site.cast.project,
        actor=Actor.of_person(site.cast.olga),
        name="Holidays",
        starts_at=TARGET.replace(hour=0),
        ends_at=TARGET.replace(hour=23),
    )
    page = room(site, site.cast.marta, width=width, dark=dark)
    assert faults(page) == []
    for path in (
        f"/releases/{site.release.pk}/items/new/",
        f"/releases/{site.release.pk}/progress/",
        f"/calendar/?month={TARGET:%Y-%m}",
        "/projects/payments/insights/",
        "/projects/payments/freezes/",
    ):
        page.goto(site.url + path)
        assert faults(page) == [], path
    assert site.complaints == []
