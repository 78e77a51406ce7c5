"""The forms on the rows and in the detail of an item: with and without scripts."""

from __future__ import annotations

import re

import pytest

from checklists.actors import Actor
from checklists.models import AuditEvent
from checklists.operations.planning import assign_item, comment_item
from checklists.operations.waivers import request_waiver
from tests.checklist_data import TARGET, item_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def dns(release):
    return item_of(release, "configure-dns")


def answer_of(item):
    item.refresh_from_db()
    return item.answer


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


FORMS = ("start", "tick", "untick", "not-applicable", "reopen", "assign", "due", "comment")
FORMS += ("evidence", "waivers", "undo")


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_posted_and_never_fetched(form, cast, dns, client):
    client.force_login(cast.priya)
    assert client.get(f"/items/{dns.pk}/{form}/").status_code == 405


@pytest.mark.parametrize("form", FORMS)
def test_an_outsiders_post_finds_nothing(form, cast, dns, client):
    client.force_login(cast.mallory)
    hidden = client.post(f"/items/{dns.pk}/{form}/")
    missing = client.post(f"/items/987654/{form}/")
    assert hidden.status_code == missing.status_code == 404
    assert without_token(hidden.text) == without_token(missing.text)


@pytest.mark.parametrize("form", ["tick", "comment", "evidence", "assign"])
def test_a_viewers_post_is_refused_with_a_sentence(form, cast, dns, client):
    client.force_login(cast.vic)
    answer = client.post(f"/items/{dns.pk}/{form}/", {"text": "x", "content": "x"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


def test_a_tick_without_scripts_leads_back_to_the_row(cast, release, dns, client):
    client.force_login(cast.priya)
    answer = client.post(f"/items/{dns.pk}/tick/", {"expected_version": dns.version}, follow=True)
    assert answer.redirect_chain == [(f"/releases/{release.pk}/#item-{dns.pk}", 302)]
    assert "Ticked: Configure DNS" in answer.text
    assert answer_of(dns) == "done"


def test_a_tick_is_answered_with_the_row_the_counters_and_an_undo(cast, dns, client):
    client.force_login(cast.priya)
    text = client.post(
        f"/items/{dns.pk}/tick/", {"expected_version": dns.version}, headers=HTMX
    ).text
    assert f'hx-target="#item-{dns.pk}"' in text
    assert 'aria-checked="true"' in text
    assert "1 of 4 settled" in text
    assert f'formaction="/items/{dns.pk}/undo/"' in text
    assert "csrf" not in text


def test_ticking_twice_says_nothing_the_second_time(cast, dns, client):
    client.force_login(cast.priya)
    client.post(f"/items/{dns.pk}/tick/", headers=HTMX)
    again = client.post(f"/items/{dns.pk}/tick/", headers=HTMX)
    assert again.status_code == 200
    assert 'class="toast' not in again.text
    assert AuditEvent.objects.filter(item_id=dns.pk).count() == 1


def test_undo_takes_the_tick_back(cast, dns, client):
    client.force_login(cast.priya)
    client.post(f"/items/{dns.pk}/tick/", headers=HTMX)
    seq = AuditEvent.objects.get(item_id=dns.pk).seq
    answer = client.post(
        f"/items/{dns.pk}/undo/", {"seq": seq, "expected_version": dns.version + 1}, headers=HTMX
    )
    assert answer.status_code == 200
    assert answer_of(dns) == "open"


def test_an_old_version_is_answered_with_who_changed_it_and_the_row_as_it_is(cast, dns, client):
    assign_item(dns, actor=Actor.of_person(cast.sam), to=cast.sam)
    client.force_login(cast.priya)
    answer = client.post(f"/items/{dns.pk}/tick/", {"expected_version": dns.version}, headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#notices"
    assert "Sam Okafor" in answer.text
    assert f'hx-target="#item-{dns.pk}"' in answer.text
    assert f'formaction="/items/{dns.pk}/tick/" name="expected_version" value="2"' in answer.text
    assert answer_of(dns) == "open"


def test_not_applicable_needs_a_reason_and_says_so(cast, release, client):
    cdn = item_of(release, "configure-cdn")
    client.force_login(cast.priya)
    short = client.post(f"/items/{cdn.pk}/not-applicable/", {"reason": "no"})
    assert short.status_code == 422
    assert "20 characters" in short.text
    client.post(f"/items/{cdn.pk}/not-applicable/", {"reason": "This service has no CDN at all."})
    assert answer_of(cdn) == "not_applicable"
    client.post(f"/items/{cdn.pk}/reopen/", {"reason": "It has one now."})
    assert answer_of(cdn) == "open"


def test_an_item_can_be_given_to_a_person_a_role_oneself_and_nobody(cast, dns, client):
    client.force_login(cast.priya)
    url = f"/items/{dns.pk}/assign/"
    client.post(url, {"to": f"person:{cast.sam.pid}"})
    dns.refresh_from_db()
    assert dns.assignee == cast.sam
    client.post(url, {"to": "role:security"})
    dns.refresh_from_db()
    assert (dns.assignee, dns.assignee_role) == (None, cast.security)
    client.post(url, {"me": "1", "to": ""})
    dns.refresh_from_db()
    assert dns.assignee == cast.priya
    client.post(url, {"to": ""})
    dns.refresh_from_db()
    assert dns.assignee is None


@pytest.mark.parametrize("to", ["person:p_nobody", "role:none", "x:y", "person:"])
def test_an_item_cannot_be_given_to_strangers(to, cast, dns, client):
    client.force_login(cast.priya)
    assert client.post(f"/items/{dns.pk}/assign/", {"to": to}).status_code == 422


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("due", {"due_at": "soon"}),
        ("due", {"due_at": "2026-02-31T10:00"}),
        ("waivers", {"reason": "x" * 30, "expires_at": "2026-13-01"}),
        ("waivers", {"reason": "x" * 30, "expires_at": ""}),
        ("tick", {"expected_version": "minus one"}),
        ("undo", {"seq": ""}),
        ("comment", {"text": "nul\x00here"}),
        ("comment", {"text": "   "}),
        ("evidence", {"content": "javascript:alert(1)", "kind": "link"}),
        ("evidence", {"content": "https://example.com", "observed_at": "2999-01-01T00:00"}),
    ],
)
def test_wrong_input_is_refused_with_its_reason_and_changes_nothing(
    form, fields, cast, dns, client
):
    client.force_login(cast.priya)
    answer = client.post(f"/items/{dns.pk}/{form}/", fields, headers=HTMX)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert not AuditEvent.objects.filter(item_id=dns.pk).exists()


def test_evidence_is_a_link_when_it_looks_like_one(cast, dns, client):
    client.force_login(cast.priya)
    client.post(f"/items/{dns.pk}/evidence/", {"content": "https://example.com/run/7"})
    client.post(f"/items/{dns.pk}/evidence/", {"content": "https://example.com said 200"})
    assert [e.kind for e in dns.evidence.all()] == ["link", "text"]


def test_a_waiver_is_asked_and_decided_on_the_page(cast, dns, client):
    client.force_login(cast.priya)
    client.post(
        f"/items/{dns.pk}/waivers/",
        {"reason": "The old zone stays for a month.", "expires_at": "2027-01-31"},
    )
    waiver = dns.waivers.get()
    assert f"{waiver.expires_at:%F %T}" == "2027-01-31 23:59:59"
    own = client.post(f"/waivers/{waiver.pk}/approve/")
    assert own.status_code == 403
    client.force_login(cast.marta)
    client.post(f"/waivers/{waiver.pk}/approve/")
    waiver.refresh_from_db()
    assert waiver.status == "approved"
    client.post(f"/waivers/{waiver.pk}/reject/", {"reason": "Not any more."})
    waiver.refresh_from_db()
    assert waiver.status == "rejected"


def test_an_outsider_cannot_find_a_waiver(cast, dns, client):
    waiver = request_waiver(
        dns,
        actor=Actor.of_person(cast.priya),
        reason="The old zone stays for a month.",
        expires_at=TARGET.replace(year=2027),
    )
    client.force_login(cast.mallory)
    for deed in ("approve", "reject", "withdraw"):
        assert client.post(f"/waivers/{waiver.pk}/{deed}/").status_code == 404
    client.force_login(cast.priya)
    assert client.post(f"/waivers/{waiver.pk}/withdraw/").status_code == 302


# --- Detail --------------------------------------------------------------------------------


def test_the_detail_is_a_panel_for_htmx_and_a_page_for_others(cast, dns, client):
    client.force_login(cast.priya)
    panel = client.get(f"/items/{dns.pk}/", headers=HTMX)
    assert panel.text.lstrip().startswith("<li")
    assert "HX-Request" in panel["Vary"]
    whole = client.get(f"/items/{dns.pk}/")
    assert whole.text.startswith("<!doctype html>")
    assert "no-store" in whole["Cache-Control"] or "max-age=0" in whole["Cache-Control"]


def test_the_detail_shows_words_and_who_said_them(cast, dns, client):
    comment_item(dns, actor=Actor.of_person(cast.sam), text="Zone is **ready** <script>x</script>")
    client.force_login(cast.priya)
    text = client.get(f"/items/{dns.pk}/", headers=HTMX).text
    assert "<strong>ready</strong>" in text
    assert "<script>" not in text
    assert "Sam Okafor commented" in text


def test_not_applicable_is_offered_only_where_the_template_allows_it(cast, release, dns, client):
    client.force_login(cast.priya)
    cdn = item_of(release, "configure-cdn")
    assert "not-applicable/" not in client.get(f"/items/{dns.pk}/", headers=HTMX).text
    assert "not-applicable/" in client.get(f"/items/{cdn.pk}/", headers=HTMX).text


def test_setting_the_same_due_date_again_says_so(cast, dns, client):
    client.force_login(cast.priya)
    shown = {"offset": "T-2d", "due_at": f"{dns.due_at:%Y-%m-%dT%H:%M}"}
    answer = client.post(f"/items/{dns.pk}/due/", shown, headers=HTMX)
    assert "It is due then already:" in answer.text
