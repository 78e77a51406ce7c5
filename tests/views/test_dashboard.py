"""The first page says how every running release stands, and what waits for the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.actors import Actor
from checklists.models import Template
from checklists.operations.items import tick_item
from checklists.operations.planning import assign_item
from checklists.operations.waivers import request_waiver
from checklists.pages.dashboard import dashboard_of
from checklists.pages.loading import forget_all
from tests.checklist_data import item_of, open_small_release

pytestmark = pytest.mark.django_db


def act(person):
    return Actor.of_person(person)


def test_somebody_without_a_project_reads_how_to_get_into_one(cast, client):
    client.force_login(cast.root)
    assert "No project yet" in client.get("/").text
    cast.root.is_owner = False
    cast.root.save()
    assert "You belong to no project yet" in client.get("/").text


def test_a_project_without_a_release_says_so(cast, client):
    client.force_login(cast.vic)
    page = client.get("/").text
    assert "No release is running" in page
    assert "Nothing is assigned to you" in page
    assert "No probe yet" in page


def test_a_running_release_shows_how_far_it_is(cast, release, client):
    tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    client.force_login(cast.vic)
    board = dashboard_of(cast.vic)
    (line,) = board.lines
    assert (line.percent, line.words) == (25, "3 left")
    assert line.parts_label == "1 done, 3 open"
    assert line.signs_label == "Sign-offs: 2 waiting"
    assert board.next == line
    assert f"/releases/{release.pk}/" in client.get("/").text


def test_outsiders_see_nothing_of_it(cast, release, client):
    client.force_login(cast.mallory)
    assert release.version not in client.get("/").text


def test_what_waits_for_me_is_what_is_mine_or_my_roles(cast, release, client):
    assign_item(item_of(release, "configure-dns"), to=cast.sam, actor=act(cast.marta))
    assign_item(item_of(release, "rotate-secrets"), to=cast.security, actor=act(cast.marta))
    assign_item(item_of(release, "configure-cdn"), to=cast.priya, actor=act(cast.marta))
    titles = {task.title for task in dashboard_of(cast.sam).tasks}
    assert titles == {"Sign as Security", "Configure DNS", "Rotate secrets"}
    client.force_login(cast.sam)
    assert "Sign as Security" in client.get("/").text
    tick_item(item_of(release, "configure-dns"), actor=act(cast.sam))
    titles = {task.title for task in dashboard_of(cast.sam).tasks}
    assert titles == {"Sign as Security", "Rotate secrets"}


def test_a_waiver_waits_for_those_who_may_decide_it(cast, release, client):
    request_waiver(
        item_of(release, "rotate-secrets"),
        actor=act(cast.priya),
        reason="The vault moves next week anyway.",
        expires_at=timezone.now() + timedelta(days=30),
    )
    waiting = {
        name: [waiver.title for waiver in dashboard_of(getattr(cast, name)).waivers]
        for name in ("priya", "marta", "sam", "vic", "olga", "mallory")
    }
    assert waiting == {
        "priya": [],
        "marta": ["Rotate secrets"],
        "sam": ["Rotate secrets"],
        "vic": [],
        "olga": [],
        "mallory": [],
    }
    client.force_login(cast.marta)
    assert "The vault moves next week anyway." in client.get("/").text


def test_the_page_may_be_kept_by_nobody_but_the_browser(cast, client):
    client.force_login(cast.vic)
    assert set(client.get("/").headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    client.logout()
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_a_second_look_asks_nothing_more_about_each_release(
    cast, release, client, django_assert_max_num_queries
):
    for number in range(5):
        open_small_release(cast, version=f"3.0.{number}", template=Template.objects.get())
    client.force_login(cast.sam)
    client.get("/")
    with django_assert_max_num_queries(20):
        client.get("/")


def test_the_first_look_at_a_release_costs_a_few_questions_each(cast, release, client):
    template = Template.objects.get()
    client.force_login(cast.sam)
    costs = []
    for number in range(3):
        open_small_release(cast, version=f"3.0.{number}", template=template)
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        costs.append(len(asked))
    assert costs[1] - costs[0] <= 9
    assert costs[2] - costs[1] <= 9
