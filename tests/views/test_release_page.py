"""The release page: who sees what, what it costs, and what is done with the whole release."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from checklists.actors import Actor
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.operations.decisions import decide_release
from checklists.operations.items import tick_item
from checklists.operations.planning import comment_item
from checklists.operations.releases import open_release
from checklists.pages import loading
from checklists.state import Stage
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
    page(client, release, cast.priya)  # brings the cookie that the next one depends on
    with time_machine.travel(timezone.now(), tick=False):
        first = client.get(f"/releases/{release.pk}/")
        assert first["Cache-Control"] == "private, no-cache"
        etag = {"If-None-Match": first["ETag"]}
        with CaptureQueriesContext(connection) as seen:
            again = client.get(f"/releases/{release.pk}/", headers=etag)
        assert again.status_code == 304
        assert len(seen) <= 3
        tick_item(dns, actor=Actor.of_person(cast.sam))
        assert client.get(f"/releases/{release.pk}/", headers=etag).status_code == 200


def test_nothing_new_is_unchanged_only_for_moments_for_things_get_late(cast, release, client):
    page(client, release, cast.priya)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        etag = {"If-None-Match": client.get(f"/releases/{release.pk}/")["ETag"]}
        clock.shift(60)
        assert client.get(f"/releases/{release.pk}/", headers=etag).status_code == 200


def test_the_page_of_one_person_is_never_unchanged_for_another(cast, release, client):
    mine = page(client, release, cast.priya)["ETag"]
    client.force_login(cast.marta)
    answer = client.get(f"/releases/{release.pk}/", headers={"If-None-Match": mine})
    assert answer.status_code == 200


# --- The whole release -----------------------------------------------------------------------


def test_deploying_against_the_gate_is_refused_with_its_reasons(cast, release, client):
    client.force_login(cast.marta)
    answer = client.post(f"/releases/{release.pk}/deploy/")
    assert answer.status_code == 409
    names = {"security": "Security", "release-manager": "Release manager"}
    for reason in decide_release(release, stage=Stage.DEPLOY).blockers:
        said = str(reason.said.naming(names)) if reason.role else reason.message
        assert escape(said) in answer.text
    release.refresh_from_db()
    assert release.status == "preparing"


def test_a_release_is_aborted_with_a_reason_and_then_offers_nothing(cast, release, client):
    client.force_login(cast.marta)
    client.post(f"/releases/{release.pk}/abort/", {"reason": "We skip this version."})
    release.refresh_from_db()
    assert release.status == "aborted"
    text = page(client, release, cast.marta).text
    assert "data-until" not in text
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
