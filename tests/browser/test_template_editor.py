"""The template editor in a real browser: by keyboard alone, by pointer, and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from checklists.actors import Actor, Via
from checklists.models import TemplateVersion
from checklists.operations.template_editing import rename_part
from checklists.operations.templates import BUILTIN, import_template

EDIT = "/templates/ops/edit/"
TEXT = """# Ops

## Before

### Web

- [ ] Configure DNS
- [ ] Set up TLS
- [ ] Warm the cache

### Data

- [ ] Restore a backup

## After

- [ ] Look at the logs
"""


@pytest.fixture
def draft(site) -> TemplateVersion:
    return import_template(TEXT, actor=Actor.of_system(Via.COMMAND), slug="ops")


def rows(page: Page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll("#outline li.o")].map(row =>
             row.querySelector(".no").textContent + " " + row.querySelector("a").firstChild.data)"""
    )


def shows(page: Page, *expected: str) -> None:
    """The outline holds these rows, and all of it is saved."""
    expect(page.locator("#saved")).to_have_text("Saved")
    for words in expected:
        number, _, title = words.partition(" ")
        line = page.locator("#outline li.o", has=page.locator(f'.no:text-is("{number}")'))
        expect(line.locator("a")).to_contain_text(title)
    assert len(set(expected) - set(rows(page))) == 0


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('li.o')?.querySelector('a').textContent")


def row(page: Page, title: str):
    return page.locator("#outline a", has_text=title).first


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def titles(version: TemplateVersion) -> list[str]:
    return [item.title for item in TemplateVersion.objects.get(pk=version.pk).tree.items()]


def test_a_checklist_is_edited_by_keyboard_alone(site, draft):
    page = site.open(EDIT, site.cast.marta)
    press(page, *["Tab"] * 3)
    row(page, "Before").focus()
    press(page, "ArrowDown", "ArrowDown")
    assert focused(page) == "Configure DNS"
    # Enter edits, Enter saves and goes on with a new item below; typing never has to wait.
    press(page, "Enter", "End")
    page.keyboard.type(" records")
    press(page, "Enter")
    page.keyboard.type("Lower the TTL")
    press(page, "Enter")
    page.keyboard.type("Tell the registrar")
    press(page, "Enter", "Escape")
    shows(page, "1.1.1 Configure DNS records", "1.1.2 Lower the TTL", "1.1.3 Tell the registrar")
    assert titles(draft)[:4] == [
        "Configure DNS records",
        "Lower the TTL",
        "Tell the registrar",
        "Set up TLS",
    ]
    # Tab nests, Shift+Tab takes out, Alt and an arrow move, Delete deletes, Ctrl+Z brings back.
    row(page, "Tell the registrar").focus()
    press(page, "F2", "Tab")
    expect(page.locator(".in-place")).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#outline li.d2 a")).to_contain_text("Tell the registrar")
    press(page, "ArrowUp", "ArrowDown", "Shift+Tab")
    expect(page.locator("#outline li.d2")).to_have_count(0)
    press(page, "Alt+ArrowUp", "Alt+ArrowUp")
    shows(page, "1.1.1 Tell the registrar", "1.1.2 Configure DNS records")
    assert focused(page) == "Tell the registrar"
    press(page, "Delete")
    shows(page, "1.1.1 Configure DNS records")
    press(page, "Control+z")
    shows(page, "1.1.1 Tell the registrar")
    assert focused(page) == "Tell the registrar"
    # A title is split where the caret stands.
    press(page, "End")
    row(page, "Configure DNS records").focus()
    press(page, "F2", "Home", *["ArrowRight"] * 10, "Enter")
    expect(page.locator(".in-place")).to_have_value("DNS records")
    press(page, "Escape")
    shows(page, "1.1.2 Configure", "1.1.3 DNS records")
    assert site.complaints == []


def test_tab_leaves_the_outline_unless_it_is_worked_in(site, draft):
    page = site.open(EDIT, site.cast.marta)
    page.locator("#add-title").focus()
    press(page, *["Tab"] * 4)
    assert focused(page) == "Before"
    press(page, "Tab")
    assert focused(page) is None
    row(page, "Set up TLS").focus()
    press(page, "ArrowDown", "ArrowUp", "Tab")
    shows(page, "1.1.2 Set up TLS")
    expect(page.locator("#outline li.d2 a")).to_have_count(1)
    press(page, "Escape", "Tab")
    assert focused(page) is None
    assert site.complaints == []


