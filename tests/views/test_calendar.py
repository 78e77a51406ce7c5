"""The calendar, freeze windows and the feed that a calendar program reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.verify import verify_all
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.models import CalendarFeed, FreezeWindow
from checklists.operations.calendar import remove_freeze_window, set_freeze_window
from checklists.operations.projects import archive_project
from checklists.pages.ical import Entry, write_calendar
from tests.audit.full_release import log_rows_of_factories
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db

START = datetime(2031, 1, 10, tzinfo=UTC)  # the cast's release goes live on the 15th, at 12:00


@pytest.fixture
def olga(cast):
    return Actor.of_person(cast.olga)


def freeze(cast, actor, *, days=10, name="Holidays"):
    return set_freeze_window(
        cast.project, actor=actor, name=name, starts_at=START, ends_at=START + timedelta(days=days)
    )


def test_a_release_stands_on_the_day_of_its_target(client, cast, release):
    client.force_login(cast.vic)
    page = client.get("/calendar/?month=2031-01").content.decode()
    assert "Payments 2.4.0" in page
    assert "Calendar, January 2031" in page
    assert "Payments 2.4.0" not in client.get("/calendar/?month=2031-02").content.decode()


def test_outsiders_see_no_release_and_no_freeze(client, cast, release, olga):
    freeze(cast, olga)
    client.force_login(cast.mallory)
    page = client.get("/calendar/?month=2031-01").content.decode()
    assert "2.4.0" not in page
    assert "Holidays" not in page
    assert "Nothing in this month" in page


@pytest.mark.parametrize(
    "month",
    [
        "",
        "x",
        "2031-13",
        "2031-1",
        "99999-01",
        "2031-01-01",
        "\u0662\u0660\u0663\u0661-\u0660\u0661",
    ],
)
def test_an_odd_month_shows_this_one(client, cast, month):
    client.force_login(cast.vic)
    page = client.get("/calendar/", {"month": month})
    assert f"{timezone.localtime():%B %Y}" in page.content.decode()


def test_a_target_within_a_freeze_is_marked(client, cast, release, olga):
    freeze(cast, olga)
    client.force_login(cast.vic)
    assert "in “Holidays”" in client.get("/calendar/?month=2031-01").content.decode()


def test_more_releases_take_no_more_queries(client, cast, release, django_assert_max_num_queries):
    client.force_login(cast.vic)
    client.get("/calendar/?month=2031-01")
    with django_assert_max_num_queries(6):
        client.get("/calendar/?month=2031-01")


def test_owners_set_a_freeze_and_take_it_back(cast, olga):
    log_rows_of_factories()
    window = freeze(cast, olga)
    assert freeze(cast, olga).pk == window.pk
    remove_freeze_window(window, actor=olga)
    before = everything()
    remove_freeze_window(window, actor=olga)
    assert everything() == before
    assert verify_all().findings == []


def test_a_freeze_changed_by_sql_is_found(cast, olga):
    log_rows_of_factories()
    window = freeze(cast, olga)
    FreezeWindow.objects.filter(pk=window.pk).update(ends_at=START + timedelta(days=1))
    assert [(f.table, f.field) for f in verify_all().findings] == [("freezewindow", "ends_at")]


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_freeze_that_cannot_be_is_refused(cast, olga, days):
    with changes_nothing(Invalid):
        freeze(cast, olga, days=days)


def test_only_owners_set_freezes(cast):
    with changes_nothing(NotAllowed):
        freeze(cast, Actor.of_person(cast.marta))


def test_an_archived_project_keeps_its_freezes_as_they_are(cast, olga):
    window = freeze(cast, olga)
    archive_project(cast.project, actor=olga)
    with changes_nothing(Conflict):
        remove_freeze_window(window, actor=olga)


def made_feed(client) -> str:
    page = client.post("/calendar/feed/").content.decode()
    address = page.partition('id="feed-address">')[2].partition("<")[0]
    return "/" + address.partition("//")[2].partition("/")[2]


def test_the_feed_shows_what_its_owner_may_see_and_nothing_else(client, cast, release, olga):
    release.target_at = timezone.now() + timedelta(days=3)
    release.save(update_fields=["target_at"])
    client.force_login(cast.vic)
    mine = made_feed(client)
    client.force_login(cast.mallory)
    theirs = made_feed(client)
    client.logout()
    answer = client.get(mine)
    assert answer["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:Payments 2.4.0 (production)\r\n" in answer.content.decode()
    assert "2.4.0" not in client.get(theirs).content.decode()


def test_a_feed_ends_when_it_is_replaced_stopped_or_its_owner_shut_out(client, cast):
    client.force_login(cast.vic)
    first = made_feed(client)
    second = made_feed(client)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    cast.vic.is_active = False
    cast.vic.save()
    assert client.get(second).status_code == 404
    cast.vic.is_active = True
    cast.vic.save()
    client.force_login(cast.vic)
    client.post("/calendar/feed/close/")
    assert client.get(second).status_code == 404


def test_the_secret_is_kept_as_its_hash_only(client, cast):
    client.force_login(cast.vic)
    secret = made_feed(client).rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(CalendarFeed.objects.values().get())


def test_text_is_escaped_and_long_lines_are_folded_between_characters():
    entry = Entry(
        "x@y", START, START, "a;b,c\\d\ne" + "é" * 60, "https://example.com/", START, True
    )
    text = write_calendar("N", [entry])
    assert "SUMMARY:a\\;b\\,c\\\\d\\ne" in text
    assert "STATUS:CANCELLED" in text
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert "é" * 60 in text.replace("\r\n ", "")
