"""Projects, their members, and who may sign there."""

from __future__ import annotations

import pytest

from checklists.actors import Actor, Via
from checklists.audit.verify import verify_all
from checklists.errors import Conflict, Invalid, NotVisible
from checklists.models import ApiToken, AuditEvent, Invitation, Membership, Role, RoleHolder
from checklists.operations.invitations import invite_person, join_by_invitation
from checklists.operations.members import add_member, remove_member, set_member_role
from checklists.operations.people import create_owner, deactivate_person, reactivate_person
from checklists.operations.projects import (
    archive_project,
    create_project,
    rename_project,
    restore_project,
)
from checklists.operations.signoff_roles import (
    add_role_holder,
    create_signoff_role,
    remove_role_holder,
    retire_signoff_role,
)
from checklists.operations.tokens import authenticate_token, create_token
from checklists.permissions import holds_role, may, role_in
from tests.factories import PASSWORD, MembershipFactory
from tests.operations.nothing import changes_nothing, everything, new_events

pytestmark = pytest.mark.django_db


def act(person):
    return Actor.of_person(person)


def membership(cast, person):
    return Membership.objects.get(project=cast.project, person=person)


def test_whoever_creates_a_project_owns_it_unless_another_is_named(cast):
    mine = create_project("search", "Search", actor=act(cast.root))
    theirs = create_project("index", "Index", actor=act(cast.root), owner=cast.priya)
    assert role_in(cast.root, mine) == Role.OWNER
    assert role_in(cast.root, theirs) is None
    assert role_in(cast.priya, theirs) == Role.OWNER


@pytest.mark.parametrize(
    "slug", ["", "New", "new", "a b", "a/b", "-a", "a-", "a--b", "x" * 65, "ä", "a\x00"]
)
def test_a_slug_that_cannot_be_an_address_is_refused(slug, cast):
    with changes_nothing(Invalid):
        create_project(slug, "Search", actor=act(cast.root))


def test_a_slug_in_use_and_an_owner_who_is_away_are_refused(cast):
    with changes_nothing(Conflict):
        create_project("payments", "Payments again", actor=act(cast.root))
    with changes_nothing(Invalid):
        create_project("search", "Search", actor=act(cast.root), owner=cast.dana)


def test_the_installations_owner_may_do_nothing_inside_projects(cast):
    for action in ("read", "answer_item", "decide_waiver", "deploy_release", "manage_project"):
        assert not may(act(cast.root), action, cast.project)


def test_renaming_to_the_same_name_is_no_event(cast):
    rename_project(cast.project, "Money", actor=act(cast.olga))
    rename_project(cast.project, " Money ", actor=act(cast.olga))
    assert new_events() == ["project.renamed"]


def test_nothing_changes_in_an_archived_project_until_it_is_restored(cast):
    archive_project(cast.project, actor=act(cast.olga))
    olga = act(cast.olga)
    for change in (
        lambda: rename_project(cast.project, "Money", actor=olga),
        lambda: add_member(cast.project, cast.mallory, Role.VIEWER, actor=olga),
        lambda: remove_member(membership(cast, cast.vic), actor=olga),
        lambda: set_member_role(membership(cast, cast.vic), Role.OWNER, actor=olga),
        lambda: create_signoff_role(cast.project, "Quality", actor=olga),
        lambda: add_role_holder(cast.security, cast.priya, actor=olga),
        lambda: create_token(cast.project, "ci", ["read"], actor=olga),
        lambda: invite_person(cast.project, "nia@example.com", Role.VIEWER, actor=olga),
        lambda: invite_person(cast.project, "nia@example.com", Role.VIEWER, actor=act(cast.root)),
    ):
        with changes_nothing(Conflict) as refused:
            change()
        assert refused.value.code == "project_archived"
    archive_project(cast.project, actor=olga)
    restore_project(cast.project, actor=olga)
    restore_project(cast.project, actor=olga)
    assert new_events() == ["project.archived", "project.restored"]
    add_member(cast.project, cast.mallory, Role.VIEWER, actor=olga)


def test_an_invitation_does_not_lead_into_an_archived_project(cast):
    _, secret = invite_person(cast.project, "nia@example.com", Role.VIEWER, actor=act(cast.olga))
    archive_project(cast.project, actor=act(cast.olga))
    with changes_nothing(Conflict):
        join_by_invitation(secret, name="Nia Osei", password=PASSWORD)