def test_the_settings_of_an_item_are_saved_as_they_are_changed(site, draft):
    page = site.open(EDIT, site.cast.marta)
    row(page, "Set up TLS").click()
    expect(page.locator("#part-title")).to_have_text("Item 1.1.2")
    page.get_by_label("Guidance").fill("Use **1.3**.\n\n<img src=x onerror=alert(1)>")
    expect(page.locator("#preview strong")).to_have_text("1.3")
    assert page.locator("#preview img").count() == 0
    page.get_by_label("Requirement").select_option("should")
    page.get_by_label("Evidence required").check()
    page.get_by_label("Due").fill("soon")
    page.get_by_label("Due").press("Tab")
    expect(page.locator("#part .err")).to_contain_text("Must be relative to the target")
    expect(page.get_by_label("Due")).to_have_value("soon")
    page.get_by_label("Due").fill("T-2d")
    page.get_by_label("Due").press("Enter")
    expect(page.locator("#part .err")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Saved")
    expect(page.locator("#outline .o:has([aria-current]) .flags")).to_contain_text("T-2d")
    item = list(TemplateVersion.objects.get(pk=draft.pk).tree.items())[1]
    assert (item.requirement, item.evidence_required, item.due) == ("should", True, "T-2d")
    assert item.guidance.startswith("Use **1.3**.")
    assert site.complaints == [
        "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    ]


def test_who_is_slower_is_told_and_can_put_theirs_on_top(site, draft):
    page = site.open(EDIT, site.cast.marta)
    olga = Actor.of_person(site.cast.olga)
    rename_part(draft, "before", "Prepare", actor=olga, expected_digest=draft.digest)
    row(page, "Set up TLS").focus()
    press(page, "F2")
    page.keyboard.type("Set up TLS 1.3")
    press(page, "Enter", "Escape")
    expect(page.locator("#problem")).to_contain_text("Olga Owens changed this draft")
    expect(page.locator("#problem")).to_contain_text("changed a title")
    assert "Set up TLS 1.3" not in titles(draft)
    page.get_by_role("button", name="Try again").click()
    shows(page, "1 Prepare", "1.1.2 Set up TLS 1.3")
    assert "Set up TLS 1.3" in titles(draft)
    expect(page.locator("#problem > *")).to_have_count(0)


def test_what_the_server_did_not_answer_is_kept_and_sent_again(site, draft):
    page = site.open(EDIT, site.cast.marta)
    page.route("**" + EDIT, lambda route: route.abort())
    row(page, "Warm the cache").focus()
    press(page, "F2")
    page.keyboard.type("Warm every cache")
    press(page, "Enter")
    page.keyboard.type("Measure it")
    press(page, "Enter", "Escape")
    expect(page.locator("#saved")).to_have_text("Not saved: the server did not answer.")
    page.unroute("**" + EDIT)
    page.get_by_role("button", name="Try again").click()
    shows(page, "1.1.3 Warm every cache", "1.1.4 Measure it")
    assert titles(draft)[2:4] == ["Warm every cache", "Measure it"]


def test_a_row_is_dragged_to_another_group(site, draft):
    page = site.open(EDIT, site.cast.marta)
    grip = page.locator("#outline li.o", has_text="Set up TLS").locator(".grip")
    at = grip.bounding_box()
    to = row(page, "Restore a backup").bounding_box()
    page.mouse.move(at["x"] + 8, at["y"] + 8)
    page.mouse.down()
    page.mouse.move(to["x"] + 20, to["y"] + 4, steps=5)
    page.mouse.move(to["x"] + 20, to["y"] + to["height"] - 3, steps=3)
    page.mouse.up()
    shows(page, "1.2.1 Restore a backup", "1.2.2 Set up TLS")
    assert titles(draft) == [
        "Configure DNS",
        "Warm the cache",
        "Restore a backup",
        "Set up TLS",
        "Look at the logs",
    ]


def test_without_scripts_every_action_posts_and_leads_back(site, draft):
    page = site.open(EDIT, site.cast.marta, scripts=False)
    row(page, "Set up TLS").click()
    page.get_by_role("button", name="Up", exact=True).click()
    assert titles(draft)[:2] == ["Set up TLS", "Configure DNS"]
    page.get_by_label("Title of what is added below").fill("Renew it")
    page.get_by_role("button", name="Item", exact=True).click()
    assert titles(draft)[:2] == ["Set up TLS", "Renew it"]
    page.get_by_role("button", name="Nest").click()
    page.get_by_label("Valid for").fill("90d")
    page.get_by_role("button", name="Save", exact=True).click()
    item = list(TemplateVersion.objects.get(pk=draft.pk).tree.items())[1]
    assert (item.parent, item.valid_for) == ("before/web/set-up-tls", "90d")
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    assert TemplateVersion.objects.get(pk=draft.pk).digest == draft.digest


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_the_editor_is_clean_wide_and_narrow_light_and_dark(site, faults, width, dark):
    source = (BUILTIN / "production-checklist.md").read_bytes()
    import_template(source, actor=Actor.of_system(Via.COMMAND), slug="production")
    page = site.open("/templates/production/edit/", site.cast.marta, width=width, dark=dark)
    row(page, "Set up SSL/TLS certificates").click()
    expect(page.locator("#part-title")).to_have_text("Item 1.4.2")
    assert faults(page) == []
    for path in ("publish/", "compare/", ""):
        page.goto(f"{site.url}/templates/production/{path}")
        assert faults(page) == []
    page.goto(f"{site.url}/templates/new/")
    assert faults(page) == []
    assert site.complaints == []


def test_on_a_phone_the_settings_open_below_their_row(site, draft):
    page = site.open(EDIT, site.cast.marta, width=390)
    row(page, "Set up TLS").click()
    expect(page.locator("#part-title")).to_have_text("Item 1.1.2")
    expect(page.locator("li.o:has([aria-current]) + .holder > #part")).to_be_visible()
    page.get_by_role("button", name="Down").click()
    expect(page.locator("#part-title")).to_have_text("Item 1.1.3")
    page.get_by_label("Due").fill("T-1d")
    page.get_by_label("Due").press("Tab")
    expect(page.locator("#saved")).to_have_text("Saved")
    assert titles(draft)[2] == "Set up TLS"
    assert site.complaints == []
