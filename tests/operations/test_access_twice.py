"""Every operation on people and access, twice: refused leaves nothing, and without its event the
change is lost."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from checklists.actors import Actor
from checklists.errors import NotAllowed, NotVisible, Refused
from checklists.models import Membership, Role, RoleHolder
from checklists.operations import (
    calendar,
    invitations,
    members,
    people,
    projects,
    signoff_roles,
    tokens,
)
from tests.cast import Cast
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db

MODULES = (calendar, people, projects, members, signoff_roles, invitations, tokens)
NOT_WRITES = {"authenticate_token"}


@dataclass(frozen=True)
class Case:
    """How an operation is called by somebody who may, and by others who may not.

    `prepare` makes what the operation needs; the rest gets it.
    """

    call: Callable[[Cast, Any, Actor], object]
    allowed: Callable[[Cast], Any]
    refused: Callable[[Cast], Any] | None
    error: type[Refused] = NotAllowed
    prepare: Callable[[Cast], Any] = lambda cast: None


def act(person) -> Actor:
    return Actor.of_person(person)


def a_freeze(cast: Cast, actor: Actor):
    return calendar.set_freeze_window(
        cast.project,
        actor=actor,
        name="Holidays",
        starts_at=datetime(2031, 12, 20, tzinfo=UTC),
        ends_at=datetime(2032, 1, 2, tzinfo=UTC),
    )


def membership(cast: Cast, person) -> Membership:
    return Membership.objects.get(project=cast.project, person=person)


def an_invitation(cast: Cast, email: str = "nia@example.com"):
    return invitations.invite_person(cast.project, email, Role.CONTRIBUTOR, actor=act(cast.olga))


def a_token(cast: Cast):
    token, _ = tokens.create_token(cast.project, "ci", ["read"], actor=act(cast.priya))
    return token


CASES = {
    "create_owner": Case(
        lambda cast, _, actor: people.create_owner("new@example.com", actor=actor),
        lambda cast: cast.root,
        lambda cast: cast.olga,
    ),
    "deactivate_person": Case(
        lambda cast, _, actor: people.deactivate_person(cast.sam, actor=actor),
        lambda cast: cast.root,
        lambda cast: cast.olga,
    ),
    "reactivate_person": Case(
        lambda cast, _, actor: people.reactivate_person(cast.dana, actor=actor),
        lambda cast: cast.root,
        lambda cast: cast.olga,
    ),
    "change_own_name": Case(
        lambda cast, token, actor: people.change_own_name("Priya R.", actor=actor),
        lambda cast: cast.priya,
        None,
    ),
    "change_own_address": Case(
        lambda cast, _, actor: people.change_own_address("priya.r@example.com", actor=actor),
        lambda cast: cast.priya,
        lambda cast: cast.dana,
    ),
    "create_project": Case(
        lambda cast, _, actor: projects.create_project("search", "Search", actor=actor),
        lambda cast: cast.root,
        lambda cast: cast.olga,
    ),
    "rename_project": Case(
        lambda cast, _, actor: projects.rename_project(cast.project, "Money", actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
    ),
    "set_waiver_budget": Case(
        lambda cast, _, actor: projects.set_waiver_budget(cast.project, 3, actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
    ),
    "archive_project": Case(
        lambda cast, _, actor: projects.archive_project(cast.project, actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.mallory,
        NotVisible,
    ),
    "set_freeze_window": Case(
        lambda cast, _, actor: a_freeze(cast, actor),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
    ),
    "remove_freeze_window": Case(
        lambda cast, window, actor: calendar.remove_freeze_window(window, actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.mallory,
        NotVisible,
        prepare=lambda cast: a_freeze(cast, act(cast.olga)),
    ),
    "restore_project": Case(
        lambda cast, _, actor: projects.restore_project(cast.project, actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
        prepare=lambda cast: projects.archive_project(cast.project, actor=act(cast.olga)),
    ),
    "add_member": Case(
        lambda cast, _, actor: members.add_member(
            cast.project, cast.mallory, Role.VIEWER, actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.mallory,
        NotVisible,
    ),
    "set_member_role": Case(
        lambda cast, _, actor: members.set_member_role(
            membership(cast, cast.sam), Role.AUDITOR, actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.priya,
    ),
    "remove_member": Case(
        lambda cast, _, actor: members.remove_member(membership(cast, cast.sam), actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
    ),
    "create_signoff_role": Case(
        lambda cast, _, actor: signoff_roles.create_signoff_role(
            cast.project, "Quality", actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
    ),
    "rename_signoff_role": Case(
        lambda cast, _, actor: signoff_roles.rename_signoff_role(
            cast.security, "Safety", actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.sam,
    ),
    "retire_signoff_role": Case(
        lambda cast, _, actor: signoff_roles.retire_signoff_role(cast.security, actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.sam,
    ),
    "add_role_holder": Case(
        lambda cast, _, actor: signoff_roles.add_role_holder(
            cast.security, cast.priya, actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.priya,
    ),
    "remove_role_holder": Case(
        lambda cast, _, actor: signoff_roles.remove_role_holder(
            RoleHolder.objects.get(role=cast.security), actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.sam,
    ),
    "invite_person": Case(
        lambda cast, _, actor: invitations.invite_person(
            cast.project, "nia@example.com", Role.VIEWER, actor=actor
        ),
        lambda cast: cast.olga,
        lambda cast: cast.marta,
        prepare=an_invitation,
    ),
    "accept_invitation": Case(
        lambda cast, invited, actor: invitations.accept_invitation(invited[1], actor=actor),
        lambda cast: cast.mallory,
        lambda cast: cast.root,
        prepare=lambda cast: an_invitation(cast, "mallory@example.com"),
    ),
    "join_by_invitation": Case(
        lambda cast, invited, actor: invitations.join_by_invitation(
            invited[1], name="Nia Osei", password="a long enough sentence"
        ),
        lambda cast: None,
        None,
        prepare=an_invitation,
    ),
    "revoke_invitation": Case(
        lambda cast, invited, actor: invitations.revoke_invitation(invited[0], actor=actor),
        lambda cast: cast.olga,
        lambda cast: cast.mallory,
        NotVisible,
        prepare=an_invitation,
    ),
    "create_token": Case(
        lambda cast, _, actor: tokens.create_token(cast.project, "ci", ["items"], actor=actor),
        lambda cast: cast.priya,
        lambda cast: cast.vic,
    ),
    "revoke_token": Case(
        lambda cast, token, actor: tokens.revoke_token(token, actor=actor),
        lambda cast: cast.priya,
        lambda cast: cast.marta,
        prepare=a_token,
    ),
}


def operations() -> set[str]:
    """The public functions of the modules that write: they name an actor, or join."""
    return {
        name
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and ("actor" in inspect.signature(function).parameters or name == "join_by_invitation")
        and "chain" not in inspect.signature(function).parameters
        and name != "managed_project"
    }


def test_every_operation_has_its_case():
    assert operations() == CASES.keys()


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused])
def test_a_refused_operation_leaves_nothing(name, cast):
    case = CASES[name]
    made = case.prepare(cast)
    with changes_nothing(case.error):
        case.call(cast, made, act(case.refused(cast)))


@pytest.mark.parametrize("name", list(CASES))
def test_the_change_is_lost_if_its_event_cannot_be_written(name, cast, log_fails):
    case = CASES[name]
    made = case.prepare(cast)
    actor = case.allowed(cast)
    log_fails()
    with changes_nothing(OSError):
        case.call(cast, made, act(actor) if actor else None)


@pytest.mark.parametrize("name", list(CASES))
def test_what_an_operation_writes_is_in_the_log_as_the_tables_hold_it(name, cast, logged_images):
    case = CASES[name]
    made = case.prepare(cast)
    actor = case.allowed(cast)
    before = everything()
    case.call(cast, made, act(actor) if actor else None)
    after = everything()
    assert after != before
    images = logged_images()
    for table in (
        "Person",
        "Project",
        "Membership",
        "SignoffRole",
        "RoleHolder",
        "Invitation",
        "ApiToken",
    ):
        was = {row["id"]: row for row in before[table]}
        now = {row["id"]: row for row in after[table]}
        for pk in was.keys() | now.keys():
            if was.get(pk) != now.get(pk):
                assert images[table.lower(), pk] == now.get(pk), (table, pk)
