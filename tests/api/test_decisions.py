"""The gate through the API: the status says the verdict, and the JSON says why."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from checklists.api.answers import DecisionOut
from checklists.decision_json import decision_as_json
from checklists.operations.decisions import decide_release
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(calls, priya):
    return calls(priya)


def without_time(decision: dict) -> dict:
    return {name: value for name, value in decision.items() if name != "as_of"}


def without_links(decision: dict) -> dict:
    for reason in (*decision["reasons"], *decision["notes"]):
        reason.pop("link")
    return without_time(decision)


def test_no_go_is_409_with_every_reason_and_where_to_resolve_it(caller, release):
    response = caller.get(f"/releases/{release.pk}/decision")
    assert response.status_code == 409
    assert response.headers["Cache-Control"] == "no-store"
    decision = DecisionOut.model_validate(response.data, extra="forbid")
    assert decision.verdict == "no_go"
    dns = item_of(release, "configure-dns")
    page = f"http://testserver/releases/{release.pk}/"
    first, last = decision.reasons[0], decision.reasons[-1]
    assert (first.code, first.item, first.item_id) == ("item_open", dns.key, dns.pk)
    assert first.link == f"{page}#item-{dns.pk}"
    assert (last.code, last.role, last.link) == (
        "signoff_missing",
        "release-manager",
        f"{page}sign-off/",
    )
    assert decision.counts["items"] == 4


def test_go_is_200_and_the_other_stage_has_its_own_answer(caller, ready):
    path = f"/releases/{ready.pk}/decision"
    assert (caller.get(path).status_code, caller.get(path).data["verdict"]) == (200, "go")
    close = caller.get(f"{path}?stage=close")
    assert (close.status_code, close.data["stage"]) == (409, "close")
    assert "not_deployed" in {reason["code"] for reason in close.data["reasons"]}


def test_unknown_is_503(caller, ready, monkeypatch):
    monkeypatch.setattr("checklists.audit.triggers.missing", lambda connection: ["guard"])
    response = caller.get(f"/releases/{ready.pk}/decision")
    assert (response.status_code, response.data["verdict"]) == (503, "unknown")
    assert response.data["reasons"][0]["code"] == "guard_missing"


def test_the_past_can_be_asked_and_the_future_cannot(caller, release):
    before = timezone.now()
    asked = caller.get(f"/releases/{release.pk}/decision").data
    caller.post(f"/items/{item_of(release, 'configure-dns').pk}/tick")
    path = f"/releases/{release.pk}/decision?as_of="
    past = caller.get(path + before.isoformat().replace("+00:00", "Z"))
    assert past.status_code == 409
    assert without_time(past.data) == without_time(asked)
    assert past.data["as_of"] == before.isoformat().replace("+00:00", "Z")
    assert caller.get(f"{path}2100-01-01T00:00:00Z").data["code"] == "as_of_future"
    assert caller.get(f"{path}2001-01-01T00:00:00Z").data["code"] == "as_of_too_early"


def test_api_function_and_command_say_the_same(caller, release, capsys):
    said = without_links(caller.get(f"/releases/{release.pk}/decision").data)
    assert said == without_time(decision_as_json(decide_release(release)))
    with pytest.raises(SystemExit):
        call_command("gate", "payments", release.version, "--json")
    assert said == without_time(json.loads(capsys.readouterr().out))
