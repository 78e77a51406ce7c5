"""A project's budget of waivers, and the third waiver in a row. Nothing waives several items."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import get_resolver
from django.utils import timezone

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.models import Project, Release, Template, Waiver
from checklists.operations import bulk, waivers
from checklists.operations.deployments import abort_release
from checklists.operations.items import tick_item
from checklists.operations.probe_claims import claim_due
from checklists.operations.projects import set_waiver_budget
from checklists.operations.waiver_limits import approved_in_a_row, waived_items
from checklists.operations.waivers import (
    approve_waiver,
    reject_waiver,
    request_waiver,
    withdraw_waiver,
)
from checklists.state import Verdict
from tests.checklist_data import item_of, open_small_release
from tests.operations.nothing import changes_nothing, everything, new_events
from tests.probe_data import attach, report

pytestmark = pytest.mark.django_db

REASON = "The provider's protection starts at the end of the month."


def act(person) -> Actor:
    return Actor.of_person(person)


def ask(item, person, days: int = 9) -> Waiver:
    return request_waiver(
        item,
        actor=act(person),
        reason=REASON,
        expires_at=timezone.now() + timedelta(days=days),
    )


def waive(cast, release, name: str = "rotate-secrets", by=None) -> Waiver:
    asked = ask(item_of(release, name), cast.priya)
    return approve_waiver(asked, actor=act(by or cast.marta))


def another(cast, version: str) -> Release:
    return open_small_release(cast, version, Template.objects.get(slug="small"))


def budget(cast, number: int | None) -> Project:
    return set_waiver_budget(cast.project, number, actor=act(cast.olga))


def test_no_more_waivers_hold_than_the_budget_says(cast, release):
    budget(cast, 1)
    waive(cast, release)
    asked = ask(item_of(another(cast, "2.5.0"), "configure-dns"), cast.priya)
    with changes_nothing(Conflict) as refusal:
        approve_waiver(asked, actor=act(cast.marta))
    assert (refusal.value.code, refusal.value.status) == ("waiver_budget_spent", 409)
    assert (refusal.value.details["budget"], refusal.value.details["holding"]) == (1, 1)
    assert "1 hold" in refusal.value.message


@pytest.mark.parametrize(
    "way_out", ["ended", "withdrawn", "over", "release over", "larger", "none"]
)
def test_the_ways_out_of_a_spent_budget(cast, release, way_out):
    budget(cast, 1)
    first = waive(cast, release)
    asked = ask(item_of(another(cast, "2.5.0"), "configure-dns"), cast.priya, days=40)
    moment = timezone.now()
    match way_out:
        case "ended":
            reject_waiver(first, actor=act(cast.marta), reason="It is done by now.")
        case "withdrawn":
            withdraw_waiver(first, actor=act(cast.priya))
        case "over":
            moment += timedelta(days=10)
        case "release over":
            abort_release(release, actor=act(cast.marta), reason="Not needed.")
        case "larger":
            budget(cast, 2)
        case "none":
            budget(cast, None)
    with time_machine.travel(moment):
        assert approve_waiver(asked, actor=act(cast.marta)).status == "approved"


def test_a_renewal_takes_the_place_of_what_it_renews(cast, release):
    budget(cast, 1)
    waive(cast, release)
    waive(cast, release)
    assert waived_items(cast.project, timezone.now()) == 1


def test_a_budget_of_none_left_approves_nothing(cast, release):
    budget(cast, 0)
    asked = ask(item_of(release, "rotate-secrets"), cast.priya)
    with changes_nothing(Conflict):
        approve_waiver(asked, actor=act(cast.marta))
    reject_waiver(asked, actor=act(cast.marta), reason="There is no budget.")


@pytest.mark.parametrize("number", [-1, 1001])
def test_a_budget_is_a_number_of_waivers(cast, number):
    with changes_nothing(Invalid):
        budget(cast, number)


def test_a_budget_set_again_is_no_event(cast):
    budget(cast, 3)
    before = everything()
    budget(cast, 3)
    assert everything() == before
    assert new_events() == ["project.waiver_budget_set"]


def test_a_third_waiver_in_a_row_is_for_a_release_manager(cast, release):
    waive(cast, release, by=cast.sam)
    waive(cast, another(cast, "2.5.0"), by=cast.sam)
    asked = ask(item_of(another(cast, "2.6.0"), "rotate-secrets"), cast.priya)
    with changes_nothing(NotAllowed) as refusal:
        approve_waiver(asked, actor=act(cast.sam))
    assert refusal.value.code == "waiver_third_renewal"
    approve_waiver(asked, actor=act(cast.marta))


def test_ending_waivers_does_not_shorten_the_row(cast, release):
    for _ in range(2):
        waiver = waive(cast, release, by=cast.sam)
        reject_waiver(waiver, actor=act(cast.marta), reason="It is needed no more.")
    asked = ask(item_of(release, "rotate-secrets"), cast.priya)
    with changes_nothing(NotAllowed):
        approve_waiver(asked, actor=act(cast.sam))


def test_a_settled_item_ends_the_row_and_one_of_an_aborted_release_does_not(cast, release):
    waive(cast, release)
    waive(cast, release)
    between = another(cast, "2.5.0")
    tick_item(item_of(between, "rotate-secrets"), actor=act(cast.priya))
    last = item_of(another(cast, "2.6.0"), "rotate-secrets")
    assert approved_in_a_row(last) == 0
    abort_release(between, actor=act(cast.marta), reason="Not needed.")
    assert approved_in_a_row(last) == 2


def test_an_answer_that_its_probe_contradicts_does_not_end_the_row(cast, release):
    waive(cast, release)
    between = item_of(another(cast, "2.5.0"), "rotate-secrets")
    probe = attach(between, cast.marta)
    tick_item(between, actor=act(cast.priya))
    assert approved_in_a_row(item_of(release, "rotate-secrets")) == 1
    report(probe, "PP")
    assert approved_in_a_row(item_of(release, "rotate-secrets")) == 0


def test_other_items_and_other_projects_have_rows_of_their_own(cast, release):
    waive(cast, release)
    assert approved_in_a_row(item_of(release, "configure-dns")) == 0


def test_a_probe_keeps_running_while_its_item_is_waived(cast, release):
    item = item_of(release, "rotate-secrets")
    probe = attach(item, cast.marta)
    waive(cast, release)
    assert [claim.probe_id for claim in claim_due(timezone.now())] == [probe.pk]
    report(probe, "PP", timezone.now() + timedelta(minutes=5))
    probe.refresh_from_db()
    assert probe.confirmed == Verdict.PASS


def test_nothing_waives_several_items_at_once():
    takes = {
        name: next(iter(inspect.signature(function).parameters.values())).annotation
        for name, function in inspect.getmembers(waivers, inspect.isfunction)
        if function.__module__ == waivers.__name__ and "waiver" in name and name[0] != "_"
    }
    assert takes == {
        "request_waiver": "Item",
        "approve_waiver": "Waiver",
        "reject_waiver": "Waiver",
        "withdraw_waiver": "Waiver",
    }
    assert "waive" not in inspect.getsource(bulk).replace("step for waivers", "")
    writing = [r for r in addresses(get_resolver().url_patterns) if "waiver" in r]
    assert "projects/<slug:slug>/waivers/" in writing
    for route in set(writing) - {
        "projects/<slug:slug>/waivers/",
        "projects/<slug:slug>/waiver-budget/",
    }:
        assert re.search(r"items/<int:\w+>/waivers|waivers/<int:\w+>/", route), route


def addresses(patterns, prefix: str = ""):
    """Every route below these patterns, the API's too."""
    for pattern in patterns:
        here = f"{prefix}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, here)
        else:
            yield here
