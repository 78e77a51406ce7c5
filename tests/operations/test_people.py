"""People of the installation and invitations to projects."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.utils import timezone

from checklists.actors import Actor, Via
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.models import AuditEvent, Invitation, Membership, Person, Role, RoleHolder
from checklists.operations.invitations import (
    VALID_FOR,
    accept_invitation,
    hash_of,
    invite_person,
    join_by_invitation,
    revoke_invitation,
)
from checklists.operations.people import (
    change_own_name,
    create_owner,
    deactivate_person,
    reactivate_person,
)
from checklists.operations.tokens import authenticate_token, create_token
from tests.factories import PASSWORD, PersonFactory
from tests.operations.nothing import changes_nothing, everything, new_events

pytestmark = pytest.mark.django_db

SYSTEM = Actor.of_system(Via.COMMAND)


def act(person):
    return Actor.of_person(person)


def bodies():
    return "\n".join(AuditEvent.objects.values_list("body", flat=True))


def invite(cast, email="nia@example.com", role=Role.CONTRIBUTOR):
    return invite_person(cast.project, email, role, actor=act(cast.olga))


def test_the_first_owner_has_no_password_and_is_in_the_log_by_number_only(db):
    person = create_owner(" First@Example.com ", actor=SYSTEM)
    assert (person.email, person.is_owner, person.has_usable_password()) == (
        "First@Example.com",
        True,
        False,
    )
    assert new_events() == ["person.joined"]
    assert person.pid in bodies()
    assert "example" not in bodies().lower()


def test_making_an_owner_again_changes_nothing_whatever_the_case_of_the_address(db):
    person = create_owner("first@example.com", actor=SYSTEM)
    before = everything()
    assert create_owner("FIRST@example.com", actor=SYSTEM) == person
    assert everything() == before


def test_a_member_can_become_an_owner_and_a_deactivated_person_cannot(cast):
    create_owner("marta@example.com", actor=SYSTEM)
    assert new_events() == ["person.made_owner"]
    with changes_nothing(Conflict):
        create_owner("dana@example.com", actor=SYSTEM)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x\x00@example.com", "\ud800@e.com"])
def test_an_address_that_is_none_is_refused(email, db):
    with changes_nothing(Invalid):
        create_owner(email, actor=SYSTEM)


def test_a_deactivated_person_loses_tokens_and_roles_for_good(cast):
    _, text = create_token(cast.project, "ci", ["read"], actor=act(cast.sam))
    deactivate_person(cast.sam, actor=act(cast.root))
    assert authenticate_token(text) is None
    assert authenticate(email="sam@example.com", password=PASSWORD) is None
    assert not RoleHolder.objects.filter(person=cast.sam).exists()
    reactivate_person(cast.sam, actor=act(cast.root))
    assert authenticate(email="sam@example.com", password=PASSWORD) == cast.sam
    assert authenticate_token(text) is None
    assert not RoleHolder.objects.filter(person=cast.sam).exists()


def test_deactivating_and_reactivating_twice_are_one_event_each(cast):
    for _ in range(2):
        deactivate_person(cast.priya, actor=act(cast.root))
    for _ in range(2):
        reactivate_person(cast.priya, actor=act(cast.root))
    assert new_events() == ["person.deactivated", "person.reactivated"]


def test_the_last_owner_of_the_installation_stays(cast):
    with changes_nothing(Conflict):
        deactivate_person(cast.root, actor=act(cast.root))
    PersonFactory(is_owner=True, is_active=False)
    with changes_nothing(Conflict):
        deactivate_person(cast.root, actor=act(cast.root))
    PersonFactory(is_owner=True)
    deactivate_person(cast.root, actor=act(cast.root))


def test_a_name_is_changed_without_a_trace_of_either_name(cast):
    change_own_name("  Priya   Iyer ", actor=act(cast.priya))
    cast.priya.refresh_from_db()
    assert cast.priya.name == "Priya Iyer"
    assert new_events() == ["person.renamed"]
    assert "Priya" not in bodies()
    change_own_name("Priya Iyer", actor=act(cast.priya))
    assert new_events() == ["person.renamed"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\x00b", "\ud83d"])
def test_a_name_that_cannot_be_kept_is_refused(name, cast):
    with changes_nothing(Invalid):
        change_own_name(name, actor=act(cast.priya))


def test_an_invited_stranger_joins_once(cast):
    invitation, secret = invite(cast)
    assert secret not in str(everything())
    person = join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    assert (person.email, person.name, person.is_owner) == ("nia@example.com", "Nia Osei", False)
    assert authenticate(email="nia@example.com", password=PASSWORD) == person
    assert Membership.objects.get(project=cast.project, person=person).role == Role.CONTRIBUTOR
    assert new_events() == [
        "invitation.created",
        "person.joined",
        "invitation.accepted",
        "membership.added",
    ]
    assert "nia" not in bodies().lower()
    with changes_nothing(Conflict):
        join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    invitation.refresh_from_db()
    assert invitation.accepted_by == person


def test_an_invited_person_with_an_account_joins_as_themselves(cast):
    _, secret = invite(cast, "MALLORY@example.com", Role.AUDITOR)
    with changes_nothing(Conflict):
        join_by_invitation(secret, name="Not Mallory", password=PASSWORD)
    assert accept_invitation(secret, actor=act(cast.mallory)) == cast.project
    assert Membership.objects.get(project=cast.project, person=cast.mallory).role == Role.AUDITOR


def test_an_invitation_is_no_good_to_anybody_else(cast):
    _, secret = invite(cast, "mallory@example.com")
    with changes_nothing(NotAllowed) as refused:
        accept_invitation(secret, actor=act(cast.root))
    assert refused.value.code == "other_address"


def test_an_unknown_secret_is_as_if_nothing_were_there(cast):
    for secret in ("", "guess", "\ud800", "x" * 5000):
        with changes_nothing(NotVisible):
            join_by_invitation(secret, name="Eve", password=PASSWORD)
        with changes_nothing(NotVisible):
            accept_invitation(secret, actor=act(cast.mallory))


def test_an_invitation_ends_with_its_time_or_when_taken_back(cast):
    invitation, secret = invite(cast)
    with (
        time_machine.travel(timezone.now() + VALID_FOR + timedelta(seconds=1)),
        changes_nothing(Conflict),
    ):
        join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    revoke_invitation(invitation, actor=act(cast.olga))
    with changes_nothing(Conflict):
        join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    revoke_invitation(invitation, actor=act(cast.olga))
    assert new_events() == ["invitation.created", "invitation.revoked"]


def test_inviting_again_ends_the_first_link(cast):
    first, first_secret = invite(cast)
    second, second_secret = invite(cast, "NIA@example.com", Role.VIEWER)
    with changes_nothing(Conflict):
        join_by_invitation(first_secret, name="Nia Osei", password=PASSWORD)
    person = join_by_invitation(second_secret, name="Nia Osei", password=PASSWORD)
    assert Membership.objects.get(person=person).role == Role.VIEWER
    assert Invitation.objects.get(pk=first.pk).revoked_at is not None
    assert second.secret_hash == hash_of(second_secret)


def test_members_and_deactivated_people_are_not_invited(cast):
    for email in ("Priya@example.com", "dana@example.com"):
        with changes_nothing(Conflict):
            invite(cast, email)
    mallory_away = PersonFactory(email="away@example.com", is_active=False)
    with changes_nothing(Conflict):
        invite(cast, mallory_away.email)


def test_an_accepted_invitation_is_not_taken_back(cast):
    invitation, secret = invite(cast)
    join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    with changes_nothing(Conflict):
        revoke_invitation(invitation, actor=act(cast.olga))


def test_an_owner_of_the_installation_invites_into_any_project_and_reads_none(cast):
    invite_person(cast.project, "nia@example.com", Role.OWNER, actor=act(cast.root))
    assert not Membership.objects.filter(person=cast.root).exists()


@pytest.mark.parametrize("password", ["", "short", "password1234", "nia@example.com"])
def test_a_weak_password_is_refused_by_the_operation_itself(password, cast):
    _, secret = invite(cast)
    with changes_nothing(Invalid) as refused:
        join_by_invitation(secret, name="Nia Osei", password=password)
    assert refused.value.details["field"] == "password"


def test_a_person_is_never_two(cast):
    _, secret = invite(cast)
    PersonFactory(email="Nia@Example.com")
    with changes_nothing(Conflict):
        join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    assert Person.objects.filter(email__iexact="nia@example.com").count() == 1
