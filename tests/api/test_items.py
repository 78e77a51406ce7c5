"""Items through the API: the list, the steps, and conflicts that say who."""

from __future__ import annotations

import pytest

from checklists.actors import Actor
from checklists.api.answers import EvidenceOut, ItemOut, ItemPage
from checklists.models import Comment, Evidence, Probe, Release
from checklists.operations.evidence import attach_evidence
from checklists.operations.planning import assign_item
from checklists.operations.waivers import approve_waiver, request_waiver
from tests.api.conftest import Calls
from tests.checklist_data import TARGET, item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(calls: Calls, priya):
    return calls(priya)


def head(release: Release) -> int:
    release.chain.refresh_from_db()
    return release.chain.head_seq


def test_the_list_has_every_item_in_order_as_the_schema_says(caller, release):
    data = caller.get(f"/releases/{release.pk}/items").data
    page = ItemPage.model_validate(data, extra="forbid")
    assert [item.number for item in page.items] == ["1.1.1", "1.1.2", "2.1.1", "2.1.2", "3.1.1"]
    assert page.next is None
    assert page.items[4].stage == "close"
    assert page.items[3].requirement == "should"


def test_pages_hold_what_was_asked_and_lead_to_the_end(caller, release):
    path = f"/releases/{release.pk}/items"
    whole = caller.get(path).data["items"]
    first = caller.get(f"{path}?limit=2").data
    second = caller.get(f"{path}?limit=2&cursor={first['next']}").data
    third = caller.get(f"{path}?limit=2&cursor={second['next']}").data
    assert first["items"] + second["items"] + third["items"] == whole
    assert third["next"] is None


def test_an_item_shows_assignee_waiver_evidence_and_status(caller, release, cast):
    priya, marta = Actor.of_person(cast.priya), Actor.of_person(cast.marta)
    dns, cdn = item_of(release, "configure-dns"), item_of(release, "configure-cdn")
    rotate = item_of(release, "rotate-secrets")
    assign_item(dns, actor=priya, to=cast.sam)
    attach_evidence(dns, actor=priya, kind=Evidence.Kind.TEXT, content="Seen.")
    assign_item(cdn, actor=priya, to=cast.security)
    end = TARGET.replace(year=2027)
    waiver = request_waiver(
        rotate, actor=priya, reason="The vendor fixes this in March.", expires_at=end
    )
    approve_waiver(waiver, actor=marta)
    items = {item["id"]: item for item in caller.get(f"/releases/{release.pk}/items").data["items"]}
    assert items[dns.pk]["assignee"] == {"pid": cast.sam.pid, "name": "Sam Okafor"}
    assert items[dns.pk]["status"] == "progress"
    assert items[dns.pk]["evidence_count"] == 1
    assert items[cdn.pk]["role"] == "security"
    assert items[cdn.pk]["assignee"] is None
    shown = items[rotate.pk]["waiver"]
    assert (shown["id"], shown["status"]) == (waiver.pk, "approved")
    # Its end lies before the release goes live, so it does not hold there.
    assert items[rotate.pk]["status"] == "open"


def test_an_item_without_a_probe_has_no_verdict_and_one_that_never_looked_says_so(
    caller, release, cast
):
    Probe.objects.create(
        item=item_of(release, "configure-dns"),
        kind="http",
        params={},
        conditions=[],
        spec_digest="0" * 64,
        attached_at=release.opened_at,
    )
    ticked = caller.post(f"/items/{item_of(release, 'configure-dns').pk}/tick").data
    other = caller.post(f"/items/{item_of(release, 'configure-cdn').pk}/tick").data
    assert (ticked["verdict"], other["verdict"]) == ("never", None)


STEPS = [
    ("start", None, "configure-dns", {"answer": "open", "status": "progress"}),
    ("tick", None, "configure-dns", {"answer": "done", "status": "done"}),
    ("untick", {"reason": "Not true yet."}, "configure-dns", {"answer": "open"}),
    ("not-applicable", {"reason": "No static assets in here."}, "configure-cdn", {"status": "na"}),
    ("reopen", {"reason": "There are some after all."}, "configure-cdn", {"answer": "open"}),
    ("assign", {"assignee": "sam@example.com"}, "configure-dns", {"role": None}),
    ("assign", {"role": "security"}, "configure-dns", {"assignee": None, "role": "security"}),
    ("assign", {"assignee": None}, "configure-dns", {"assignee": None, "role": None}),
    ("comment", {"text": "Looks fine."}, "configure-dns", {}),
    ("comment", {"reason": "Still fine."}, "configure-dns", {}),
]


def test_each_step_answers_with_the_item_as_the_list_has_it_and_writes_one_event(caller, release):
    for number, (step, body, ending, expected) in enumerate(STEPS, start=2):
        item = item_of(release, ending)
        response = caller.post(f"/items/{item.pk}/{step}", body)
        assert response.status_code == 200, response.data
        ItemOut.model_validate(response.data, extra="forbid")
        assert expected.items() <= response.data.items(), step
        assert response.data["version"] == item.version + 1
        assert head(release) == number
        listed = caller.get(f"/releases/{release.pk}/items").data["items"]
        assert response.data in listed
    assert list(Comment.objects.values_list("body__value", flat=True)) == [
        "Looks fine.",
        "Still fine.",
    ]


