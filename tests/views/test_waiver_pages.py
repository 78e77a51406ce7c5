"""What the pages say of waivers: their forecast, the budget, renewals, and a probe that passes."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.operations.projects import set_waiver_budget
from checklists.operations.releases import set_release_target
from checklists.operations.waivers import approve_waiver, reject_waiver, request_waiver
from checklists.pages.loading import forget_all
from checklists.pages.waivers import forecast_words, renewal_words
from tests.checklist_data import item_of
from tests.probe_data import attach, report

pytestmark = pytest.mark.django_db

WHY = "The provider's protection starts at the end of the month."
NOW = timezone.now()
DAY = timedelta(days=1)


def act(person) -> Actor:
    return Actor.of_person(person)


def waive(cast, release, name: str, days: int, *, approve: bool = True):
    asked = request_waiver(
        item_of(release, name),
        actor=act(cast.priya),
        reason=WHY,
        expires_at=timezone.now() + timedelta(days=days, hours=1),
    )
    return approve_waiver(asked, actor=act(cast.marta)) if approve else asked


@pytest.fixture
def soon(cast, release):
    """The release, to go live in ten days."""
    return set_release_target(release, actor=act(cast.marta), target_at=timezone.now() + 10 * DAY)


@pytest.fixture
def reads(client, cast):
    def read(path: str, person=None) -> str:
        client.force_login(person or cast.marta)
        forget_all()
        html = client.get(path).text
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())

    return read


@pytest.mark.parametrize(
    ("end", "live", "said"),
    [
        (NOW - 2 * DAY, False, "lapses 2 days before go-live"),
        (NOW - DAY, False, "lapses 1 day before go-live"),
        (NOW - DAY / 2, False, "lapses less than a day before go-live"),
        (NOW + DAY / 2, False, "lapses within a day after go-live"),
        (NOW + 12 * DAY, False, "holds 12 days beyond go-live"),
        (NOW + 12 * DAY, True, "holds 12 more days"),
        (NOW - 2 * DAY, True, "lapsed 2 days ago"),
        (NOW + DAY / 2, True, "lapses within a day"),
        (NOW - DAY / 2, True, "lapsed within the last day"),
    ],
)
def test_the_forecast_in_words(end, live, said):
    assert forecast_words(end, NOW, is_live=live) == said


def test_renewals_in_words():
    assert [renewal_words(before) for before in (0, 1)] == ["", "first renewal"]
    assert renewal_words(2) == "second renewal, for a release manager to approve"
    assert renewal_words(5) == "renewal 5, for a release manager to approve"


def test_the_release_lists_its_waivers_with_what_they_will_do(cast, soon, reads):
    waive(cast, soon, "rotate-secrets", 8)
    waive(cast, soon, "configure-dns", 22)
    waive(cast, soon, "configure-cdn", 30, approve=False)
    page = reads(f"/releases/{soon.pk}/")
    assert "Waivers 3" in page
    assert "lapses 1 day before go-live" in page
    assert "holds 12 days beyond go-live" in page
    assert "Asked, not decided; until" in page


def test_the_detail_says_it_too_and_offers_a_renewal_only(cast, soon, reads):
    waive(cast, soon, "rotate-secrets", 22)
    page = reads(f"/items/{item_of(soon, 'rotate-secrets').pk}/", cast.priya)
    assert "It holds 12 days beyond go-live." in page
    assert "Ask to renew the waiver" in page
    assert "Ask for a waiver" not in page


def test_a_second_renewal_is_named(cast, soon, reads):
    for days in (20, 30):
        waive(cast, soon, "rotate-secrets", days)
    waive(cast, soon, "rotate-secrets", 40, approve=False)
    page = reads(f"/items/{item_of(soon, 'rotate-secrets').pk}/")
    assert "second renewal, for a release manager to approve" in page


def test_a_probe_that_passes_says_that_the_waiver_is_needed_no_more(cast, soon, reads):
    item = item_of(soon, "rotate-secrets")
    probe = attach(item, cast.marta)
    waive(cast, soon, "rotate-secrets", 22)
    assert "no longer needed" not in reads(f"/items/{item.pk}/")
    report(probe, "PP")
    assert "so the waiver is no longer needed." in reads(f"/items/{item.pk}/")


def test_moving_the_target_says_which_waivers_lapse_by_it(cast, soon, client):
    waive(cast, soon, "rotate-secrets", 15)
    waive(cast, soon, "configure-dns", 60)
    client.force_login(cast.marta)
    forget_all()
    later = f"{timezone.now() + 20 * DAY:%FT%H:%M}"
    page = client.post(f"/releases/{soon.pk}/target/", {"target_at": later}, follow=True).text
    assert "1 waiver lapses before the new target: 2.1.1 Rotate secrets." in page


def test_the_projects_page_has_all_of_them(cast, soon, reads):
    set_waiver_budget(cast.project, 2, actor=act(cast.olga))
    waive(cast, soon, "rotate-secrets", 8)
    waive(cast, soon, "configure-dns", 60)
    waive(cast, soon, "configure-cdn", 30, approve=False)
    ended = waive(cast, soon, "audit-access", 30, approve=False)
    reject_waiver(ended, actor=act(cast.marta), reason="It must be done.")
    page = reads("/projects/payments/waivers/", cast.vic)
    for said in (
        "2 of at most 2 waivers hold The budget is spent",
        "Waiting to be decided 1",
        "Lapsing before go-live, or within a week 1",
        "Holding 1",
        "Ended 1",
        "Rejected. In 2.4.0",
        WHY,
    ):
        assert said in page


def test_a_project_without_waivers_says_how_one_comes_to_be(cast, reads):
    page = reads("/projects/payments/waivers/")
    assert "0 waivers hold This project has no limit." in page
    assert "No waiver holds or waits" in page


def test_the_projects_page_costs_the_same_for_one_and_many(
    cast, soon, client, django_assert_max_num_queries
):
    client.force_login(cast.marta)
    waive(cast, soon, "rotate-secrets", 8)
    for name in ("configure-dns", "configure-cdn", "audit-access"):
        waive(cast, soon, name, 30)
    with django_assert_max_num_queries(14):
        client.get("/projects/payments/waivers/")


def test_an_owner_sets_the_budget_and_takes_it_away(cast, client):
    client.force_login(cast.olga)
    for sent, kept in (("3", 3), ("", None), ("0", 0)):
        client.post("/projects/payments/waiver-budget/", {"waiver_budget": sent})
        cast.project.refresh_from_db()
        assert cast.project.waiver_budget == kept
    assert (
        client.post("/projects/payments/waiver-budget/", {"waiver_budget": "9999"}).status_code
        == 422
    )
    assert 'value="0"' in client.get("/projects/payments/settings/").text


def test_a_signer_sees_how_long_waivers_hold(cast, soon, reads):
    waive(cast, soon, "rotate-secrets", 22)
    page = reads(f"/releases/{soon.pk}/sign-off/?role=security", cast.sam)
    assert "holds 12 days beyond go-live" in page
