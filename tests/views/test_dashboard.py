"""The first page says how every running release stands, and what waits for the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.operations.items import tick_item
from checklists.operations.planning import assign_item
from checklists.operations.waivers import request_waiver
from checklists.pages.dashboard import dashboard_of
from tests.checklist_data import item_of

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
    assert titles == {"Sign Security", "Configure DNS", "Rotate secrets"}
    client.force_login(cast.sam)
    assert "Sign Security" in client.get("/").text
    tick_item(item_of(release, "configure-dns"), actor=act(cast.sam))
    titles = {task.title for task in dashboard_of(cast.sam).tasks}
    assert titles == {"Sign Security", "Rotate secrets"}


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