def test_the_steps_are_in_the_log_as_the_tokens_and_through_the_api(caller, release, priya):
    caller.post(f"/items/{item_of(release, 'configure-dns').pk}/tick")
    newest = caller.get(f"/releases/{release.pk}/events?after=1").data["items"][0]["body"]
    assert '"kind":"token"' in newest
    assert f'"pid":"{priya.pid}"' in newest
    assert '"via":"api"' in newest


def test_ticking_twice_is_one_event_and_a_request_without_a_body_will_do(caller, release):
    path = f"/items/{item_of(release, 'configure-dns').pk}/tick"
    first, second = caller.post(path), caller.post(path, {})
    assert first.data == second.data
    assert head(release) == 2


def test_an_old_expected_version_is_told_who_changed_what(caller, release, calls, marta):
    item = item_of(release, "configure-dns")
    caller.post(f"/items/{item.pk}/tick")
    body = {"expected_version": item.version, "reason": "Not true yet."}
    response = calls(marta).post(f"/items/{item.pk}/untick", body)
    assert (response.status_code, response.data["code"]) == (409, "item_changed")
    assert "Priya Raman changed “Configure DNS”" in response.data["message"]
    assert response.data["details"]["current_version"] == item.version + 1
    assert response.data["details"]["changed_by"] == "Priya Raman"


@pytest.mark.parametrize(
    ("step", "body", "status", "code"),
    [
        ("not-applicable", {}, 409, "not_applicable_not_allowed"),
        ("reopen", {}, 200, None),
        ("comment", {}, 422, "empty"),
        ("comment", {"text": "  "}, 422, "empty"),
        ("comment", {"text": "a", "reason": "b"}, 422, "invalid"),
        ("assign", {}, 422, "invalid"),
        ("assign", {"assignee": "mallory@example.com"}, 422, "not_a_member"),
        ("assign", {"assignee": "nobody@example.com"}, 422, "not_a_member"),
        ("assign", {"role": "no-such-role"}, 422, "no_such_role"),
        ("assign", {"role": "security", "assignee": "sam@example.com"}, 422, "invalid"),
        ("evidence", {"kind": "file", "content": "x"}, 422, "invalid"),
        ("evidence", {"kind": "link", "content": "javascript:alert(1)"}, 422, "bad_link"),
        ("evidence", {"kind": "link", "content": "https://a.io/\u202egpj.exe"}, 422, "bad_link"),
        ("evidence", {"kind": "link", "content": "https://a\u200b.io/"}, 422, "bad_link"),
        ("evidence", {"kind": "text", "content": ""}, 422, "empty"),
        (
            "evidence",
            {"kind": "text", "content": "x", "observed_at": "2100-01-01T00:00:00Z"},
            422,
            "future",
        ),
    ],
)
def test_a_step_that_is_not_possible_is_refused_and_leaves_nothing(
    caller, release, step, body, status, code
):
    response = caller.post(f"/items/{item_of(release, 'configure-dns').pk}/{step}", body)
    assert (response.status_code, response.data.get("code")) == (status, code), response.data
    assert head(release) == 1


def test_not_applicable_needs_a_reason_worth_reading(caller, release):
    path = f"/items/{item_of(release, 'configure-cdn').pk}/not-applicable"
    assert caller.post(path, {}).data["code"] == "reason_required"
    assert caller.post(path, {"reason": "no"}).data["code"] == "reason_too_short"


def test_evidence_is_attached_with_both_its_times(caller, release):
    item = item_of(release, "configure-dns")
    body = {
        "kind": "link",
        "content": "https://example.com/run/7",
        "observed_at": "2026-01-02T03:04:05+01:00",
    }
    response = caller.post(f"/items/{item.pk}/evidence", body)
    assert response.status_code == 201
    shown = EvidenceOut.model_validate(response.data, extra="forbid")
    assert response.data["observed_at"] == "2026-01-02T02:04:05Z"
    assert shown.content == "https://example.com/run/7"
    assert shown.attached_at > shown.observed_at
    assert shown.digest == Evidence.objects.get().digest


def test_a_release_that_is_over_refuses_steps(caller, release, calls, marta):
    calls(marta, "deploy").post(f"/releases/{release.pk}/abort", {"reason": "Enough."})
    response = caller.post(f"/items/{item_of(release, 'configure-dns').pk}/tick")
    assert (response.status_code, response.data["code"]) == (409, "release_closed")


def test_a_log_that_does_not_hold_together_still_lets_the_items_be_read(
    caller, release, monkeypatch
):
    def broken(chain: object) -> None:
        raise ValueError("a hash is wrong")

    whole = caller.get(f"/releases/{release.pk}/items").data
    monkeypatch.setattr("checklists.api.items.state_at_head", broken)
    assert caller.get(f"/releases/{release.pk}/items").data == whole
