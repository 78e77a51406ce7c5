"""People and roles, as requests name them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from checklists.api.bodies import Assignment
from checklists.errors import Invalid
from checklists.models import Person, Project, SignoffRole


def assignee_of(payload: Assignment, project: Project) -> Person | SignoffRole | None:
    """Whom an assignment means. Raises Invalid for nobody of this project, and for two."""
    if not payload.model_fields_set & {"assignee", "role"}:
        raise Invalid(
            _("Name an assignee (an address or a pid) or a role, or null for nobody."),
            field="assignee",
        )
    if payload.assignee is not None and payload.role is not None:
        raise Invalid(_("An item is given to a person or to a role, not to both."), field="role")
    if payload.assignee is not None:
        return _member(payload.assignee, project)
    if payload.role is not None:
        return _role(payload.role, project)
    return None


def _member(named: str, project: Project) -> Person:
    # Only members are looked for, so that nobody learns who else has an account here.
    members = Person.objects.filter(memberships__project=project)
    person = members.filter(Q(pid=named) | Q(email__iexact=named)).first()
    if person is None:
        raise Invalid(
            _("“%(named)s” is no member of this project.") % {"named": named},
            code="not_a_member",
            field="assignee",
        )
    return person


def _role(slug: str, project: Project) -> SignoffRole:
    role = SignoffRole.objects.filter(project=project, slug=slug).first()
    if role is None:
        raise Invalid(
            _("“%(slug)s” is no role of this project.") % {"slug": slug},
            code="no_such_role",
            field="role",
        )
    return role
