"""What a person holds beside a membership: sign-off roles, tokens, and doors left open for others.

It goes when access goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from checklists import audit
from checklists.models import ApiToken, AuditChain, Invitation, Person, Project, RoleHolder


@dataclass(frozen=True, slots=True)
class Holdings:
    """What was taken from a person, for the event that says so."""

    tokens: tuple[ApiToken, ...]
    invitations: tuple[Invitation, ...]
    roles: tuple[str, ...]
    gone: tuple[tuple[str, int], ...]
    projects: tuple[Project, ...]

    @property
    def rows(self) -> tuple[models.Model, ...]:
        """The rows that were written, for the event."""
        return (*self.tokens, *self.invitations)

    def as_data(self) -> dict[str, list[str] | list[int]]:
        """The event's part of it: slugs of roles (with their project's), ids of the rest."""
        return {
            "roles": list(self.roles),
            "tokens": [token.public_id for token in self.tokens],
            "invitations": [invitation.pk for invitation in self.invitations],
        }


def release_holdings(
    chain: AuditChain,
    person: Person,
    project: Project | None = None,
    *,
    tokens: bool = True,
    roles: bool = True,
    invitations: bool = True,
) -> Holdings:
    """Take a person's sign-off roles and tokens, and end the invitations they sent that nobody has
    accepted yet, in one project or in all of them.

    Part of the caller's transaction; the caller's event must carry the rows.
    """
    held = RoleHolder.objects.filter(person=person).select_related("role__project")
    usable = ApiToken.objects.filter(person=person, revoked_at=None)
    sent = Invitation.objects.filter(invited_by=person, revoked_at=None, accepted_at=None)
    if project is not None:
        held, usable = held.filter(role__project=project), usable.filter(project=project)
        sent = sent.filter(project=project)
    taken = list(held.order_by("pk")) if roles else []
    revoked = list(usable.order_by("pk")) if tokens else []
    ended = list(sent.order_by("pk")) if invitations else []
    for token in revoked:
        token.revoked_at = audit.moment(chain)
        token.save(update_fields=["revoked_at"])
    for invitation in ended:
        invitation.revoked_at = audit.moment(chain)
        invitation.save(update_fields=["revoked_at"])
    gone = tuple(("roleholder", holder.pk) for holder in taken)
    RoleHolder.objects.filter(pk__in=[pk for _, pk in gone]).delete()
    return Holdings(
        tokens=tuple(revoked),
        invitations=tuple(ended),
        roles=tuple(f"{holder.role.project.slug}/{holder.role.slug}" for holder in taken),
        gone=gone,
        projects=tuple({holder.role.project: None for holder in taken}),
    )
