"""The release page, the detail of an item, and every form on them: with and without scripts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.models import AuditEvent
from checklists.operations.items import tick_item
from checklists.operations.planning import assign_item, comment_item
from checklists.operations.releases import open_release
from checklists.operations.waivers import request_waiver
from checklists.pages import loading
from tests.checklist_data import TARGET, item_of, open_small_release, publish, small_tree

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def dns(release):
    return item_of(release, "configure-dns")


def page(client, release, who, **query):
    client.force_login(who)
    return client.get(f"/releases/{release.pk}/", query)


def answer_of(item):
    item.refresh_from_db()
    return item.answer


def test_every_member_sees_every_item(cast, release, client):
    for who in (cast.vic, cast.priya, cast.marta, cast.ada, cast.olga):
        answer = page(client, release, who)
        assert answer.status_code == 200
        for item in release.items.all():
            assert f'id="item-{item.pk}"' in answer.text


def test_an_outsider_gets_what_a_missing_release_gives(cast, release, client):
    hidden = page(client, release, cast.mallory)
    missing = client.get("/releases/987654/")
    assert hidden.status_code == missing.status_code == 404
    assert without_token(hidden.text) == without_token(missing.text)


def test_nobody_reads_it_without_signing_in(release, client):
    answer = client.get(f"/releases/{release.pk}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_rows_are_the_same_for_everybody(cast, release, client):
    seen = {rows_of(page(client, release, who).text) for who in (cast.vic, cast.priya, cast.marta)}
    assert len(seen) == 1


def test_body_classes_say_what_the_viewer_may_do(cast, release, client):
    assert "can-tick" in body_class(page(client, release, cast.priya).text)
    assert "can-deploy" in body_class(page(client, release, cast.marta).text)
    assert body_class(page(client, release, cast.vic).text) == "release"


def test_the_page_carries_the_seq_it_shows(cast, release, dns, client):
    tick_item(dns, actor=Actor.of_person(cast.priya))
    text = page(client, release, cast.vic).text
    assert 'data-seq="2"' in text
    assert f'data-live="/releases/{release.pk}/live/"' in text


def test_there_is_no_inline_style_script_or_handler(cast, release, dns, client):
    comment_item(dns, actor=Actor.of_person(cast.priya), text="<b onclick=x>hello</b>")
    for text in (
        page(client, release, cast.marta).text,
        client.get(f"/items/{dns.pk}/").text,
    ):
        assert "style=" not in text
        assert not re.search(r"<[^>]+\son\w+=", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text)
        assert "data:" not in text


def test_a_filter_hides_rows_for_those_without_scripts(cast, release, dns, client):
    tick_item(dns, actor=Actor.of_person(cast.priya))
    text = page(client, release, cast.priya, show="open").text
    assert f'id="item-{dns.pk}" data-ui-off' in text
    assert text.count("data-ui-off data-version") == 1


def test_a_search_finds_titles_in_any_case(cast, release, client):
    text = page(client, release, cast.priya, q="ROTATE").text
    assert text.count("data-ui-off data-version") == 4


def test_an_odd_filter_shows_all(cast, release, client):
    assert "data-ui-off data-version" not in page(client, release, cast.priya, show="<x>").text


# --- What it costs -------------------------------------------------------------------------


def big_tree(items: int) -> ChecklistTree:
    """A checklist with as many items in sections of eight."""
    sections = tuple(
        Section(
            f"s{s}",
            f"Section {s}",
            groups=(
                Group(
                    f"s{s}/g",
                    "Group",
                    items=tuple(Item(f"s{s}/g/i{i}", f"Item {s} {i}") for i in range(8)),
                ),
            ),
        )
        for s in range(items // 8)
    )
    return replace(small_tree(()), sections=sections)


def queries(client, release) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/releases/{release.pk}/").status_code == 200
    return len(seen)


def test_the_page_takes_the_same_few_queries_for_any_number_of_items(cast, client):
    client.force_login(cast.priya)
    counts = []
    for items in (16, 160, 1600):
        release = open_small_release(cast, f"1.{items}", publish(big_tree(items), f"t{items}"))
        client.get(f"/releases/{release.pk}/")
        loading.forget_all()
        counts.append(queries(client, release))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 12


def test_looking_again_takes_five_queries_at_most(cast, release, client):
    page(client, release, cast.priya)
    assert queries(client, release) <= 5


def test_events_do_not_make_the_page_dearer(cast, release, dns, client):
    page(client, release, cast.priya)
    loading.forget_all()
    before = queries(client, release)
    for number in range(30):
        comment_item(dns, actor=Actor.of_person(cast.priya), text=f"Word {number}")
    client.get(f"/releases/{release.pk}/")
    loading.forget_all()
    assert queries(client, release) == before


def test_nothing_new_is_answered_with_304_until_something_happens(cast, release, dns, client):
    first = page(client, release, cast.priya)
    assert first["Cache-Control"] == "private, no-cache"
    etag = {"If-None-Match": first["ETag"]}
    with CaptureQueriesContext(connection) as seen:
        again = client.get(f"/releases/{release.pk}/", headers=etag)
    assert again.status_code == 304
    assert len(seen) <= 3
    tick_item(dns, actor=Actor.of_person(cast.sam))
    assert client.get(f"/releases/{release.pk}/", headers=etag).status_code == 200


def test_the_page_of_one_person_is_never_unchanged_for_another(cast, release, client):
    mine = page(client, release, cast.priya)["ETag"]
    client.force_login(cast.marta)
    answer = client.get(f"/releases/{release.pk}/", headers={"If-None-Match": mine})
    assert answer.status_code == 200


# --- Forms ---------------------------------------------------------------------------------

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
    assert "Ticked Configure DNS" in answer.text
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


# --- The whole release -----------------------------------------------------------------------


def test_deploying_against_the_gate_is_refused_with_its_reasons(cast, release, client):
    client.force_login(cast.marta)
    answer = client.post(f"/releases/{release.pk}/deploy/")
    assert answer.status_code == 409
    release.refresh_from_db()
    assert release.status == "preparing"


def test_a_release_is_aborted_with_a_reason_and_then_offers_nothing(cast, release, client):
    client.force_login(cast.marta)
    client.post(f"/releases/{release.pk}/abort/", {"reason": "We skip this version."})
    release.refresh_from_db()
    assert release.status == "aborted"
    text = page(client, release, cast.marta).text
    assert body_class(text) == "release"
    assert "Aborted" in text


def test_the_target_moves(cast, release, client):
    client.force_login(cast.marta)
    client.post(f"/releases/{release.pk}/target/", {"target_at": "2031-02-01T08:30"})
    release.refresh_from_db()
    assert f"{release.target_at:%F %R}" == "2031-02-01 08:30"


def test_a_release_of_two_templates_names_both(cast, client):
    templates = [publish(small_tree(()), "one"), publish(small_tree(()), "two")]
    release = open_release(
        cast.project,
        actor=Actor.of_person(cast.marta),
        version="3.0.0",
        environment="production",
        target_at=TARGET,
        templates=templates,
    )
    text = page(client, release, cast.vic).text
    assert text.count('class="checklist"') == 2
    assert 'id="section-6"' in text


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


def rows_of(html: str) -> str:
    return "".join(re.findall(r'<li class="item.*?</li>', html, flags=re.DOTALL))


def body_class(html: str) -> str:
    found = re.search(r'<body class="([^"]*)"', html)
    return found[1] if found else ""
