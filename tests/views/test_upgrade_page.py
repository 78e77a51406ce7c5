"""Overlays and upgrades in the browser: the offer, the preview, the choice, why an item is here."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.formats.tree import SignoffRule
from checklists.models import AuditEvent
from checklists.operations.items import tick_item
from checklists.operations.one_off import add_item
from checklists.operations.templates import start_draft
from tests.checklist_data import item_of, open_small_release, publish, small_tree
from tests.factories import PASSWORD
from tests.overlay_data import add_version, changed_item, eu_tree, small_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(cast):
    return publish(small_tree(), published_by=cast.marta)


@pytest.fixture
def release(cast, small):
    return open_small_release(cast, template=small)


@pytest.fixture
def marta(client, cast):
    client.force_login(cast.marta)
    return client


def url(release):
    return f"/releases/{release.pk}/checklists/small/upgrade/"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def digest_in(response):
    return re.search(r'name="digest" value="(\w{64})"', response.content.decode())[1]


def test_nothing_newer_is_nothing_to_offer(marta, release):
    assert "upgrade/" not in marta.get(f"/releases/{release.pk}/").content.decode()
    assert "This is the newest" in text(marta.get(url(release)))


def test_the_release_page_offers_what_is_newer(marta, client, cast, small, release):
    add_version(small, small_with("dns", title="Configure DNS twice"))
    assert url(release) in marta.get(f"/releases/{release.pk}/").content.decode()
    client.force_login(cast.priya)
    assert "upgrade/" not in client.get(f"/releases/{release.pk}/").content.decode()


def test_a_newer_overlay_is_offered_too(marta, release):
    publish(eu_tree(), slug="eu")
    assert url(release) in marta.get(f"/releases/{release.pk}/").content.decode()


def test_the_preview_says_what_happens_to_each(marta, cast, small, release):
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    tick_item(item_of(release, "audit-access"), actor=Actor.of_person(cast.priya))
    add_item(
        release.checklists.get(),
        actor=Actor.of_person(cast.marta),
        group="security/secrets",
        title="Just this once",
    )
    tree = small_with("configure-dns", title="Configure DNS twice", guidance="Both.")
    add_version(small, changed_item(tree, "audit-access", title=None))
    page = marta.get(url(release))
    said = text(page)
    assert "2 answers are asked again or go" in said
    assert "was “Configure DNS”; other: title, guidance; its answer ends" in said
    assert "1 Asked again" in said
    assert "1 Taken out" in said
    assert "Audit secret access" in said
    assert "Just this once" in said
    assert "Now: Small checklist v1 Then: Small checklist v2" in said
    assert AuditEvent.objects.filter(action="checklist.upgraded").count() == 0


def test_confirming_it_does_it(marta, small, release):
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    shown = marta.get(url(release))
    answer = marta.post(url(release), {"digest": digest_in(shown)}, follow=True)
    assert "small is on Small checklist v2 now." in text(answer)
    assert "Configure DNS twice" in text(answer)
    assert verify_release(release).is_clean
    history = text(marta.get(f"/releases/{release.pk}/history/"))
    assert "moved a checklist to a newer version" in history
    assert "1 asked again, 0 new, 0 taken out, 4 kept" in history


def test_each_event_of_it_opens_in_the_history(marta, small, release):
    tree = small_with("configure-dns", title="Configure DNS twice")
    add_version(small, changed_item(tree, "configure-cdn", title=None))
    marta.post(url(release), {"digest": digest_in(marta.get(url(release)))})
    seq = current_state(release).seq
    page = marta.get(f"/releases/{release.pk}/history/?event={seq}")
    assert page.status_code == 200
    assert "Configure CDN" in text(page)


def test_what_changed_meanwhile_is_shown_anew(marta, cast, small, release):
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    shown = marta.get(url(release))
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    answer = marta.post(url(release), {"digest": digest_in(shown)})
    assert answer.status_code == 409
    assert "The release changed since this was shown" in text(answer)
    assert "1 answer is asked again or goes" in text(answer)
    assert digest_in(answer) != digest_in(shown)


def test_what_cannot_be_met_is_said_in_words(marta, small, release):
    add_version(small, replace(small_tree(), rules=(SignoffRule("sre", 2),)))
    answer = marta.post(url(release), {"digest": digest_in(marta.get(url(release)))})
    assert answer.status_code == 409
    assert "asks for 2 signatures of the role “sre”" in text(answer)


@pytest.mark.parametrize("key", ["none", "%00", "small%2F"])
def test_what_is_not_there_is_not_found(marta, release, key):
    assert marta.get(f"/releases/{release.pk}/checklists/{key}/upgrade/").status_code == 404


def test_a_removed_item_is_not_found_any_more(marta, small, release):
    item = item_of(release, "configure-dns")
    add_version(small, small_with("configure-dns", title=None))
    marta.post(url(release), {"digest": digest_in(marta.get(url(release)))})
    assert marta.get(f"/items/{item.pk}/").status_code in (404, 410)


def test_an_item_says_why_it_is_here(marta, cast, small):
    publish(eu_tree(), slug="eu")
    publish(
        eu_tree(
            title="Live",
            environments=("production",),
            sections=changed_item(eu_tree(), "audit-access", evidence_required=True).sections,
        ),
        slug="live",
    )
    release = open_small_release(cast, template=small)
    audit = text(marta.get(f"/items/{item_of(release, 'audit-access').pk}/"))
    assert "From Small checklist v1. EU Product v1: makes it a must. Live v1: requires ev" in audit
    officer = text(marta.get(f"/items/{item_of(release, 'ask-the-officer').pk}/"))
    assert "From EU Product v1." in officer
    dns = text(marta.get(f"/items/{item_of(release, 'configure-dns').pk}/"))
    assert "From Small checklist v1." in dns


def test_a_suggested_probe_waits_in_its_form(marta, cast):
    probe = {"kind": "tls", "params": {"port": 8443}, "conditions": ["odd"], "interval_s": 3600}
    tree = small_with("configure-dns", probe=json.dumps(probe))
    release = open_small_release(cast, template=publish(tree))
    item = item_of(release, "configure-dns")
    assert "The template suggests a probe" in text(marta.get(f"/items/{item.pk}/"))
    form = marta.get(f"/items/{item.pk}/probe/").content.decode()
    assert 'name="port" value="8443"' in form
    assert marta.get(f"/items/{item.pk}/probe/?kind=http").status_code == 200


def test_the_new_release_page_says_which_overlays_apply(marta, cast, small):
    publish(eu_tree(), slug="eu")
    publish(eu_tree(title="Staged", environments=("staging",)), slug="staged")
    publish(eu_tree(title="Ledger", projects=("ledger",)), slug="for-ledger")
    page = marta.get("/projects/payments/releases/new/")
    assert "EU Product v1 is merged into Small checklist" in text(page)
    assert "Staged v1 does not apply" in text(page)
    assert "Ledger v1" not in text(page)
    assert 'value="eu"' not in page.content.decode()
    part = marta.get(
        "/projects/payments/releases/new/",
        {"environment": "staging", "templates": "small"},
        headers={"HX-Request": "true"},
    )
    assert "<html" not in part.content.decode()
    assert "Staged v1 is merged into Small checklist" in text(part)


def test_a_template_page_says_what_extends_it_and_where(marta, cast, small):
    overlay = publish(eu_tree(projects=("payments",)), slug="eu")
    assert "Releases of payments" in text(marta.get("/templates/small/"))
    assert "Merged by itself into Small checklist" in text(marta.get("/templates/eu/"))
    draft = start_draft(overlay, actor=Actor.of_person(cast.marta))
    marta.post(
        "/templates/eu/overlay/",
        {"version": 2, "extends": "small", "projects": "payments", "environments": "a, b"},
    )
    draft.refresh_from_db()
    assert draft.tree.environments == ("a", "b")


def test_a_holder_agrees_on_the_template_page(client, cast, small):
    draft = start_draft(small, actor=Actor.of_person(cast.marta))
    client.force_login(cast.marta)
    rule = {"r0-role": "release-manager", "r0-count": "1", "r0-stage": "deploy"}
    client.post("/templates/small/rules/", {"version": 2, **rule})
    page = client.get("/templates/small/")
    assert "Security: 0 of 1 agreed; Payments needs 1 of its own." in text(page)
    assert "Agree as Security" not in text(page)
    page = client.get("/templates/small/publish/")
    assert "It waits for agreement" in text(page)
    assert 'aria-describedby="awaited"' in page.text
    client.force_login(cast.sam)
    page = client.get("/templates/small/")
    assert "Agree as Security" in text(page)
    draft.refresh_from_db()
    form = {"version": 2, "digest": draft.digest, "role": "security"}
    answer = client.post("/templates/small/agree/", form)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    client.logout()
    client.post("/accounts/login/", {"login": cast.sam.email, "password": PASSWORD})
    answer = client.post("/templates/small/agree/", form, follow=True)
    assert "Your agreement is recorded." in text(answer)
    assert "Security: 1 of 1 agreed." in text(answer)
