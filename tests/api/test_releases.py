"""Releases through the API: opened, listed, planned, deployed and ended."""

from __future__ import annotations

import pytest

from checklists.api.answers import ReleaseOut, ReleasePage
from checklists.models import Project, Release
from tests.carrying_data import answered
from tests.checklist_data import open_small_release, publish, small_tree

pytestmark = pytest.mark.django_db

ALL = "read,items,releases,deploy"
PATH = "/projects/payments/releases"


@pytest.fixture
def caller(calls, marta):
    return calls(marta, ALL)


def new(version: str = "3.0.0", **fields: object) -> dict[str, object]:
    return {
        "version": version,
        "environment": "production",
        "target_at": "2031-01-15T13:00:00+01:00",
        "templates": ["small"],
        **fields,
    }


def test_a_release_is_opened_with_its_checklist_and_can_be_read(caller, cast):
    template = publish(small_tree())
    sent = new(commit="41be07c2", artifact_digest=f"sha256:{'9f' * 32}")
    response = caller.post(PATH, sent)
    assert response.status_code == 201
    shown = ReleaseOut.model_validate(response.data, extra="forbid")
    assert (shown.project, shown.version, shown.status) == ("payments", "3.0.0", "preparing")
    assert response.data["target_at"] == "2031-01-15T12:00:00Z"
    assert shown.opened_by.name == "Marta Reis"
    assert shown.checklists[0].template_digest == template.newest_published().digest
    assert shown.link == f"http://testserver/releases/{shown.id}/"
    assert caller.get(f"/releases/{shown.id}").data == response.data


def test_several_templates_are_pinned_in_the_order_they_are_named(caller):
    publish(small_tree(), "small")
    publish(small_tree(), "another")
    data = caller.post(PATH, new(templates=["small", "another"])).data
    assert [checklist["key"] for checklist in data["checklists"]] == ["small", "another"]
    page = caller.get(f"/releases/{data['id']}/items?limit=6").data
    assert [item["checklist"] for item in page["items"]] == ["small"] * 5 + ["another"]
    rest = caller.get(f"/releases/{data['id']}/items?cursor={page['next']}").data
    assert len(rest["items"]) == 4


def test_the_same_version_again_is_a_conflict(caller, release):
    response = caller.post(PATH, new(release.version))
    assert (response.status_code, response.data["code"]) == (409, "release_exists")


def test_a_rule_that_nobody_can_meet_is_a_conflict_with_its_numbers(caller, cast):
    publish(small_tree())
    cast.security.holders.all().delete()
    response = caller.post(PATH, new())
    assert (response.status_code, response.data["code"]) == (409, "impossible_quorum")
    assert response.data["details"] == {"role": "security", "required": 1, "holders": 0}


def test_an_archived_project_opens_nothing(caller, release):
    Project.objects.update(archived_at=release.opened_at)
    response = caller.post(PATH, new())
    assert (response.status_code, response.data["code"]) == (409, "project_archived")


def test_the_list_is_newest_first_and_in_pages(caller, cast):
    template = publish(small_tree())
    for number in range(5):
        open_small_release(cast, f"2.{number}.0", template)
    whole = ReleasePage.model_validate(caller.get(PATH).data, extra="forbid")
    assert [release.version for release in whole.items] == [f"2.{n}.0" for n in (4, 3, 2, 1, 0)]
    assert whole.next is None
    first = caller.get(f"{PATH}?limit=3").data
    rest = caller.get(f"{PATH}?limit=3&cursor={first['next']}").data
    assert [r["version"] for r in first["items"] + rest["items"]] == [
        r.version for r in whole.items
    ]
    assert rest["next"] is None


def test_the_target_moves_and_due_dates_with_it(caller, release):
    path = f"/releases/{release.pk}/target"
    response = caller.post(path, {"target_at": "2031-01-20T12:00:00Z"})
    assert response.data["target_at"] == "2031-01-20T12:00:00Z"
    items = caller.get(f"/releases/{release.pk}/items").data["items"]
    assert items[0]["due_at"] == "2031-01-18T12:00:00Z"


def test_a_release_the_gate_refuses_is_not_deployed_and_the_reasons_are_given(caller, release):
    response = caller.post(f"/releases/{release.pk}/deploy")
    assert (response.status_code, response.data["code"]) == (409, "gate_closed")
    assert response.data["details"]["verdict"] == "no_go"
    assert all({"code", "message"} <= set(r) for r in response.data["details"]["reasons"])
    assert Release.objects.get(pk=release.pk).status == "preparing"


def test_a_release_goes_from_ready_to_closed(caller, ready):
    path = f"/releases/{ready.pk}"
    deployed = caller.post(f"{path}/deploy")
    assert (deployed.status_code, deployed.data["status"]) == (200, "deployed")
    assert deployed.data["deployed_at"]
    assert caller.post(f"{path}/deploy").data == deployed.data
    assert caller.post(f"{path}/close").data["code"] == "gate_closed"
    last = caller.get(f"{path}/items").data["items"][-1]
    caller.post(f"/items/{last['id']}/tick")
    assert caller.post(f"{path}/close", {}).data["status"] == "closed"
    assert caller.post(f"{path}/roll-back", {"reason": "Too late."}).data["code"] == (
        "release_closed"
    )


def test_a_deployed_release_is_rolled_back_and_not_aborted(caller, ready):
    path = f"/releases/{ready.pk}"
    caller.post(f"{path}/deploy")
    aborted = caller.post(f"{path}/abort", {"reason": "Errors."})
    assert (aborted.status_code, aborted.data["code"]) == (409, "already_deployed")
    assert caller.post(f"{path}/roll-back", {}).data["code"] == "reason_required"
    rolled_back = caller.post(f"{path}/roll-back", {"reason": "Errors."})
    assert (rolled_back.status_code, rolled_back.data["status"]) == (200, "rolled_back")


def test_a_release_is_aborted_with_a_reason_only(caller, release):
    path = f"/releases/{release.pk}"
    assert caller.post(f"{path}/abort").data["code"] == "reason_required"
    assert caller.post(f"{path}/roll-back", {"reason": "x"}).data["code"] == "not_deployed"
    assert caller.post(f"{path}/abort", {"reason": "Superseded."}).data["status"] == "aborted"


def test_answers_are_carried_from_an_earlier_version(caller, cast):
    old = answered(cast)
    sent = new(target_at=f"{old.target_at:%FT%T}Z", templates=["lasting"], carry_from="2.3.0")
    data = caller.post(PATH, sent).data
    items = caller.get(f"/releases/{data['id']}/items").data["items"]
    carried = {item["title"]: item for item in items if item["carried_from"] == old.pk}
    assert carried["Review the threat model"]["carried_reason"] == "validity"
    assert carried["Restore a backup"]["carried_reason"] == "evidence"
    assert carried["Review the threat model"]["lapses_at"] > data["target_at"]
    assert "Tell the support team" not in carried


def test_answers_are_carried_from_a_version_that_there_is(caller, cast):
    publish(small_tree())
    response = caller.post(PATH, new(carry_from="1.0.0"))
    assert (response.status_code, response.data["code"]) == (422, "no_such_release")
    assert caller.post(PATH, new(sample=101)).status_code == 422
    assert not Release.objects.exists()


def test_carrying_needs_the_scope_of_what_it_does(calls, cast):
    answered(cast)
    caller = calls(cast.marta, "read,releases")
    response = caller.post(PATH, new(templates=["lasting"], carry_from="2.3.0"))
    assert (response.status_code, response.data["code"]) == (403, "not_allowed")
    assert not Release.objects.filter(version="3.0.0").exists()
