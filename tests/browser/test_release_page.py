"""The release page in a browser: live, optimistic, by keyboard, without scripts, for everybody."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import expect

from checklists.actors import Actor
from checklists.models import AuditEvent
from checklists.operations.planning import assign_item, comment_item
from checklists.operations.releases import set_release_target
from tests.checklist_data import TARGET, item_of


@pytest.fixture
def dns(site):
    return item_of(site.release, "configure-dns")


def row(page, item):
    return page.locator(f"#item-{item.pk}")


def tick(page, item):
    row(page, item).get_by_role("checkbox").click()


def test_others_see_a_tick_at_once_and_keep_their_words_and_focus(site, dns):
    priya = site.open(who=site.cast.priya)
    sam = site.open(who=site.cast.sam)
    expect(sam.locator("body")).to_have_attribute("data-conn", "on")
    row(sam, dns).get_by_role("link").click()
    words = sam.locator(f"#comment-{dns.pk}")
    words.fill("half a sentence")
    words.focus()
    tick(priya, dns)
    expect(row(sam, dns)).to_have_class("item st-done")
    expect(sam.locator("#ready")).to_contain_text("1 of 4 settled")
    expect(sam.locator("#nav-1 .count")).to_have_text("1/2")
    expect(sam.locator(f"#m{dns.pk}")).to_have_class("st-done")
    expect(words).to_be_focused()
    expect(words).to_have_value("half a sentence")
    expect(sam.locator(".detail")).to_contain_text("Priya Raman ticked")
    assert site.complaints == []


def test_five_quick_ticks_are_five_events(site):
    page = site.open(who=site.cast.priya)
    page.evaluate("document.querySelectorAll('.tick button').forEach(button => button.click())")
    expect(page.locator(".item.st-done")).to_have_count(5)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert AuditEvent.objects.filter(action="item.ticked").count() == 5
    assert site.complaints == []


def test_a_tick_is_undone_from_its_toast(site, dns):
    page = site.open(who=site.cast.priya)
    tick(page, dns)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, dns)).to_have_class("item st-open")
    expect(page.locator(".toast")).to_contain_text("Undone")


def test_the_focus_stays_at_the_row_when_an_answer_takes_the_control_away(site, dns):
    page = site.open(who=site.cast.priya)
    link = row(page, dns).get_by_role("link")
    tick(page, dns)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(row(page, dns)).to_have_class("item st-open")
    expect(link).to_be_focused()
    page.get_by_role("button", name="Dismiss").press("Enter")
    expect(link).to_be_focused()
    link.press("Enter")
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("button", name="Start")).to_have_count(0)
    expect(link).to_be_focused()
    assert site.complaints == []


def test_the_newest_word_on_a_row_replaces_the_older_ones(site, dns):
    page = site.open(who=site.cast.priya)
    tick(page, dns)
    expect(page.locator(".toast")).to_contain_text("Ticked")
    tick(page, dns)
    expect(page.locator(".toast")).to_contain_text("Unticked")
    expect(page.locator(".toast")).to_have_count(1)


def test_a_refusal_goes_when_the_next_try_succeeds(site, dns):
    page = site.open(who=site.cast.priya)
    row(page, dns).get_by_role("link").click()
    page.locator(f"#offset-{dns.pk}").fill("soon")
    page.get_by_role("button", name="Set due").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")
    page.locator(f"#offset-{dns.pk}").fill("T-5d")
    page.get_by_role("button", name="Set due").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("Due date set")


def test_a_tick_that_was_not_saved_is_put_back_and_can_be_tried_again(site, dns):
    page = site.open(who=site.cast.priya)
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    site.server.stop(signal.SIGKILL)
    tick(page, dns)
    expect(page.locator(".toast")).to_contain_text("Not saved")
    expect(row(page, dns)).to_have_class("item st-open")
    expect(page.locator(".conn")).to_have_text("Reconnecting")
    site.server.start()
    page.get_by_role("button", name="Try again").click()
    expect(row(page, dns)).to_have_class("item st-done")
    expect(page.locator("body")).to_have_attribute("data-conn", "on", timeout=40_000)


def test_what_happened_while_the_server_was_away_arrives_afterwards(site, dns):
    page = site.open(who=site.cast.vic)
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    site.server.stop(signal.SIGKILL)
    comment_item(dns, actor=Actor.of_person(site.cast.priya), text="While nobody looked.")
    site.server.start()
    expect(row(page, dns).locator(".c-co")).to_contain_text("1", timeout=40_000)
    expect(page.locator("body")).to_have_attribute("data-seq", "2")


def test_a_change_of_the_whole_release_keeps_what_is_open_and_typed(site, dns):
    page = site.open(who=site.cast.priya)
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    row(page, dns).get_by_role("link").click()
    page.locator(f"#comment-{dns.pk}").fill("half a sentence")
    page.locator("#section-2 > summary").click()
    later = TARGET.replace(month=3)
    set_release_target(site.release, actor=Actor.of_person(site.cast.marta), target_at=later)
    expect(page.locator(".facts")).to_contain_text("15 Mar 2031")
    expect(page.locator(f"#comment-{dns.pk}")).to_have_value("half a sentence")
    assert page.locator("#section-2").get_attribute("open") is None
    assert site.complaints == []


def test_a_conflict_says_who_and_offers_to_do_it_anyway(site, dns):
    page = site.open(who=site.cast.priya)
    page.evaluate(f"document.querySelector('#item-{dns.pk} .tick button').value = '1'")
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    assign_item(dns, actor=Actor.of_person(site.cast.sam), to=site.cast.sam)
    expect(row(page, dns).get_by_label("Sam Okafor")).to_be_visible()
    page.evaluate(f"document.querySelector('#item-{dns.pk} .tick button').value = '1'")
    tick(page, dns)
    expect(page.locator("#notices")).to_contain_text("Sam Okafor changed")
    expect(row(page, dns)).to_have_class("item st-open")
    page.get_by_role("button", name="Do it anyway").click()
    expect(row(page, dns)).to_have_class("item st-done")
    expect(page.locator(".notice")).to_have_count(0)


def test_the_page_works_by_keyboard(site, dns):
    page = site.open(who=site.cast.priya)
    page.keyboard.press("j")
    expect(row(page, dns).get_by_role("link")).to_be_focused()
    page.keyboard.press("x")
    expect(row(page, dns)).to_have_class("item st-done")
    expect(row(page, dns).get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#detail-{dns.pk}")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator(f"#comment-{dns.pk}")).to_be_focused()
    page.keyboard.type("jkx")
    expect(page.locator(f"#comment-{dns.pk}")).to_have_value("jkx")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("rotate")
    expect(page.locator(".item:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_filters_hide_rows_and_what_is_empty_without_them(site, dns):
    page = site.open(who=site.cast.priya)
    tick(page, dns)
    expect(row(page, dns)).to_have_class("item st-done")
    page.locator(".filters [data-show=open]").click()
    expect(page.locator(".item:visible")).to_have_count(4)
    page.locator(".filters [data-show=failed]").click()
    expect(page.locator(".section:visible")).to_have_count(0)
    expect(page.get_by_text("No item matches")).to_be_visible()
    page.get_by_role("link", name="Show all", exact=True).click()
    expect(page.locator(".item:visible")).to_have_count(5)


def test_everything_works_without_scripts(site, dns):
    page = site.open(who=site.cast.priya, scripts=False)
    tick(page, dns)
    expect(page.get_by_text("Ticked: Configure DNS")).to_be_visible()
    expect(row(page, dns)).to_have_class("item st-done")
    row(page, dns).get_by_role("link").click()
    page.locator(f"#comment-{dns.pk}").fill("Said without scripts.")
    page.get_by_role("button", name="Comment").click()
    expect(row(page, dns).locator(".c-co")).to_contain_text("1")
    page.locator(".filters [data-show=open]").click()
    expect(page.locator(".item:visible")).to_have_count(4)


def test_a_viewer_sees_the_glyphs_and_nothing_to_press(site, dns):
    page = site.open(who=site.cast.vic)
    expect(row(page, dns).locator(".tick svg")).to_be_visible()
    expect(row(page, dns).get_by_role("checkbox")).to_have_count(0)
    row(page, dns).get_by_role("link").click()
    expect(page.locator(f"#detail-{dns.pk}")).to_be_visible()
    expect(page.locator(f"#comment-{dns.pk}")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_overflows(site, dns, faults, width, dark):
    comment_item(dns, actor=Actor.of_person(site.cast.sam), text="A `word` on it.")
    page = site.open(who=site.cast.marta, width=width, dark=dark)
    assert faults(page) == []
    row(page, dns).get_by_role("link").click()
    page.evaluate("document.querySelectorAll('.fold').forEach(fold => { fold.open = true })")
    page.evaluate("scrollTo(0, 0)")
    assert faults(page) == []
    page.evaluate("document.querySelector('#blockers').showPopover()")
    assert faults(page) == []
    for path in ("/accounts/2fa/", "/accounts/password/change/", f"/items/{dns.pk}/", "/nothing/"):
        page.goto(site.url + path)
        assert faults(page) == [], path
    assert [c for c in site.complaints if "404" not in c] == []


def test_axe_finds_nothing_on_the_way_in(site, faults):
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"):
        assert faults(site.open(path)) == [], path


def test_words_that_were_not_saved_stay_and_can_be_sent_again(site, dns):
    page = site.open(who=site.cast.priya)
    row(page, dns).get_by_role("link").click()
    page.locator(f"#comment-{dns.pk}").fill("Worth keeping.")
    site.server.stop(signal.SIGKILL)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Not saved")
    expect(page.locator(f"#comment-{dns.pk}")).to_have_value("Worth keeping.")
    site.server.start()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("article.comment")).to_contain_text("Worth keeping.")
    expect(page.locator(f"#comment-{dns.pk}")).to_have_value("")
