"""Who belongs to a project, and in which role."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotVisible
from checklists.models import Membership, Person, Project, Role
from checklists.operations.holdings import release_holdings
from checklists.operations.projects import managed_project
from checklists.operations.quorums import Shortage, shortages
from checklists.operations.transactions import operation
from checklists.words import noun_inside


@operation
def add_member(project: Project, person: Person, role: str, *, actor: Actor) -> Membership:
    """Make an active person a member. Somebody who has the role already stays as they are.

    Raises NotVisible, NotAllowed, Invalid; Conflict for a member with another role.
    """
    chain = audit.locked_installation()
    project = managed_project(project, actor)
    person = Person.objects.get(pk=person.pk)
    if not person.is_active:
        raise Invalid(
            _("%(person)s is deactivated.") % {"person": person}, code="deactivated", field="person"
        )
    found = Membership.objects.filter(project=project, person=person).first()
    if found is not None:
        if found.role != role:
            raise already_member(found)
        return found
    membership = Membership.objects.create(project=project, person=person, role=checked_role(role))
    audit.append(
        chain,
        "membership.added",
        actor=actor,
        subject=membership,
        data={"project": project.pk, "person": person.pid, "role": str(role)},
        rows=[membership],
    )
    return membership


@operation
def set_member_role(membership: Membership, role: str, *, actor: Actor) -> tuple[Shortage, ...]:
    """Give a member another role. Auditors sign nothing, so they lose their sign-off roles; what
    an owner offered by invitation ends with the right to offer it.

    Returns the sign-off rules that too few people can meet now. Raises NotVisible, NotAllowed,
    Invalid; Conflict for the last owner.
    """
    chain = audit.locked_installation()
    membership = _managed_membership(membership, actor)
    before = membership.role
    if before == checked_role(role):
        return ()
    if before == Role.OWNER:
        _require_another_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    held = release_holdings(
        chain,
        membership.person,
        membership.project,
        tokens=False,
        roles=role == Role.AUDITOR,
        invitations=before == Role.OWNER,
    )
    audit.append(
        chain,
        "membership.changed",
        actor=actor,
        subject=membership,
        data={
            "project": membership.project_id,
            "person": membership.person.pid,
            "role": [before, str(role)],
            **held.as_data(),
        },
        rows=[membership, *held.rows],
        gone=held.gone,
    )
    return shortages(membership.project)


@operation
def remove_member(membership: Membership, *, actor: Actor) -> tuple[Shortage, ...]:
    """End a membership, and with it the person's sign-off roles and tokens of the project, and the
    invitations they sent.

    Returns the sign-off rules that too few people can meet now. Raises NotVisible, NotAllowed;
    Conflict for the last owner.
    """
    chain = audit.locked_installation()
    membership = _managed_membership(membership, actor)
    if membership.role == Role.OWNER:
        _require_another_owner(membership)
    held = release_holdings(chain, membership.person, membership.project)
    pk, project = membership.pk, membership.project
    Membership.objects.filter(pk=pk).delete()
    audit.append(
        chain,
        "membership.removed",
        actor=actor,
        subject=membership,
        data={"project": project.pk, "person": membership.person.pid, **held.as_data()},
        rows=held.rows,
        gone=[("membership", pk), *held.gone],
    )
    return shortages(project)


def already_member(membership: Membership) -> Conflict:
    """The refusal for somebody who is a member in another role."""
    return Conflict(
        _("%(person)s is %(membership)s here already; change the role in the list of members.")
        % {"person": membership.person, "membership": noun_inside(membership.get_role_display())},
        code="already_member",
    )


def checked_role(role: str) -> Role:
    """A role of members. Raises Invalid."""
    if role not in Role.values:
        raise Invalid(
            _("There is no role “%(role)s”.") % {"role": role}, code="no_such_role", field="role"
        )
    return Role(role)


def _managed_membership(membership: Membership, actor: Actor) -> Membership:
    managed_project(membership.project, actor)
    found = Membership.objects.select_related("project", "person").filter(pk=membership.pk).first()
    if found is None:
        raise NotVisible
    return found


def _require_another_owner(membership: Membership) -> None:
    others = Membership.objects.filter(
        project=membership.project, role=Role.OWNER, person__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Conflict(
            _("%(person)s is the last owner of %(project)s. Make another member an owner first.")
            % {"person": membership.person, "project": membership.project},
            code="last_owner",
        )
