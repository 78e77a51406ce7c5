"""The search page and the answers of the jump dialog: found by those who may see it, escaped."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor
from checklists.operations.deployments import abort_release
from checklists.operations.planning import comment_item
from tests.checklist_data import item_of, open_small_release, publish, tiny_tree, wide_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def commented(cast, release):
    dns = item_of(release, "configure-dns")
    comment_item(dns, actor=Actor.of_person(cast.sam), text='<b onclick="x">Zebra</b> & co')
    return release


def searched(client, who, q: str) -> str:
    client.force_login(who)
    answer = client.get("/search/", {"q": q})
    assert answer.status_code == 200
    return answer.text


def test_what_is_found_is_marked_and_escaped(client, cast, commented):
    text = searched(client, cast.vic, "zebra dns")
    assert "&lt;b onclick=&quot;x&quot;&gt;<mark>Zebra</mark>&lt;/b&gt; &amp; co" in text
    assert "Configure <mark>DNS</mark>" in text
    assert "1 item found" in text


def test_outsiders_find_nothing(client, cast, commented):
    text = searched(client, cast.mallory, "zebra")
    assert "Nothing found" in text
    assert "Configure" not in text
    assert client.get("/jump/", {"q": "configure dns"}).json()["places"] == []
    assert client.get("/jump/", {"q": "payments"}).json()["places"] == []


def test_running_releases_come_first_and_many_are_cut_short(client, cast, release):
    abort_release(release, actor=Actor.of_person(cast.marta), reason="It is given up.")
    open_small_release(cast, "1.0.0", publish(wide_tree(80), "wide"))
    text = searched(client, cast.vic, "configure")
    assert "Aborted" in text
    text = searched(client, cast.vic, "item")
    assert "60 items found, and there are more" in text


def test_what_was_typed_is_harmless(client, cast, release):
    for q in ('"><script>', "%00", "\0", "NEAR(", "x" * 5000):
        text = searched(client, cast.vic, q)
        assert "<script>" not in text.replace("<script src", "")


def test_an_empty_search_is_a_form(client, cast):
    assert "Nothing found" not in searched(client, cast.vic, "  ")


def test_searching_takes_the_same_queries_for_any_number_found(client, cast):
    client.force_login(cast.vic)
    counts = []
    for items in (5, 50):
        open_small_release(cast, f"1.{items}", publish(wide_tree(items), f"wide{items}"))
        with CaptureQueriesContext(connection) as seen:
            client.get("/search/", {"q": "item"})
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_jumping_names_releases_projects_templates_and_items(client, cast, release):
    publish(tiny_tree(), "tiny")
    client.force_login(cast.vic)

    def places(q):
        found = client.get("/jump/", {"q": q}).json()["places"]
        return [(place["title"], place["url"]) for place in found]

    assert ("Payments 2.4.0", f"/releases/{release.pk}/") in places("pay 2.4")
    assert ("Payments", "/projects/payments/") in places("paym")
    assert ("Tiny checklist", "/templates/tiny/") in places("tiny")
    dns = item_of(release, "configure-dns")
    assert ("1.1.1 Configure DNS", f"/releases/{release.pk}/#item-{dns.pk}") in places("dns")
    assert places("") == []
