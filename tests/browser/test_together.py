"""Working together in browsers: who is here, naming somebody by keyboard, and my work."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checklists.actors import Actor
from checklists.models import Comment, Mention
from checklists.operations.one_off import add_item
from checklists.operations.planning import assign_item, comment_item
from checklists.operations.preferences import set_own_presence
from tests.browser.test_live import connected
from tests.checklist_data import item_of


def here(page: Page):
    return page.locator("#here .sr")


def test_two_who_are_on_a_page_see_each_other_until_one_leaves(site, faults):
    sam = connected(site.open(who=site.cast.sam))
    expect(here(sam)).to_have_count(0)
    marta = connected(site.open(f"/releases/{site.release.pk}/room/", who=site.cast.marta))
    expect(here(sam)).to_have_text("Here now: Sam Okafor, Marta Reis")
    expect(here(marta)).to_have_text("Here now: Sam Okafor, Marta Reis")
    expect(marta.locator("#attendance")).to_contain_text("Sam Okafor is here")
    assert faults(sam) == faults(marta) == []
    marta.context.close()
    expect(here(sam)).to_have_count(0, timeout=8_000)
    assert site.complaints == []


def test_who_comes_back_is_told_and_a_new_page_shows_it_too(site):
    set_own_presence(False, actor=Actor.of_person(site.cast.vic))
    sam = connected(site.open(who=site.cast.sam))
    marta = connected(site.open(who=site.cast.marta))
    vic = connected(site.open(who=site.cast.vic))
    for page in (sam, marta, vic):
        expect(here(page)).to_have_text("Here now: Sam Okafor, Marta Reis")
    sam.reload()
    expect(here(sam)).to_contain_text("Sam Okafor")
    expect(here(sam)).to_contain_text("Marta Reis")
    # A new item makes every page fetch itself again, and who is here stays.
    add_item(
        site.release.checklists.get(),
        actor=Actor.of_person(site.cast.marta),
        group="security/secrets",
        title="Call the warehouse",
    )
    expect(marta.get_by_role("link", name="Call the warehouse")).to_be_visible()
    expect(here(marta)).to_contain_text("Marta Reis")
    assert site.complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_somebody_is_named_by_keyboard_alone(site, faults, width):
    dns = item_of(site.release, "configure-dns")
    page = site.open(
        f"/releases/{site.release.pk}/#item-{dns.pk}", who=site.cast.priya, width=width
    )
    box = page.get_by_role("textbox", name="Comment", exact=True)
    box.focus()
    names = page.get_by_role("listbox", name="Members to name")
    page.keyboard.type("Well, @")
    expect(names.get_by_role("option")).to_have_count(6)
    page.keyboard.type("ma")
    expect(names.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("o")
    expect(names.get_by_role("option", selected=True)).to_have_text("OOOlga Owens")
    page.keyboard.press("ArrowDown")
    expect(names.get_by_role("option", selected=True)).to_contain_text("Sam Okafor")
    chosen = names.get_by_role("option", selected=True).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", chosen or "")
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(names).to_be_hidden()
    expect(box).to_have_value("Well, @Sam Okafor ")
    page.keyboard.type("and @vi")
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    expect(box).to_be_visible()
    page.keyboard.type(" no")
    box.locator("xpath=../..").get_by_role("button", name="Comment").click()
    expect(page.locator(".comment .mention")).to_have_text("@Sam Okafor")
    assert [mention.person for mention in Mention.objects.all()] == [site.cast.sam]
    assert Comment.objects.get().body.value == "Well, @Sam Okafor and @vi no"
    assert site.complaints == []


def test_a_click_names_somebody_too(site):
    dns = item_of(site.release, "configure-dns")
    page = site.open(f"/items/{dns.pk}/", who=site.cast.priya)
    box = page.get_by_role("textbox", name="Comment", exact=True)
    box.press_sequentially("@vi")
    page.locator(".names").get_by_role("option", name="Vic Moreau").click()
    expect(box).to_have_value("@Vic Moreau ")
    expect(box).to_be_focused()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False)])
def test_my_work_leads_to_the_very_row_and_its_number_goes_down(site, faults, width, dark):
    dns, marta = item_of(site.release, "configure-dns"), Actor.of_person(site.cast.marta)
    assign_item(dns, to=site.cast.sam, actor=marta)
    comment_item(dns, actor=marta, text="@Sam, is this right?")
    page = site.open("/my-work/", who=site.cast.sam, width=width, dark=dark)
    badge = page.locator(".to-work .badge")
    expect(badge).to_have_text("3")
    assert faults(page) == []
    page.get_by_role("region", name="Mentions").get_by_role("link").click()
    expect(page.locator(f"#detail-{dns.pk} .mention")).to_have_text("@Sam")
    expect(page.locator(f"#detail-{dns.pk}")).to_be_visible()
    page.goto(site.url + "/my-work/?only=items")
    expect(page.get_by_role("link", name="Configure DNS")).to_have_count(1)
    expect(page.get_by_role("region", name="Mentions")).to_have_count(0)
    assert not Mention.objects.filter(seen_at=None).exists()
    assert site.complaints == []


def test_without_scripts_one_watches_and_names(site):
    dns = item_of(site.release, "configure-dns")
    page = site.open(who=site.cast.priya, scripts=False)
    page.get_by_role("button", name="Watch").click()
    expect(page.get_by_role("button", name="Stop watching")).to_be_visible()
    page.goto(f"{site.url}/items/{dns.pk}/")
    page.get_by_role("textbox", name="Comment", exact=True).fill("@marta reis?")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.goto(f"{site.url}/items/{dns.pk}/")
    expect(page.locator(".comment .mention")).to_have_text("@marta reis")
    page.goto(site.url + "/my-work/")
    page.get_by_role("button", name="Stop watching").click()
    expect(page.get_by_text("You watch no release")).to_be_visible()
