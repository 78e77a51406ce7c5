"""Invitations: the only way to a new account, and the usual way into a project.

The secret of an invitation is returned once, for the link; only its hash is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.models import AuditChain, Invitation, Membership, Person, Project
from checklists.operations.members import already_member, checked_role
from checklists.operations.people import add_person, checked_email, checked_name
from checklists.operations.projects import managed_project, require_not_archived
from checklists.operations.transactions import operation
from checklists.permissions import require_owner

VALID_FOR = timedelta(days=7)


@operation
def invite_person(
    project: Project, email: str, role: str, *, actor: Actor
) -> tuple[Invitation, str]:
    """Invite an address to a project; returns the invitation and the secret of its link.

    An open invitation of the same address is replaced, its link ends. Owners of the project and
    of the installation may. Raises NotVisible, NotAllowed, Invalid; Conflict for members and
    archived projects.
    """
    chain = audit.locked_installation()
    project = _inviting_project(project, actor)
    if actor.person is None:
        raise NotAllowed(_("An invitation comes from a person."))
    address = checked_email(email)
    _require_invitable(project, address)
    replaced = _revoke_open(chain, project, address)
    secret = secrets.token_urlsafe(32)
    now = audit.moment(chain)
    invitation = Invitation.objects.create(
        project=project,
        email=address,
        role=checked_role(role),
        secret_hash=hash_of(secret),
        invited_by=actor.person,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    audit.append(
        chain,
        "invitation.created",
        actor=actor,
        subject=invitation,
        data={
            "project": project.pk,
            "role": str(role),
            "replaces": [old.pk for old in replaced],
        },
        rows=[invitation, *replaced],
    )
    return invitation, secret


@operation
def accept_invitation(secret: str, *, actor: Actor) -> Project:
    """Join the project as the person who is signed in. Members stay what they are.

    Raises NotVisible for no such invitation, Conflict for one that is over, NotAllowed for one
    that was sent to another address.
    """
    chain = audit.locked_installation()
    invitation = _open_invitation(secret)
    person = actor.in_person
    if person is None or not person.is_active:
        raise NotAllowed(_("Only a person who is signed in can accept an invitation."))
    if person.email.lower() != invitation.email.lower():
        raise NotAllowed(
            _(
                "This invitation was sent to %(email)s, and you are signed in as "
                "%(email_2)s. Sign out first, or ask for an invitation to your own "
                "address."
            )
            % {"email": invitation.email, "email_2": person.email},
            code="other_address",
        )
    return _accept(chain, invitation, person, actor)


def join_by_invitation(secret: str, *, name: str, password: str) -> Person:
    """Make an account for the invited address and join the project.

    Raises NotVisible for no such invitation, Invalid for a bad name or a weak password, Conflict
    for an invitation that is over or an address that has an account.
    """
    invitation = _open_invitation(secret)
    called = checked_name(name)
    try:
        validate_password(password, Person(email=invitation.email, name=called))
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="weak_password", field="password") from None
    # Hashing takes a while, so it is done before anybody has to wait for the lock.
    return _join(secret, called, make_password(password))


@operation
def _join(secret: str, name: str, hashed: str) -> Person:
    chain = audit.locked_installation()
    invitation = _open_invitation(secret)
    if Person.objects.filter(email__iexact=invitation.email).exists():
        raise Conflict(
            _("There is an account for %(email)s already. Sign in, then open the link again.")
            % {"email": invitation.email},
            code="account_exists",
        )
    person = add_person(chain, invitation.email, name, password=hashed)
    _accept(chain, invitation, person, Actor.of_person(person))
    return person


@operation
def revoke_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """End an invitation. One that is over already stays as it is.

    Raises NotVisible, NotAllowed; Conflict for one that was accepted.
    """
    chain = audit.locked_installation()
    _inviting_project(invitation.project, actor, archived=True)
    invitation = Invitation.objects.get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise Conflict(
            _("The invitation was accepted; remove the member instead."), code="invitation_accepted"
        )
    if invitation.revoked_at is None:
        invitation.revoked_at = audit.moment(chain)
        invitation.save(update_fields=["revoked_at"])
        audit.append(
            chain, "invitation.revoked", actor=actor, subject=invitation, rows=[invitation]
        )
    return invitation


def invitation_of(secret: str) -> Invitation | None:
    """The invitation behind a link, whether it is still open or not."""
    return (
        Invitation.objects.select_related("project", "invited_by")
        .filter(secret_hash=hash_of(secret))
        .first()
    )


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _open_invitation(secret: str) -> Invitation:
    invitation = invitation_of(secret)
    if invitation is None:
        raise NotVisible
    if not invitation.is_open:
        raise Conflict(
            _("This invitation was used, taken back or is over. Ask for a new one."),
            code="invitation_over",
        )
    require_not_archived(invitation.project)
    return invitation


def _accept(chain: AuditChain, invitation: Invitation, person: Person, actor: Actor) -> Project:
    invitation.accepted_by, invitation.accepted_at = person, audit.moment(chain)
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    audit.append(chain, "invitation.accepted", actor=actor, subject=invitation, rows=[invitation])
    membership, added = Membership.objects.get_or_create(
        project=invitation.project, person=person, defaults={"role": invitation.role}
    )
    if added:
        audit.append(
            chain,
            "membership.added",
            actor=actor,
            subject=membership,
            data={
                "project": invitation.project_id,
                "person": person.pid,
                "role": membership.role,
                "invitation": invitation.pk,
            },
            rows=[membership],
        )
    return invitation.project


def _inviting_project(project: Project, actor: Actor, *, archived: bool = False) -> Project:
    """The project, to which an owner of it or of the installation may invite."""
    if actor.in_person is not None and actor.in_person.is_owner:
        require_owner(actor)
        project = Project.objects.get(pk=project.pk)
        if not archived:
            require_not_archived(project)
        return project
    return managed_project(project, actor)


def _require_invitable(project: Project, email: str) -> None:
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        return
    if (member := Membership.objects.filter(project=project, person=person).first()) is not None:
        raise already_member(member)
    if not person.is_active:
        raise Conflict(
            _("%(person)s is deactivated. An owner of the installation can reactivate them.")
            % {"person": person},
            code="deactivated",
            field="email",
        )


def _revoke_open(chain: AuditChain, project: Project, email: str) -> list[Invitation]:
    found = list(
        Invitation.objects.filter(
            project=project, email__iexact=email, accepted_at=None, revoked_at=None
        )
    )
    for invitation in found:
        invitation.revoked_at = audit.moment(chain)
        invitation.save(update_fields=["revoked_at"])
    return found
