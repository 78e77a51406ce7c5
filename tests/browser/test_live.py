"""The stream in a browser: what arrives without asking, and what happens when it cannot."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.checklist_data import item_of
from tests.probe_data import attach, report


def connected(page: Page) -> Page:
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    return page


def tick(page: Page, pk: int) -> None:
    page.locator(f"#item-{pk}").get_by_role("checkbox").click()


def test_a_note_names_who_did_it_to_everybody_but_them(site):
    dns = item_of(site.release, "configure-dns")
    priya = connected(site.open(who=site.cast.priya))
    sam = connected(site.open(who=site.cast.sam))
    tick(priya, dns.pk)
    note = sam.locator("#toasts .toast")
    expect(note).to_contain_text("Priya Raman ticked")
    expect(note.get_by_role("link")).to_have_attribute("href", f"#item-{dns.pk}")
    expect(priya.locator("#toasts")).to_contain_text("Undo")
    expect(priya.locator("#toasts")).not_to_contain_text("Priya Raman")
    assert site.complaints == []


def test_a_verdict_arrives_without_an_event(site):
    dns = item_of(site.release, "configure-dns")
    probe = report(attach(dns, site.cast.marta), "P")
    page = connected(site.open(who=site.cast.vic))
    seq = page.locator("body").get_attribute("data-seq")
    before = page.locator(f"#item-{dns.pk} time.age").get_attribute("datetime")
    report(probe, "P")
    age = page.locator(f"#item-{dns.pk} time.age")
    expect(age).not_to_have_attribute("datetime", before or "")
    expect(page.locator("body")).to_have_attribute("data-seq", seq or "")
    assert site.complaints == []


def test_a_stream_that_is_refused_at_first_is_tried_again(site):
    dns = item_of(site.release, "configure-dns")
    page = site.open("/", who=site.cast.sam)
    refused: list[str] = []

    def answer(route: Route) -> None:
        if len(refused) < 2:
            refused.append(route.request.url)
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
        else:
            route.continue_()

    page.route("**/live/**", answer)
    page.goto(f"{site.url}/releases/{site.release.pk}/")
    expect(page.locator("body")).to_have_attribute("data-conn", "on", timeout=15_000)
    assert len(refused) == 2
    tick(connected(site.open(who=site.cast.priya)), dns.pk)
    expect(page.locator(f"#item-{dns.pk}")).to_have_class("item st-done", timeout=15_000)


def test_what_happened_behind_a_hidden_page_is_there_when_it_comes_back(site):
    dns = item_of(site.release, "configure-dns")
    page = connected(site.open(who=site.cast.sam))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    tick(connected(site.open(who=site.cast.priya)), dns.pk)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(f"#item-{dns.pk}")).to_have_class("item st-done")
    assert site.complaints == []
