"""Times by the reader's clocks: read, written, and the hours that clocks jump over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from checklists import moments
from checklists.actors import Actor
from checklists.errors import Invalid
from checklists.models import Item, Release, Waiver
from checklists.operations.preferences import set_own_language_and_zone
from checklists.zones import end_of, moment_in, start_of
from tests.checklist_data import item_of

BERLIN = ZoneInfo("Europe/Berlin")
REASON = "The vendor mends it next week, and nobody uses it before."


def written(text: str, zone: str) -> datetime:
    return moment_in(ZoneInfo(zone), datetime.fromisoformat(text), field="due_at")


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-11-26T14:00", "UTC", "2026-11-26T14:00"),
        ("2026-11-26T14:00", "Europe/Berlin", "2026-11-26T13:00"),
        ("2026-07-01T14:00", "Europe/Berlin", "2026-07-01T12:00"),
        ("2026-11-26T00:30", "Asia/Kolkata", "2026-11-25T19:00"),
        ("2026-11-26T14:00", "Pacific/Kiritimati", "2026-11-26T00:00"),
        # The hours on both sides of a jump are there, once.
        ("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59"),
        ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00"),
    ],
)
def test_a_time_is_read_by_the_clocks_of_its_zone(text, zone, utc):
    assert written(text, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "why"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "There is no 02:30 in Europe/Berlin on 29 Mar 2026"),
        ("2026-03-08T02:00", "America/New_York", "There is no 02:00 in America/New_York"),
        ("2026-10-25T02:30", "Europe/Berlin", "02:30 comes twice in Europe/Berlin on 25 Oct 2026"),
        ("2026-11-01T01:15", "America/New_York", "01:15 comes twice"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "01:45 comes twice"),
    ],
)
def test_a_time_that_never_comes_or_comes_twice_is_refused_in_words(text, zone, why):
    with pytest.raises(Invalid, match=why) as refused:
        written(text, zone)
    assert refused.value.details["field"] == "due_at"
    with translation.override("de"), pytest.raises(Invalid, match="Uhren"):
        written(text, zone)


@pytest.mark.parametrize(
    ("day", "zone", "start", "end"),
    [
        ("2026-12-10", "UTC", "2026-12-10T00:00:00", "2026-12-10T23:59:59"),
        ("2026-12-10", "America/Los_Angeles", "2026-12-10T08:00:00", "2026-12-11T07:59:59"),
        # Put back at midnight: the day's last second comes twice, and the second one ends it.
        ("2022-10-29", "Asia/Beirut", "2022-10-28T21:00:00", "2022-10-29T21:59:59"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29T21:59:59"),
    ],
)
def test_a_day_has_its_first_and_its_last_second(day, zone, start, end):
    wanted = date.fromisoformat(day)
    assert start_of(wanted, ZoneInfo(zone)) == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert end_of(wanted, ZoneInfo(zone)) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_what_one_reader_sees_is_by_their_clocks_with_utc_beside():
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert moments.reader_stamp(moment) == "23 Nov 2026, 23:30 UTC"
    with timezone.override(BERLIN):
        said = "24 Nov 2026, 00:30 CET (23 Nov 2026, 23:30 UTC)"
        assert moments.reader_stamp(moment) == said
        assert moments.reader_day(moment) == "24 Nov 2026"
        noon = moment.replace(hour=12)
        assert moments.reader_stamp(noon) == "23 Nov 2026, 13:30 CET (12:30 UTC)"
        assert moments.exact_stamp(noon) == "Mon 23 Nov 2026, 13:30:00 CET (12:30:00 UTC)"
        assert moments.stamp(moment) == "23 Nov 2026, 23:30 UTC"
        with translation.override("de"):
            said = "24. Nov 2026, 00:30 CET (23. Nov 2026, 23:30 UTC)"
            assert moments.reader_stamp(moment) == said


def test_the_months_of_each_language():
    day = datetime(2026, 3, 4, tzinfo=UTC)
    said = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            said.append(moments.day(day))
    assert said == ["4 Mar 2026", "4. Mär 2026", "4 Mar 2026"]


def due_of(client, item: Item, **values: str) -> object:
    client.post(f"/items/{item.pk}/due/", values, headers={"HX-Request": "true"})
    item.refresh_from_db()
    return item.due_at


@pytest.mark.django_db
def test_a_form_is_read_in_the_zone_it_was_drawn_in(cast, release, client):
    client.force_login(cast.priya)
    item = item_of(release, "configure-dns")
    set_own_language_and_zone("", "Asia/Tokyo", actor=Actor.of_person(cast.priya))
    drawn = client.get(f"/items/{item.pk}/").text
    assert '<input type="hidden" name="zone" value="Asia/Tokyo">' in drawn
    assert "Due, Asia/Tokyo" in drawn
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert due_of(client, item, due_at="2026-12-01T21:00", zone="Asia/Tokyo") == noon
    # Without a name beside it, it is the zone of who wrote it.
    assert due_of(client, item, due_at="2026-12-01T21:00") == noon
    assert 'value="2026-12-01T21:00"' in client.get(f"/items/{item.pk}/").text
    # They moved while the form was open: what it said still holds.
    set_own_language_and_zone("", "Europe/Berlin", actor=Actor.of_person(cast.priya))
    assert due_of(client, item, due_at="2026-12-02T21:00", zone="Asia/Tokyo") == noon.replace(day=2)
    # A zone that is none is none.
    berlin = datetime(2026, 12, 3, 20, tzinfo=UTC)
    assert due_of(client, item, due_at="2026-12-03T21:00", zone="../etc/passwd") == berlin


@pytest.mark.django_db
def test_without_a_choice_the_browsers_zone_counts_and_then_utc(cast, release, client):
    client.force_login(cast.priya)
    item = item_of(release, "configure-dns")
    assert due_of(client, item, due_at="2026-12-01T12:00") == datetime(2026, 12, 1, 12, tzinfo=UTC)
    client.cookies["zone"] = "America/New_York"
    assert due_of(client, item, due_at="2026-12-01T12:00") == datetime(2026, 12, 1, 17, tzinfo=UTC)
    client.cookies["zone"] = "Mars/Olympus"
    assert due_of(client, item, due_at="2026-12-01T12:00") == datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_an_hour_that_clocks_jump_over_changes_nothing_and_says_why(cast, release, client):
    client.force_login(cast.priya)
    item = item_of(release, "configure-dns")
    before = item.due_at
    values = {"due_at": "2027-03-28T02:30", "zone": "Europe/Berlin"}
    answer = client.post(f"/items/{item.pk}/due/", values, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "There is no 02:30 in Europe/Berlin on 28 Mar 2027" in answer.text
    item.refresh_from_db()
    assert item.due_at == before


@pytest.mark.django_db
def test_a_waiver_lasts_to_the_end_of_the_day_of_who_asks(cast, release, client):
    client.force_login(cast.priya)
    item = item_of(release, "configure-dns")
    end = timezone.now().date().replace(day=28)
    end = end.replace(year=end.year + (end.month == 12), month=end.month % 12 + 1)
    values = {"reason": REASON, "expires_at": f"{end}", "zone": "America/Los_Angeles"}
    client.post(f"/items/{item.pk}/waivers/", values)
    assert Waiver.objects.get().expires_at == end_of(end, ZoneInfo("America/Los_Angeles"))


@pytest.mark.django_db
def test_a_release_is_targeted_by_the_clocks_beside_the_field(cast, release, client):
    client.force_login(cast.marta)
    set_own_language_and_zone("de", "Europe/Berlin", actor=Actor.of_person(cast.marta))
    address = f"/projects/{cast.project.slug}/releases/new/"
    form = client.get(address).text
    assert '<span class="hint">Europe/Berlin</span>' in form
    values = {
        "version": "9.9.9",
        "environment": "production",
        "templates": ["small"],
        "zone": "Europe/Berlin",
    }
    refused = client.post(address, {**values, "target_at": "2027-03-28T02:30"})
    assert refused.status_code == 422
    assert "02:30 gibt es in Europe/Berlin am 28. Mär 2027 nicht" in refused.text
    assert 'value="2027-03-28T02:30"' in refused.text
    client.post(address, {**values, "target_at": "2027-03-28T03:30"})
    opened = Release.objects.get(version="9.9.9")
    assert opened.target_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_pages_for_one_reader_say_their_time_and_utc(cast, release, client):
    client.force_login(cast.marta)
    set_own_language_and_zone("", "Asia/Kolkata", actor=Actor.of_person(cast.marta))
    said = timezone.localtime(release.target_at, ZoneInfo("Asia/Kolkata"))
    page = client.get(f"/releases/{release.pk}/sign-off/").text
    assert f"{said:%H:%M} IST ({release.target_at:%H:%M} UTC)" in page
    shared = client.get(f"/releases/{release.pk}/").text
    assert f"data-at>{moments.stamp(release.target_at)}</time>" in shared
    assert 'data-zone="Asia/Kolkata"' in shared
