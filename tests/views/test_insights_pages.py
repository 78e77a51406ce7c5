"""Charts: progress of a release and insights of a project, from what the log says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.operations.deployments import deploy_release
from checklists.operations.items import reopen_item, tick_item
from checklists.operations.one_off import add_item, remove_item
from checklists.pages.past import stories_of
from tests.checklist_data import (
    item_of,
    open_small_release,
    publish,
    small_tree,
    tiny_tree,
    wide_tree,
)
from tests.overlay_data import add_version, changed_item, small_with
from tests.upgrade_data import upgrade

pytestmark = pytest.mark.django_db


def lived(cast, version, template, hours, items=8):
    """A release whose items were ticked one an hour, and that went live."""
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=False) as clock:
        release = open_small_release(cast, version, template)
        for n in range(1, items + 1):
            clock.shift(timedelta(hours=hours))
            tick_item(item_of(release, f"item-{n}"), actor=Actor.of_person(cast.priya))
        deploy_release(release, actor=Actor.of_person(cast.marta))
    return release


def test_a_story_follows_the_items_that_come_go_and_open_again(cast, release):
    priya, marta = Actor.of_person(cast.priya), Actor.of_person(cast.marta)
    dns = item_of(release, "configure-dns")
    tick_item(dns, actor=priya)
    extra = add_item(
        release.checklists.get(), actor=marta, group="security/secrets", title="Tell Legal"
    )
    tick_item(extra, actor=priya)
    remove_item(extra, actor=marta, reason="Legal knows.")
    reopen_item(dns, actor=priya, reason="It was the wrong zone.")
    tick_item(item_of(release, "review-logs"), actor=priya)  # of the close stage
    (story,) = stories_of([release])
    counts = [(point.settled, point.total) for point in story.points]
    assert counts == [(0, 4), (1, 4), (1, 5), (2, 5), (1, 4), (0, 4)]
    assert story.ready_at is None
    assert len(story.open_keys) == 4


def test_a_story_follows_an_upgrade(cast):
    small = publish(small_tree(), published_by=cast.marta)
    release = open_small_release(cast, template=small)
    for ending in ("configure-dns", "configure-cdn", "audit-access"):
        tick_item(item_of(release, ending), actor=Actor.of_person(cast.priya))
    tree = changed_item(small_with("configure-cdn", na_allowed=False), "audit-access", title=None)
    add_version(small, replace(tree, sections=(*tree.sections, *tiny_tree().sections)))
    upgrade(release, cast)
    (story,) = stories_of([release])
    assert [(p.settled, p.total) for p in story.points][-1] == (1, 4)
    assert [(p.settled, p.total) for p in story.points][:4] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert sorted(key.rpartition("/")[2] for key in story.open_keys) == [
        "configure-cdn",
        "rotate-secrets",
        "write-notes",
    ]


def test_without_data_there_is_no_guess(client, cast, release):
    client.force_login(cast.vic)
    page = client.get(f"/releases/{release.pk}/progress/").content.decode()
    assert "There is no forecast yet" in page
    assert "0 of 4 items settled" in page


def test_with_three_earlier_releases_there_is_a_forecast(client, cast):
    template = publish(wide_tree(8), "wide")
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        lived(cast, version, template, hours=1)
    release = open_small_release(cast, "2.0.0", template)
    client.force_login(cast.vic)
    page = client.get(f"/releases/{release.pk}/progress/").content.decode()
    assert "As likely as not by" in page
    assert "the last 3 releases that went live" in page


def test_a_release_that_is_ready_says_since_when(client, cast):
    release = lived(cast, "1.0.0", publish(wide_tree(8), "wide"), hours=2)
    client.force_login(cast.vic)
    page = client.get(f"/releases/{release.pk}/progress/").content.decode()
    assert "16 h after the opening" in page


def test_a_project_sees_how_long_its_releases_took(client, cast):
    template = publish(wide_tree(2), "wide")
    for version, hours in (("1.0.0", 1), ("1.1.0", 5)):
        lived(cast, version, template, hours=hours, items=2)
    client.force_login(cast.vic)
    page = client.get("/projects/payments/insights/").content.decode()
    assert "Half of them were ready within 2 h, 85 of 100 within 10 h." in page
    assert "1.1.0: 10 h" in page
    assert "Nobody has signed yet" in page


def test_a_project_without_releases_says_what_will_stand_there(client, cast):
    client.force_login(cast.vic)
    page = client.get("/projects/payments/insights/").content.decode()
    assert "No release has gone live yet" in page


def test_more_releases_take_no_more_queries(client, cast, django_assert_max_num_queries):
    template = publish(wide_tree(2), "wide")
    for n in range(4):
        lived(cast, f"1.{n}.0", template, hours=1, items=2)
    release = open_small_release(cast, "2.0.0", template)
    client.force_login(cast.vic)
    with django_assert_max_num_queries(20):  # with the state that its heading counts
        client.get(f"/releases/{release.pk}/progress/")
    with django_assert_max_num_queries(14):
        client.get("/projects/payments/insights/")
