"""Languages, directions and clocks in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from checklists.actors import Actor
from checklists.operations.items import tick_item
from tests.browser.conftest import Site
from tests.cast import make_cast
from tests.checklist_data import item_of, open_small_release
from tests.stream.serving import serving

PAGES = [
    "",
    "sign-off/",
    "history/",
    "/",
    "/projects/payments/",
    "/projects/payments/members/",
    "/templates/",
    "/templates/small/",
    "/templates/import/",
    "/probes/",
    "/people/me/",
    "/accounts/email/",
]


@pytest.fixture
def turned(committed_db, browser, static_files) -> Iterator[Site]:
    """A site that also has a language read from right to left."""
    cast = make_cast()
    release = open_small_release(cast)
    settings = {"DJANGO_SETTINGS_MODULE": "tests.language.right_to_left"}
    environ = {**committed_db.environ, **static_files, **settings}
    with serving(committed_db.manage("serve"), environ) as server:
        yield Site(server, cast, release, browser)
        for context in browser.contexts:
            context.close()


def speaking(site: Site, language: str, path: str = "", **how: object) -> Page:
    """A page in that language."""
    page = site.open("/people/me/", who=site.cast.marta, **how)
    page.context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page.goto(site.url + (path if path.startswith("/") else f"/releases/{site.release.pk}/{path}"))
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_read_from_right_to_left(turned, faults, width):
    wrong = {}
    page = speaking(turned, "ar", width=width)
    for path in PAGES:
        address = path if path.startswith("/") else f"/releases/{turned.release.pk}/{path}"
        page.goto(turned.url + address)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        if found := faults(page):
            wrong[path] = found
    assert wrong == {}
    assert turned.complaints == []


def test_a_row_begins_at_the_right_and_works_by_key(turned):
    page = speaking(turned, "ar")
    item = item_of(turned.release, "configure-dns")
    row = page.locator(f"#item-{item.pk}")
    expect(page.locator("body")).to_have_attribute("data-conn", "on")
    number, title = row.locator(".no").bounding_box(), row.locator(".what a").bounding_box()
    tick, who = row.locator(".tick").bounding_box(), row.locator(".c-av").bounding_box()
    assert tick["x"] > number["x"] > title["x"] > who["x"]
    expect(row.locator(".no")).to_have_text(re.compile(r"^[0-9.]+$"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".item.st-done")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".detail")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert turned.complaints == []


def test_two_languages_stay_apart_while_things_happen(site):
    german, english = speaking(site, "de"), speaking(site, "en")
    for page in (german, english):
        expect(page.locator("body")).to_have_attribute("data-conn", "on")
    item = item_of(site.release, "configure-dns")
    tick_item(item, actor=Actor.of_person(site.cast.priya))
    for page, done, said in ((german, "Erledigt", "hat abgehakt"), (english, "Done", "ticked")):
        row = page.locator(f"#item-{item.pk}")
        expect(row).to_have_class("item st-done")
        expect(row.locator(".state")).to_contain_text(done)
        expect(page.locator("#toasts")).to_contain_text(f"Priya Raman {said}")
    expect(german.locator("#ready")).to_contain_text("1 von 4 geklärt")
    expect(english.locator("#ready")).to_contain_text("1 of 4 settled")
    assert site.complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_german_pages_fit(site, faults, width):
    wrong = {}
    page = speaking(site, "de", width=width)
    for path in PAGES:
        address = path if path.startswith("/") else f"/releases/{site.release.pk}/{path}"
        page.goto(site.url + address)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        if found := faults(page):
            wrong[path] = found
    assert wrong == {}
    assert site.complaints == []


def test_the_language_is_chosen_before_signing_in_and_without_scripts(site):
    page = site.open("/accounts/login/", scripts=False)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    page.goto(site.url + "/accounts/password/reset/")
    expect(page.get_by_role("heading", name="Neues Passwort setzen")).to_be_visible()


def test_a_choice_is_kept_with_the_person(site):
    page = site.open("/people/me/", who=site.cast.sam, scripts=False)
    page.get_by_label("Language", exact=True).select_option("de")
    page.get_by_label("Time zone", exact=True).select_option("Europe/Berlin")
    page.locator("#language").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ihre Sprache und Zeitzone sind gespeichert.")).to_be_visible()
    other = site.open(who=site.cast.sam)
    expect(other.locator("html")).to_have_attribute("lang", "de")
    expect(other.locator("html")).to_have_attribute("data-zone", "Europe/Berlin")


def test_times_are_the_browsers_on_the_screen_and_utc_on_paper(site):
    context = site.browser.new_context(timezone_id="Asia/Tokyo")
    page = site.open(who=site.cast.marta)
    context.add_cookies(page.context.cookies())
    tokyo = context.new_page()
    tokyo.goto(page.url)
    target = tokyo.locator(".facts time[data-at]")
    utc = f"{site.release.target_at:%H:%M} UTC"
    expect(target).to_contain_text(utc)
    expect(target).to_contain_text("GMT+9")
    tokyo.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(target).not_to_contain_text("GMT+9")
    expect(target).to_contain_text(utc)
    tokyo.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(target).to_contain_text("GMT+9")
    # The script has told the server, so that forms without it know the zone, too.
    tokyo.goto(f"{site.url}/items/{item_of(site.release, 'configure-dns').pk}/")
    expect(tokyo.get_by_text("Due, Asia/Tokyo")).to_be_attached()
    context.close()
