"""Who is let in, who may what, and that what one may not see is what is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from checklists.actors import Actor
from checklists.models import ApiToken, Evidence, Role, Waiver
from checklists.operations.tokens import revoke_token
from checklists.operations.waivers import request_waiver
from tests.api.conftest import Caller
from tests.checklist_data import item_of
from tests.factories import PASSWORD, MembershipFactory

pytestmark = pytest.mark.django_db

NEW = {
    "version": "9.9.9",
    "environment": "production",
    "target_at": "2031-01-15T12:00:00Z",
    "templates": ["small"],
}
EVIDENCE = {"kind": "text", "content": "Seen in the console."}
ASSIGN = {"assignee": "sam@example.com"}
WAIVER = {"reason": "The vendor fixes this in March.", "expires_at": "2027-03-01T00:00:00Z"}


@pytest.fixture
def waiver(release, priya) -> Waiver:
    return request_waiver(
        item_of(release, "rotate-secrets"),
        actor=Actor.of_person(priya),
        reason="The vendor fixes this in March.",
        expires_at=timezone.now() + timedelta(days=100),
    )


def routes(release_id: int, item_id: int, waiver_id: int, project: str) -> list[tuple]:
    """Every route, with a body that is fine, its scope, and who may with that scope."""
    release, item = f"/releases/{release_id}", f"/items/{item_id}"
    members = {"vic", "priya", "marta", "ada", "olga"}
    workers = {"priya", "marta", "olga"}
    planners = {"marta", "olga"}
    return [
        ("GET", f"/projects/{project}/releases", None, "read", members),
        ("GET", release, None, "read", members),
        ("GET", f"{release}/items", None, "read", members),
        ("GET", f"{release}/decision", None, "read", members),
        ("GET", f"{release}/events", None, "read", members),
        ("POST", f"/projects/{project}/releases", NEW, "releases", planners),
        ("POST", f"{release}/target", {"target_at": NEW["target_at"]}, "releases", planners),
        ("POST", f"{release}/deploy", {}, "deploy", {"marta"}),
        ("POST", f"{release}/close", {}, "deploy", {"marta"}),
        ("POST", f"{release}/abort", {"reason": "No."}, "deploy", {"marta"}),
        ("POST", f"{release}/roll-back", {"reason": "No."}, "deploy", {"marta"}),
        ("POST", f"{item}/start", {}, "items", workers),
        ("POST", f"{item}/tick", {}, "items", workers),
        ("POST", f"{item}/untick", {}, "items", workers),
        ("POST", f"{item}/not-applicable", {"reason": "x" * 30}, "items", workers),
        ("POST", f"{item}/reopen", {"reason": "x"}, "items", workers),
        ("POST", f"{item}/assign", ASSIGN, "items", workers),
        ("POST", f"{item}/comment", {"text": "Hello."}, "items", workers),
        ("POST", f"{item}/evidence", EVIDENCE, "items", workers),
        ("POST", f"{item}/waivers", WAIVER, None, set()),
        ("POST", f"/waivers/{waiver_id}/approve", {}, None, set()),
        ("POST", f"/waivers/{waiver_id}/reject", {"reason": "No."}, None, set()),
    ]


@pytest.fixture
def existing(release, waiver) -> list[tuple]:
    return routes(release.pk, item_of(release, "configure-dns").pk, waiver.pk, "payments")


def test_without_a_usable_token_nothing_is_answered(existing, calls, priya):
    revoked = calls(priya)
    revoke_token(ApiToken.objects.get(), actor=Actor.of_person(priya))
    expired = calls(priya)
    ApiToken.objects.filter(revoked_at=None).update(expires_at=timezone.now())
    for method, path, body, _, _ in existing:
        for caller in (Caller(None), Caller("rdy_nonsense"), Caller("ü"), revoked, expired):
            response = caller.ask(method, path, body)
            assert response.status_code == 401, path
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
            assert response.data["code"] == "unauthenticated"


def test_the_token_of_somebody_deactivated_is_worth_nothing(calls, priya, release):
    caller = calls(priya)
    priya.is_active = False
    priya.save()
    assert caller.get(f"/releases/{release.pk}").status_code == 401


def test_a_session_is_no_way_in(release, olga):
    browser = Client()
    assert browser.login(email=olga.email, password=PASSWORD)
    assert browser.get(f"/api/v1/releases/{release.pk}").status_code == 401


@pytest.mark.parametrize("name", ["vic", "priya", "marta", "ada", "olga"])
def test_each_role_may_what_the_policy_says_and_is_told_so_otherwise(
    name, cast, calls, existing, token_with
):
    for method, path, body, scope, may in existing:
        caller = token_with(getattr(cast, name), scope or "items")
        status = caller.ask(method, path, body).status_code
        # A right that meets a state that does not allow it is a conflict, which is a yes.
        assert (status != 403) == (name in may), (method, path, status)
        assert status in (200, 201, 403, 409), (method, path, status)


def test_a_token_without_the_scope_is_refused_whatever_its_owner_may(existing, cast, token_with):
    others = ["read", "items", "releases", "deploy", "probes", "results", "templates", "export"]
    for method, path, body, scope, _ in existing:
        rest = ",".join(other for other in others if other != scope)
        response = token_with(cast.marta, rest).ask(method, path, body)
        assert response.status_code == 403, path
        assert response.data["code"] == "not_allowed"
        assert "oken" in response.data["message"]


def test_a_token_that_decides_a_waiver_is_told_that_it_may_not_whatever_else_is_wrong(
    waiver, cast, token_with
):
    for step in ("approve", "reject"):
        response = token_with(cast.marta, "read,items").post(f"/waivers/{waiver.pk}/{step}")
        assert (response.status_code, response.data["code"]) == (403, "not_allowed")
        assert "No token may" in response.data["message"]


@pytest.mark.parametrize("of_a_member", [False, True])
def test_what_one_may_not_see_reads_like_what_is_not_there(
    of_a_member, existing, cast, calls, release
):
    """Also for the token of another project whose owner is a member of both."""
    mallory = cast.mallory
    if of_a_member:
        MembershipFactory(project=cast.project, person=mallory, role=Role.RELEASE_MANAGER)
    caller = calls(mallory, "read,items,releases", of=cast.other_project)
    missing = routes(987654, 987654, 987654, "no-such-project")
    for (method, path, body, _, _), (_, nowhere, _, _, _) in zip(existing, missing, strict=True):
        hidden, absent = caller.ask(method, path, body), caller.ask(method, nowhere, body)
        assert hidden.status_code == absent.status_code == 404, path
        assert hidden.content == absent.content
    assert caller.get("/nothing/here").content == hidden.content
    release.chain.refresh_from_db()
    assert release.chain.head_seq == 2
    assert not Evidence.objects.exists()