def test_a_project_with_a_running_release_is_not_archived(cast, release):
    with changes_nothing(Conflict) as refused:
        archive_project(cast.project, actor=act(cast.olga))
    assert refused.value.code == "release_running"


def test_adding_a_member_twice_is_one_event_and_another_role_is_a_conflict(cast):
    for _ in range(2):
        add_member(cast.project, cast.mallory, Role.VIEWER, actor=act(cast.olga))
    assert new_events() == ["membership.added"]
    with changes_nothing(Conflict):
        add_member(cast.project, cast.mallory, Role.OWNER, actor=act(cast.olga))


def test_a_deactivated_person_and_an_unknown_role_are_refused(cast):
    cast.mallory.is_active = False
    cast.mallory.save()
    with changes_nothing(Invalid):
        add_member(cast.project, cast.mallory, Role.VIEWER, actor=act(cast.olga))
    with changes_nothing(Invalid):
        set_member_role(membership(cast, cast.vic), "boss", actor=act(cast.olga))


def test_the_last_active_owner_can_neither_leave_nor_step_down(cast):
    add_member(cast.project, cast.mallory, Role.OWNER, actor=act(cast.olga))
    deactivate_person(cast.mallory, actor=act(cast.root))
    with changes_nothing(Conflict):
        remove_member(membership(cast, cast.olga), actor=act(cast.olga))
    with changes_nothing(Conflict):
        set_member_role(membership(cast, cast.olga), Role.VIEWER, actor=act(cast.olga))
    set_member_role(membership(cast, cast.marta), Role.OWNER, actor=act(cast.olga))
    remove_member(membership(cast, cast.olga), actor=act(cast.olga))
    assert role_in(cast.olga, cast.project) is None


def test_who_leaves_loses_roles_and_tokens_of_that_project_only(cast):
    add_member(cast.other_project, cast.sam, Role.CONTRIBUTOR, actor=act(cast.mallory))
    here, _ = create_token(cast.project, "here", ["read"], actor=act(cast.sam))
    there, _ = create_token(cast.other_project, "there", ["read"], actor=act(cast.sam))
    remove_member(membership(cast, cast.sam), actor=act(cast.olga))
    assert not RoleHolder.objects.filter(person=cast.sam).exists()
    assert ApiToken.objects.get(pk=here.pk).revoked_at is not None
    assert ApiToken.objects.get(pk=there.pk).revoked_at is None
    add_member(cast.project, cast.sam, Role.CONTRIBUTOR, actor=act(cast.olga))
    assert not holds_role(cast.sam, cast.project, "security")


def test_a_membership_that_is_gone_is_not_there(cast):
    gone = membership(cast, cast.vic)
    remove_member(gone, actor=act(cast.olga))
    with changes_nothing(NotVisible):
        remove_member(gone, actor=act(cast.olga))
    with changes_nothing(NotVisible):
        set_member_role(gone, Role.OWNER, actor=act(cast.olga))


def test_an_auditor_signs_nothing(cast):
    with changes_nothing(Invalid):
        add_role_holder(cast.security, cast.ada, actor=act(cast.olga))
    set_member_role(membership(cast, cast.sam), Role.AUDITOR, actor=act(cast.olga))
    assert not RoleHolder.objects.filter(person=cast.sam).exists()


def test_only_active_members_hold_roles(cast):
    for person in (cast.mallory, cast.dana, cast.root):
        with changes_nothing(Invalid):
            add_role_holder(cast.security, person, actor=act(cast.olga))


def test_holding_a_role_twice_is_one_event(cast):
    for _ in range(2):
        add_role_holder(cast.security, cast.priya, actor=act(cast.olga))
    assert new_events() == ["role_holder.added"]
    assert holds_role(cast.priya, cast.project, "security")


def test_a_retired_role_is_held_by_nobody_and_comes_back_empty(cast):
    retire_signoff_role(cast.security, actor=act(cast.olga))
    before = everything()
    assert retire_signoff_role(cast.security, actor=act(cast.olga)) == ()
    assert everything() == before
    with changes_nothing(Conflict):
        add_role_holder(cast.security, cast.priya, actor=act(cast.olga))
    again = create_signoff_role(cast.project, "Security", actor=act(cast.olga))
    assert again == cast.security
    assert not again.holders.exists()
    assert new_events() == ["signoff_role.retired", "signoff_role.restored"]


