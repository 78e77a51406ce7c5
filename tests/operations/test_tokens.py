"""API tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.errors import Invalid, NotAllowed, NotVisible
from checklists.models import AuditEvent, Membership, Role
from checklists.operations.members import remove_member, set_member_role
from checklists.operations.tokens import (
    DEFAULT_LIFE,
    authenticate_token,
    create_token,
    grantable_scopes,
    revoke_token,
)
from checklists.permissions import SCOPES, may
from tests.operations.nothing import changes_nothing, everything, new_events

pytestmark = pytest.mark.django_db


def act(person):
    return Actor.of_person(person)


def token_for(cast, person, *scopes, **more):
    return create_token(cast.project, "ci", scopes or ["read"], actor=act(person), **more)


def test_a_token_is_known_by_its_text_and_nothing_kept_tells_it(cast):
    token, text = token_for(cast, cast.priya, "items", "read")
    prefix, public_id, secret = text.split("_")
    assert (prefix, public_id, len(secret)) == ("rdy", token.public_id, 43 + 6)
    assert token.scopes == "items,read"
    found = authenticate_token(text)
    assert found == token
    assert found.person == cast.priya
    kept = str(everything())
    assert secret[:43] not in kept
    assert text not in kept


def test_a_wrong_token_is_none_of_ours(cast):
    _, text = token_for(cast, cast.priya)
    _, other = token_for(cast, cast.priya)
    swapped = text[:17] + other[17:]
    for wrong in (
        "",
        "rdy_",
        text[:-1],
        text + "x",
        text.swapcase(),
        text.replace("rdy_", "RDY_"),
        swapped,
        text[:20] + ("a" if text[20] != "a" else "b") + text[21:],
        f" {text}",
        "\ud800",
        "rdy_" + "é" * 62,
    ):
        assert authenticate_token(wrong) is None, wrong


def test_over_revoked_or_of_somebody_away_a_token_is_no_good(cast):
    token, text = token_for(cast, cast.priya)
    with time_machine.travel(timezone.now() + DEFAULT_LIFE):
        assert authenticate_token(text) is None
    cast.priya.is_active = False
    cast.priya.save()
    assert authenticate_token(text) is None
    cast.priya.is_active = True
    cast.priya.save()
    assert authenticate_token(text) == token
    revoke_token(token, actor=act(cast.priya))
    assert authenticate_token(text) is None


def test_a_token_says_at_most_once_a_minute_that_it_was_used(cast):
    token, text = token_for(cast, cast.priya)
    start = timezone.now()
    seen = []
    for seconds in (0, 30, 59, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            authenticate_token(text)
        token.refresh_from_db()
        seen.append(token.last_used_at)
    assert seen == [start, start, start, start + timedelta(seconds=61)]
    assert new_events() == ["token.created"]


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (Role.VIEWER, {"read"}),
        (Role.AUDITOR, {"read", "export"}),
        (Role.CONTRIBUTOR, {"read", "items", "probes", "results"}),
        (Role.RELEASE_MANAGER, set(SCOPES)),
        (Role.OWNER, set(SCOPES) - {"deploy"}),
    ],
)
def test_each_role_grants_what_it_may_itself(role, scopes):
    assert set(grantable_scopes(role)) == scopes


def test_a_token_never_may_more_than_its_owner(cast):
    with changes_nothing(NotAllowed) as refused:
        token_for(cast, cast.priya, "read", "deploy")
    assert refused.value.details["scopes"] == ["deploy"]
    token, _ = token_for(cast, cast.marta, "deploy")
    set_member_role(
        Membership.objects.get(project=cast.project, person=cast.marta),
        Role.CONTRIBUTOR,
        actor=act(cast.olga),
    )
    assert not may(Actor.of_token(token), "deploy_release", cast.project)


def test_a_token_counts_in_its_project_only_and_makes_no_tokens(cast):
    token, _ = token_for(cast, cast.olga, "read")
    assert may(Actor.of_token(token), "read", cast.project)
    assert not may(Actor.of_token(token), "read", cast.other_project)
    with changes_nothing(NotAllowed):
        create_token(cast.project, "more", ["read"], actor=Actor.of_token(token))
    with changes_nothing(NotAllowed):
        revoke_token(token, actor=Actor.of_token(token))


@pytest.mark.parametrize("scopes", [[], ["all"], ["read", "sign"], ["read "]])
def test_scopes_that_do_not_exist_are_refused(scopes, cast):
    with changes_nothing(Invalid):
        create_token(cast.project, "ci", scopes, actor=act(cast.marta))


@pytest.mark.parametrize("days", [-1, 0, 367, 4000])
def test_a_token_ends_within_a_year(days, cast):
    with changes_nothing(Invalid):
        token_for(cast, cast.priya, expires_at=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize("name", ["", "x" * 81, "a\x00", "\ud800"])
def test_a_token_has_a_name_that_can_be_kept_and_it_stays_out_of_the_log(name, cast):
    with changes_nothing(Invalid):
        create_token(cast.project, name, ["read"], actor=act(cast.priya))
    create_token(cast.project, "Priyas laptop", ["read"], actor=act(cast.priya))
    assert "laptop" not in "".join(AuditEvent.objects.values_list("body", flat=True))


def test_outsiders_and_deactivated_people_make_no_tokens(cast):
    for person in (cast.mallory, cast.dana, cast.root):
        with changes_nothing(NotVisible):
            token_for(cast, person)


def test_an_owner_of_the_project_revokes_any_token_and_twice_is_one_event(cast):
    token, _ = token_for(cast, cast.priya)
    for _ in range(2):
        revoke_token(token, actor=act(cast.olga))
    assert new_events() == ["token.created", "token.revoked"]


def test_who_left_cannot_use_their_token(cast):
    _, text = token_for(cast, cast.priya)
    remove_member(
        Membership.objects.get(project=cast.project, person=cast.priya), actor=act(cast.olga)
    )
    assert authenticate_token(text) is None
