"""The import preview in a real browser: whole in every look, with keys and without scripts."""

from __future__ import annotations

import pytest

from checklists.models import TemplateVersion
from checklists.operations.templates import BUILTIN

UGLY = """\
# from our wiki, exported by hand
Before:
  - Check DNS   # with dig
  - title: Load test (if needed)
    done: yes
    owner: SRE Team
    due: 2026-01-01
    id: 12
    rationale: because we said so, and because the last release went down for an hour
  - Ask Ada
After the release:
  Servers:
    Check A: true
    Check B:
    Check C: see the docs
"""
FORM = "Check,Status,Comment\nConfigure DNS,done,dig says so\nConfigure CDN,n/a,no\nElse,done,\n"
LOOKS = [(1440, False), (1440, True), (390, False), (390, True)]


def preview(page, site, text):
    page.goto(f"{site.url}/templates/import/")
    page.fill("textarea[name=text]", text)
    page.click("button:has-text('Preview')")


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_preview_is_whole_in_every_look(width, dark, site, faults):
    page = site.open("/templates/import/", site.cast.marta, width=width, dark=dark)
    assert faults(page) == []
    for text in (UGLY, (BUILTIN / "production-checklist.md").read_text()):
        preview(page, site, text)
        assert faults(page) == []
    assert site.complaints == []


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_filling_in_is_whole_in_every_look(width, dark, site, faults):
    address = f"/releases/{site.release.pk}/fill/"
    page = site.open(address, site.cast.priya, width=width, dark=dark)
    assert faults(page) == []
    page.fill("textarea[name=text]", FORM)
    page.click("button:has-text('Preview')")
    assert faults(page) == []
    page.click("button:has-text('Answer these items')")
    assert "1 item is answered." in page.inner_text("#notices")
    assert site.complaints == []


def test_a_line_in_focus_shows_its_part(site):
    page = site.open("/templates/import/", site.cast.marta)
    preview(page, site, UGLY)
    page.focus("select[name=as-3]")
    assert page.inner_text(".parts [data-shown]") == "Check DNS"
    page.hover("#L9")
    assert "Load test" in page.inner_text(".parts [data-shown]")


def test_without_scripts_a_line_becomes_something_else(site):
    page = site.open("/templates/import/", site.cast.marta, scripts=False)
    preview(page, site, UGLY)
    page.select_option("select[name=as-10]", "guidance")
    page.click("button:has-text('Read again')")
    assert page.locator("#L10.by-hand.k-guidance").count() == 1
    page.fill("input[name=name]", "From the wiki")
    page.click("button:has-text('Keep as draft')")
    tree = TemplateVersion.objects.get(template__slug="from-the-wiki").tree
    assert [item.title for item in tree.items()] == [
        *("Check DNS", "Load test", "Check A", "Check B", "Check C")
    ]
    assert "Ask Ada" in list(tree.items())[1].guidance


def test_a_file_can_be_dropped(site, tmp_path):
    page = site.open("/templates/import/", site.cast.marta)
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "wiki.yaml", { type: "application/yaml" }));
          const form = document.querySelector("form[data-drop]");
          for (const name of ["dragover", "drop"])
            form.dispatchEvent(
              new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        UGLY,
    )
    page.click("button:has-text('Preview')")
    assert page.input_value("select[name=format]") == "yaml"
    assert page.input_value("input[name=name]") == "wiki"