def test_a_role_needs_a_slug_of_its_own(cast):
    with changes_nothing(Conflict):
        create_signoff_role(cast.project, "Security", actor=act(cast.olga))
    with changes_nothing(Invalid):
        create_signoff_role(cast.project, "Безопасность", actor=act(cast.olga))
    role = create_signoff_role(cast.project, "Безопасность", slug="safety", actor=act(cast.olga))
    assert (role.slug, role.name) == ("safety", "Безопасность")


def test_a_quorum_that_can_no_longer_be_met_is_said(cast, release):
    olga = act(cast.olga)
    short = remove_role_holder(RoleHolder.objects.get(role=cast.security), actor=olga)
    assert [(s.release, s.role, s.required, s.holders) for s in short] == [
        (release, "security", 1, 0)
    ]
    assert "nobody" in str(short[0])
    short = deactivate_person(cast.marta, actor=act(cast.root))
    assert {s.role for s in short} == {"security", "release-manager"}


def test_a_holder_who_is_gone_is_not_there(cast):
    holder = RoleHolder.objects.get(role=cast.security)
    remove_role_holder(holder, actor=act(cast.olga))
    with changes_nothing(NotVisible):
        remove_role_holder(holder, actor=act(cast.olga))


def test_names_stay_out_of_the_log(cast):
    project = create_project("plan", "Very Secret Name", actor=act(cast.root))
    create_signoff_role(project, "Hidden Duty", slug="duty", actor=act(cast.root))
    bodies = "".join(AuditEvent.objects.values_list("body", flat=True))
    assert "Secret" not in bodies
    assert "Hidden" not in bodies
    assert cast.root.pid in bodies


def test_the_whole_story_of_an_installation_verifies(db):
    root = create_owner("root@example.com", actor=Actor.of_system(Via.COMMAND))
    project = create_project("payments", "Payments", actor=act(root))
    _, secret = invite_person(project, "nia@example.com", Role.OWNER, actor=act(root))
    nia = join_by_invitation(secret, name="Nia Osei", password=PASSWORD)
    role = create_signoff_role(project, "Security", actor=act(nia))
    add_role_holder(role, nia, actor=act(nia))
    _, text = create_token(project, "ci", ["items"], actor=act(nia))
    authenticate_token(text)
    invite_person(project, "leo@example.com", Role.VIEWER, actor=act(nia))
    set_member_role(Membership.objects.get(person=root), Role.AUDITOR, actor=act(nia))
    remove_member(Membership.objects.get(person=root), actor=act(nia))
    deactivate_person(nia, actor=act(root))
    reactivate_person(nia, actor=act(root))
    retire_signoff_role(role, actor=act(nia))
    rename_project(project, "Money", actor=act(nia))
    archive_project(project, actor=act(nia))
    assert verify_all().findings == []


def invited_by(cast, person) -> Invitation:
    return invite_person(cast.project, "eve@example.com", "owner", actor=act(person))[0]


@pytest.mark.parametrize("how", ["leaves", "steps down", "is shut out"])
def test_the_invitations_of_an_owner_end_with_their_right_to_invite(cast, how):
    MembershipFactory(project=cast.project, person=cast.root, role="owner")
    invitation = invited_by(cast, cast.olga)
    membership = Membership.objects.get(project=cast.project, person=cast.olga)
    if how == "leaves":
        remove_member(membership, actor=act(cast.root))
    elif how == "steps down":
        set_member_role(membership, "viewer", actor=act(cast.root))
    else:
        deactivate_person(cast.olga, actor=act(cast.root))
    invitation.refresh_from_db()
    assert not invitation.is_open


def test_who_changes_between_other_roles_invited_nobody(cast):
    invitation = invited_by(cast, cast.olga)
    membership = Membership.objects.get(project=cast.project, person=cast.priya)
    set_member_role(membership, "viewer", actor=act(cast.olga))
    invitation.refresh_from_db()
    assert invitation.is_open
