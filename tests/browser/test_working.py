"""The whole work of a release by keyboard alone, and on a phone by touch."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from checklists.models import AuditEvent, Comment, Evidence, Signoff
from tests.browser.test_paper_trail import let_in
from tests.checklist_data import item_of
from tests.factories import PASSWORD

WHY = "None of this is used in this service."


@pytest.fixture
def items(site):
    return {
        name: item_of(site.release, name)
        for name in (
            "configure-dns",
            "configure-cdn",
            "rotate-secrets",
            "audit-access",
            "review-logs",
        )
    }


def row(page: Page, item):
    return page.locator(f"#item-{item.pk}")


def on(page: Page, item) -> None:
    expect(row(page, item).locator(".what a")).to_be_focused()


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def events(release) -> list[str]:
    return [event.action for event in release.chain.events.order_by("seq")][1:]


def test_the_whole_work_by_keyboard_alone(site, items):
    let_in(site.cast.sam)
    page = site.open(who=site.cast.sam)
    dns, cdn, secrets = items["configure-dns"], items["configure-cdn"], items["rotate-secrets"]
    # Ticks the first item, and takes the tick back.
    keys(page, "j")
    on(page, dns)
    keys(page, "x")
    expect(row(page, dns)).to_have_class("item st-done")
    on(page, dns)
    expect(page.locator("[data-undo]")).to_have_count(1)
    keys(page, "Control+z")
    expect(row(page, dns)).to_have_class("item st-open")
    # Says why the second does not apply.
    keys(page, "j", "n")
    expect(page.locator(f"#na-{cdn.pk}")).to_be_focused()
    page.keyboard.type(WHY)
    keys(page, "Tab", "Enter")
    expect(row(page, cdn)).to_have_class("item st-na")
    # Takes the third, says something, and shows that it is true.
    keys(page, "Escape")
    page.keyboard.press("j")
    on(page, secrets)
    keys(page, "i")
    expect(row(page, secrets).get_by_label("Sam Okafor")).to_be_visible()
    keys(page, "c")
    expect(page.locator(f"#comment-{secrets.pk}")).to_be_focused()
    page.keyboard.type("Looked at it.")
    keys(page, "Tab", "Enter")
    expect(page.locator("article.comment")).to_contain_text("Looked at it.")
    keys(page, "Escape", "e")
    expect(page.locator(f"#evidence-{secrets.pk}")).to_be_focused()
    page.keyboard.type("https://example.com/run/4711")
    tab_to(page, "Attach")
    page.keyboard.press("Enter")
    expect(page.locator(".evi")).to_contain_text("run/4711")
    keys(page, "Escape", "Escape")
    on(page, secrets)
    assert Comment.objects.count() == Evidence.objects.count() == 1
    # Finds by the words of the comment, then shows all again.
    keys(page, "/")
    page.keyboard.type("looked")
    expect(page.locator(".item:visible")).to_have_count(1)
    expect(page).to_have_url(f"{site.url}/releases/{site.release.pk}/?q=looked")
    keys(page, "Escape", "0")
    expect(page.locator(".item:visible")).to_have_count(5)
    # Ticks all that apply at once, and takes all of it back at once, and again.
    note = page.locator(".toast[data-row^=bulk]")
    keys(page, "*")
    expect(page.locator("#bulk [data-count]")).to_have_text("5")
    keys(page, "x")
    expect(page.locator(".item.st-done")).to_have_count(4)
    expect(note).to_contain_text("Ticked: 4 items. 1 was left:")
    expect(note).to_contain_text("1.1.2 Configure CDN: It is not applicable.")
    keys(page, "Control+z")
    expect(note).to_contain_text("Undone: 4 items.")
    expect(page.locator(".item.st-done")).to_have_count(0)
    expect(page.locator("#bulk [data-count]")).to_have_text("1")
    keys(page, "*", "x")
    expect(page.locator(".item.st-done")).to_have_count(4)
    keys(page, "Escape")
    expect(page.locator("#bulk")).to_have_count(0)
    # Jumps to the page for signatures, and signs.
    keys(page, "Control+k")
    page.keyboard.type("sign off")  # at once: what is typed while it is loaded is not lost
    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()
    expect(page.get_by_role("combobox", name="Search or jump")).to_have_value("sign off")
    expect(page.locator("[aria-selected=true]")).to_contain_text("Sign off")
    keys(page, "Enter")
    page.wait_for_url("**/sign-off/**")
    tab_to(page, "Confirm it is you")
    keys(page, "Enter")
    page.wait_for_url("**/reauthenticate/**")
    tab_until(page, "document.activeElement.matches('input[type=password]')")
    page.keyboard.type(PASSWORD)
    keys(page, "Enter")
    page.wait_for_url("**/sign-off/**")
    tab_to(page, "Sign")
    keys(page, "Enter")
    page.wait_for_url(f"**/releases/{site.release.pk}/**")
    expect(page.locator("#notices")).to_contain_text("Your signature is recorded.")
    assert Signoff.objects.count() == 1
    assert site.complaints == []
    assert events(site.release).count("item.ticked") == 1 + 4 + 4


def tab_until(page: Page, there: str) -> None:
    """Tabs on until the focus is there."""
    for _ in range(80):
        if page.evaluate(there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {there}")


def tab_to(page: Page, words: str) -> None:
    """Tabs on until the button that says so has the focus."""
    said = json.dumps(words)
    tab_until(page, f"document.activeElement.textContent.trim() === {said}")


def test_one_cannot_press_what_one_may_not(site, items):
    page = site.open(who=site.cast.vic)
    keys(page, "j", "x", "v", "*", "n", "?")
    dialog = page.locator("#keys")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Next item")).to_be_visible()
    for word in ("Tick or untick", "Assign", "Choose the item", "Ask for a waiver"):
        expect(dialog.get_by_text(word, exact=True)).to_be_hidden()
    assert page.locator("#bulk").count() == 0
    assert AuditEvent.objects.filter(chain=site.release.chain).count() == 1
    keys(page, "Escape", "Control+k")
    page.keyboard.type("tick or")
    expect(page.locator("#jump-list [role=option]", has_text="Tick or untick")).to_have_count(0)


def test_single_keys_can_be_turned_off(site, items):
    page = site.open(who=site.cast.priya)
    keys(page, "?")
    page.get_by_role("switch", name="Single keys").click()
    keys(page, "Escape", "j", "x")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()
    assert page.locator(".item.st-done").count() == 0


def test_a_range_is_chosen_with_shift_and_one_reason_is_for_all(site, items):
    page = site.open(who=site.cast.priya)
    page.get_by_role("link", name="Choose").click()
    boxes = page.get_by_role("checkbox", name="Select ")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("#bulk [data-count]")).to_have_text("3")
    page.get_by_label("One reason for all of them").fill(WHY)
    page.locator("#bulk").get_by_role("button", name="Not applicable").click()
    note = page.locator(".toast")
    expect(note).to_contain_text("Marked not applicable: 1 item. 2 were left:")
    expect(note).to_contain_text("The template does not allow “Configure DNS”")
    # What was left stays chosen.
    expect(page.locator("#bulk [data-count]")).to_have_text("2")
    expect(row(page, items["configure-cdn"])).to_have_class("item st-na")
    note.get_by_role("button", name="Undo all of it").click()
    expect(row(page, items["configure-cdn"])).to_have_class("item st-open")
    assert site.complaints == []


def test_what_others_change_keeps_the_rows_chosen(site, items):
    page, other = site.open(who=site.cast.priya), site.open(who=site.cast.sam)
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    page.get_by_role("link", name="Choose").click()
    page.get_by_role("checkbox", name="Select ").nth(0).click()
    row(other, items["configure-dns"]).get_by_role("checkbox").click()
    expect(row(page, items["configure-dns"])).to_have_class("item st-done")
    box = page.get_by_role("checkbox", name="Select ").nth(0)
    expect(box).to_be_checked()
    expect(box).to_have_value(f"{items['configure-dns'].pk}.2")


def test_filters_are_in_the_address_and_back_leads_back(site, items):
    page = site.open(who=site.cast.priya)
    address = f"{site.url}/releases/{site.release.pk}/"
    page.locator(".filters [data-show=open]").click()
    expect(page).to_have_url(f"{address}?show=open")
    page.locator(".filters", has_text="Conditions").get_by_text("Conditions").click()
    page.get_by_label("Requirement").select_option("should")
    expect(page.locator(".item:visible")).to_have_count(1)
    expect(page).to_have_url(f"{address}?show=open&requirement=should")
    page.keyboard.press("Escape")
    page.go_back()
    expect(page.locator(".item:visible")).to_have_count(5)
    page.go_forward()
    expect(page.locator(".item:visible")).to_have_count(1)
    page.reload()
    expect(page.locator(".item:visible")).to_have_count(1)
    page.locator(".filters", has_text="Conditions").get_by_text("Conditions").click()
    page.get_by_label("Name of the filter").fill("Should")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".filters a", has_text="Should")).to_have_attribute("aria-current", "true")
    page.locator(".filters [data-show=all]").click()
    page.locator(".filters a", has_text="Should").click()
    expect(page.locator(".item:visible")).to_have_count(1)
    assert site.complaints == []


def test_many_are_ticked_without_scripts(site, items):
    page = site.open(who=site.cast.priya, scripts=False)
    page.get_by_role("link", name="Choose").click()
    for box in page.get_by_role("checkbox", name="Select ").all()[:2]:
        box.check()
    page.locator("#bulk").get_by_role("button", name="Tick", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Ticked: 2 items.")
    expect(page.locator(".item.st-done")).to_have_count(2)


def test_on_a_phone_all_is_done_by_touch(site, items):
    page = site.open(who=site.cast.priya, width=390)
    dns, cdn = items["configure-dns"], items["configure-cdn"]
    row(page, dns).get_by_role("checkbox").click()
    expect(row(page, dns)).to_have_class("item st-done")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, dns)).to_have_class("item st-open")
    row(page, cdn).get_by_role("link").click()
    page.locator(".decide summary", has_text="Not applicable").click()
    page.locator(f"#na-{cdn.pk}").fill(WHY)
    page.get_by_role("button", name="Mark not applicable").click()
    expect(row(page, cdn)).to_have_class("item st-na")
    page.locator(f"#comment-{cdn.pk}").fill("Said on the way.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("article.comment")).to_contain_text("on the way")
    page.get_by_role("link", name="Choose").click()
    expect(page.get_by_role("checkbox", name="Select ")).to_have_count(5)
    for box in page.get_by_role("checkbox", name="Select ").all():
        box.click()
    page.locator("#bulk").get_by_role("button", name="To me").click()
    note = page.locator(".toast[data-row^=bulk]")
    expect(note).to_contain_text("Assigned: 4 items. 1 was left:")
    page.get_by_role("link", name="Search or jump").click()
    page.get_by_role("combobox", name="Search or jump").fill("rotate")
    page.locator("#jump-list [role=option]", has_text="Rotate secrets").first.click()
    expect(page.locator(f"#detail-{items['rotate-secrets'].pk}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert site.complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_while_one_works(site, items, faults, width, dark):
    page = site.open(who=site.cast.marta, width=width, dark=dark)
    # So high that the bar below covers no row, of which too little could be hit.
    page.set_viewport_size({"width": width, "height": 2400})
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("link", name="Choose").click()
    page.get_by_role("checkbox", name="Select ").nth(0).click()
    assert faults(page) == []
    page.locator("#bulk").get_by_role("button", name="Tick", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Ticked")
    assert faults(page) == []
    page.locator("[data-conditions]").click()
    expect(page.get_by_label("Requirement")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()
    page.keyboard.type("conf")
    expect(page.locator("#jump-list [role=option]").first).to_be_visible()
    assert faults(page) == []
    page.goto(site.url + "/search/?q=configure")
    expect(page.locator(".found mark").first).to_be_visible()
    assert faults(page) == []
    page.goto(site.url + "/search/?q=nothing")
    assert faults(page) == []
    assert site.complaints == []


def test_the_row_of_a_justified_item_asks_for_the_reason(site, items):
    from_html = "document.querySelector('#item-%s').setAttribute('data-justify', '')"
    page = site.open(who=site.cast.priya)
    page.evaluate(from_html % items["configure-dns"].pk)
    row(page, items["configure-dns"]).get_by_role("checkbox").click()
    expect(page.locator(f"#detail-{items['configure-dns'].pk}")).to_be_visible()
    assert events(site.release) == []
