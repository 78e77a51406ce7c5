"""Sign-off, history, templates and probes in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils import timezone

from checklists.actors import Actor
from checklists.models import Person, Release, Signoff, TemplateVersion
from checklists.operations.items import tick_item
from checklists.operations.templates import BUILTIN
from tests.checklist_data import item_of
from tests.factories import PASSWORD
from tests.probe_data import attach, report

LOOKS = [(1440, False), (1440, True), (390, False)]


def let_in(person: Person) -> None:
    """Give the person a password that the server can check: it knows no quick hashes."""
    hasher = PBKDF2PasswordHasher()
    person.password = hasher.encode(PASSWORD, hasher.salt())
    person.save(update_fields=["password"])


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_every_page_is_whole_for_everybody(width, dark, site, faults):
    probe = attach(item_of(site.release, "configure-dns"), site.cast.marta)
    report(probe, "PPFFF", timezone.now() - timedelta(minutes=5))
    tick_item(item_of(site.release, "rotate-secrets"), actor=Actor.of_person(site.cast.marta))
    page = site.open("/probes/", site.cast.marta, width=width, dark=dark)
    for path in (
        "/probes/",
        f"/probes/{probe.pk}/",
        f"/items/{probe.item_id}/probe/",
        f"/releases/{site.release.pk}/sign-off/",
        f"/releases/{site.release.pk}/sign-off/?role=security",
        f"/releases/{site.release.pk}/history/",
        f"/releases/{site.release.pk}/history/?event=2&as_of={timezone.now():%Y-%m-%dT%H:%M:%S}",
        "/templates/",
        "/templates/small/",
        "/templates/import/",
        "/projects/payments/releases/new/",
    ):
        page.goto(site.url + path)
        assert faults(page) == [], path
    assert site.complaints == []


def test_somebody_signs_after_proving_who_they_are(site):
    let_in(site.cast.sam)
    page = site.open(f"/releases/{site.release.pk}/sign-off/", site.cast.sam)
    page.fill("#note", "Looked at every secret.")
    page.click("button:has-text('Confirm it is you')")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-off/**")
    assert page.input_value("#note") == "Looked at every secret."
    assert not Signoff.objects.exists()
    page.click("main button:has-text('Sign')")
    page.wait_for_selector("text=Your signature counts")
    assert Signoff.objects.get().note.value == "Looked at every secret."
    assert site.complaints == []


def test_a_checklist_goes_from_a_file_to_a_release(site):
    page = site.open("/templates/import/", site.cast.marta)
    page.set_input_files("input[type=file]", str(BUILTIN / "production-checklist.md"))
    page.click("text=Preview")
    page.wait_for_selector("text=Every line was understood")
    page.fill("#id_r0-role", "security")
    page.click("text=Keep as draft")
    page.click("a:has-text('Publish')")
    page.wait_for_selector("h1:has-text('Publish v1')")
    page.click("button:has-text('Publish v1')")
    page.wait_for_selector("text=v1, published")
    assert TemplateVersion.objects.get(template__slug="production-checklist").is_published
    page.goto(f"{site.url}/projects/payments/releases/new/")
    page.fill("#id_version", "3.0.0")
    page.fill("#id_target_at", "2031-01-15T12:00")
    page.check("text=Production Checklist")
    page.click("text=Open release")
    page.wait_for_selector("h1:has-text('Payments 3.0.0')")
    assert Release.objects.get(version="3.0.0").items.count() == 132
    assert site.complaints == []


def test_the_answer_of_a_run_appears_by_itself(site):
    probe = attach(item_of(site.release, "configure-dns"), site.cast.marta)
    report(probe, "P")
    page = site.open(f"/probes/{probe.pk}/", site.cast.priya)
    page.click("text=Run now")
    page.wait_for_selector("text=As soon as a worker is free")
    page.click("summary:has-text('All facts')")
    report(probe, "F")
    page.wait_for_selector("#probe-live :text('Answers with 2xx: False')", timeout=10_000)
    assert page.eval_on_selector("details:has-text('All facts')", "fold => fold.open")
    assert site.complaints == []


def test_history_is_read_and_the_past_is_asked_without_scripts(site):
    tick_item(item_of(site.release, "rotate-secrets"), actor=Actor.of_person(site.cast.priya))
    page = site.open(f"/releases/{site.release.pk}/history/", site.cast.ada, scripts=False)
    page.check("text=Answers")
    page.click("button:has-text('Filter')")
    page.click(".ev a")
    page.wait_for_selector("text=The hashes fit")
    page.click("text=The gate at this moment")
    page.wait_for_selector("text=No-go for deploy")
