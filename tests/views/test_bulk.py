"""One step on many items by raw HTTP: what is sent, what is answered, what it costs."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor
from checklists.operations.items import tick_item
from checklists.pages import loading
from checklists.state import Answer
from tests.checklist_data import item_of, open_small_release, publish, wide_tree

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WHY = "None of this is used in this service."


@pytest.fixture
def priya_in(client, cast):
    client.force_login(cast.priya)
    return client


def do(client, release, step, *, items=None, **more):
    chosen = [f"{i.pk}.{i.version}" for i in (items or release.items.all())]
    path = f"/releases/{release.pk}/bulk/"
    return client.post(path, {"do": step, "item": chosen, **more}, headers=HTMX)


def done(release) -> int:
    return release.items.filter(answer=Answer.DONE).count()


def test_the_answer_brings_every_row_the_counters_and_one_undo(priya_in, release):
    answer = do(priya_in, release, "tick")
    assert answer.status_code == 200
    assert answer.text.count('<hx-partial hx-target="#item-') == 5
    assert 'id="ready"' in answer.text
    assert "Ticked: 5 items." in answer.text
    number = re.search(r'name="batch" value="(\d+)"', answer.text)[1]
    back = priya_in.post(f"/releases/{release.pk}/bulk/undo/", {"batch": number}, headers=HTMX)
    assert "Undone: 5 items." in back.text
    assert done(release) == 0


def test_what_is_left_is_named_with_its_reason(priya_in, release):
    answer = do(priya_in, release, "na", reason=WHY)
    assert "Marked not applicable: 1 item. 4 were left:" in answer.text
    assert "1.1.1 Configure DNS: The template does not allow" in answer.text


@pytest.mark.parametrize(
    ("step", "more", "status"),
    [
        ("waive", {"reason": WHY}, 422),
        ("", {}, 422),
        ("na", {"reason": "short"}, 422),
        ("reopen", {}, 422),
        ("tick", {"item": []}, 422),
        ("tick", {"item": ["1.x"]}, 422),
        ("tick", {"item": ["99999999999999999999"]}, 422),
        ("tick", {"item": ["987654"]}, 404),
        ("assign", {"to": "person:nobody"}, 422),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_done(priya_in, release, step, more, status):
    data = {"do": step, "item": [f"{release.items.first().pk}.1"], **more}
    answer = priya_in.post(f"/releases/{release.pk}/bulk/", data, headers=HTMX)
    assert answer.status_code == status
    assert release.chain.events.count() == 1


def test_an_old_version_is_left_alone(priya_in, release, cast):
    seen = list(release.items.all())
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.sam))
    answer = do(priya_in, release, "me", items=seen)
    assert "Assigned: 4 items. 1 was left:" in answer.text
    assert "Sam Okafor changed" in answer.text


def test_people_and_roles_are_given_items(priya_in, release, cast):
    do(priya_in, release, "assign", to=f"person:{cast.sam.pid}")
    assert release.items.filter(assignee=cast.sam).count() == 5
    do(priya_in, release, "assign", to="role:security")
    assert release.items.filter(assignee_role=cast.security).count() == 5
    do(priya_in, release, "assign", to="")
    assert release.items.filter(assignee=None, assignee_role=None).count() == 5


def test_without_scripts_it_leads_back_to_the_boxes_and_says_what_was_done(priya_in, release):
    page = priya_in.get(f"/releases/{release.pk}/", {"select": "1", "show": "open"})
    assert page.text.count('class="pick"') == 5
    value = re.search(r'name="item" value="([\d.]+)"', page.text)[1]
    data = {"do": "tick", "item": [value], "back": "show=open&evil=//example.com"}
    answer = priya_in.post(f"/releases/{release.pk}/bulk/", data)
    assert answer["Location"] == f"/releases/{release.pk}/?show=open&select=1"
    assert "Ticked: 1 item." in priya_in.get(answer["Location"]).text


def test_who_may_not_answer_items_gets_no_boxes(client, release, cast):
    client.force_login(cast.vic)
    page = client.get(f"/releases/{release.pk}/", {"select": "1"})
    assert "pick" not in page.text
    assert client.get(f"/releases/{release.pk}/bulk/", headers=HTMX).status_code == 403


def test_the_page_has_no_boxes_until_they_are_asked_for(priya_in, release):
    assert "pick" not in priya_in.get(f"/releases/{release.pk}/").text


def test_an_answer_costs_two_queries_an_item(priya_in, cast):
    counts = {}
    for items in (10, 100):
        release = open_small_release(cast, f"5.{items}", publish(wide_tree(items), f"w{items}"))
        loading.forget_all()
        with CaptureQueriesContext(connection) as seen:
            assert do(priya_in, release, "tick").status_code == 200
        counts[items] = len(seen)
    assert (counts[100] - counts[10]) / 90 <= 2
    assert counts[10] < 50
