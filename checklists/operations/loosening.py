"""Loosening the rules of a template needs the sign-offs of the rules as they are."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.models import Person, RuleApproval, TemplateVersion
from checklists.operations.loosening_needs import holders_of, needs_of
from checklists.operations.signoffs import FRESH_AUTHENTICATION
from checklists.operations.template_guards import facts, fresh_draft
from checklists.operations.transactions import operation


@operation
def approve_loosening(
    version: TemplateVersion,
    role: str,
    *,
    actor: Actor,
    digest: str,
    authenticated_at: datetime | None,
) -> TemplateVersion:
    """Agree, as a holder of the role, that the draft of this digest asks less of it.

    Any edit of the draft makes the approval void. Agreeing again changes nothing. Raises NotAllowed
    for tokens, people who do not hold the role, and authentication older than five minutes;
    NotVisible if the draft is gone; Invalid if nothing is looser for the role; Conflict if the
    draft is published, changed meanwhile, or the person agreed for another role.
    """
    chain = audit.locked_installation()
    version = fresh_draft(version)
    person = _signer(actor, role, authenticated_at, audit.moment(chain))
    if role not in {need.role for need in needs_of(version)}:
        raise Invalid(
            _("This draft asks no less of “%(role)s” than before.") % {"role": role},
            code="nothing_looser",
            field="role",
        )
    if digest != version.digest:
        raise Conflict(
            _("The draft changed while you read it, so nothing was recorded. Look at it again."),
            code="digest_changed",
            digest=version.digest,
        )
    given = RuleApproval.objects.filter(version=version, digest=digest, person=person)
    if (before := given.first()) is not None:
        if before.role == role:
            return version
        raise Conflict(
            _("You agreed as “%(role)s” already, and one person fills one role.")
            % {"role": before.role},
            code="one_role_per_person",
            role=before.role,
        )
    approval = RuleApproval.objects.create(
        version=version, role=role, person=person, digest=digest, approved_at=audit.moment(chain)
    )
    audit.append(
        chain,
        "template.loosening_approved",
        actor=actor,
        subject=version,
        data={**facts(version), "role": role},
        rows=[approval],
    )
    return version


def _signer(actor: Actor, role: str, authenticated_at: datetime | None, now: datetime) -> Person:
    person = actor.in_person
    if person is None:
        raise NotAllowed(
            _("Only a person agrees, never a token or the system."), code="needs_person"
        )
    if person not in {held.person for held in holders_of(role)}:
        raise NotAllowed(
            _("You do not hold the role “%(role)s” in any project.") % {"role": role},
            code="not_a_holder",
            role=role,
        )
    if authenticated_at is None or now - authenticated_at > FRESH_AUTHENTICATION:
        raise NotAllowed(
            _("Agreeing needs your password or code from the last five minutes."),
            code="reauthentication_required",
        )
    return person
