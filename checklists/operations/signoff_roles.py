"""Sign-off roles of a project, and who holds them."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotVisible
from checklists.models import Membership, Person, Project, Role, RoleHolder, SignoffRole
from checklists.operations.people import checked_name
from checklists.operations.projects import checked_slug, managed_project
from checklists.operations.quorums import Shortage, shortages
from checklists.operations.transactions import operation


@operation
def create_signoff_role(
    project: Project, name: str, *, actor: Actor, slug: str = ""
) -> SignoffRole:
    """Create a duty that people can hold; templates ask for it by its slug.

    One that was retired comes back, without holders. Raises NotVisible, NotAllowed, Invalid;
    Conflict for a slug in use or an archived project.
    """
    chain = audit.locked_installation()
    project = managed_project(project, actor)
    called = checked_name(name)
    slug = checked_slug(slug or slugify(called))
    role = SignoffRole.objects.filter(project=project, slug=slug).first()
    if role is not None and role.retired_at is None:
        raise Conflict(
            _("%(project)s has a sign-off role %(slug)s already.")
            % {"project": project, "slug": slug},
            code="slug_taken",
            field="slug",
        )
    action = "signoff_role.restored" if role else "signoff_role.created"
    role = role or SignoffRole(project=project, slug=slug)
    role.name, role.retired_at = called, None
    role.save()
    audit.append(chain, action, actor=actor, subject=role, data={"slug": slug}, rows=[role])
    return role


@operation
def rename_signoff_role(role: SignoffRole, name: str, *, actor: Actor) -> SignoffRole:
    """Change what a sign-off role is called; its slug stays.

    Raises NotVisible, NotAllowed, Invalid; Conflict if the project is archived.
    """
    chain = audit.locked_installation()
    role = _managed_role(role, actor)
    wanted = checked_name(name)
    if role.name != wanted:
        role.name = wanted
        role.save(update_fields=["name"])
        audit.append(chain, "signoff_role.renamed", actor=actor, subject=role, rows=[role])
    return role


@operation
def retire_signoff_role(role: SignoffRole, *, actor: Actor) -> tuple[Shortage, ...]:
    """End a sign-off role: nobody holds it and nobody can sign for it any more.

    Signatures given stay. Returns the rules that too few people can meet now. Raises NotVisible,
    NotAllowed.
    """
    chain = audit.locked_installation()
    role = _managed_role(role, actor)
    if role.retired_at is not None:
        return ()
    holders = list(role.holders.select_related("person").order_by("pk"))
    role.holders.all().delete()
    role.retired_at = audit.moment(chain)
    role.save(update_fields=["retired_at"])
    audit.append(
        chain,
        "signoff_role.retired",
        actor=actor,
        subject=role,
        data={"slug": role.slug, "holders": [holder.person.pid for holder in holders]},
        rows=[role],
        gone=[("roleholder", holder.pk) for holder in holders],
    )
    return shortages(role.project)


@operation
def add_role_holder(role: SignoffRole, person: Person, *, actor: Actor) -> RoleHolder:
    """Let a member sign for the role. Somebody who holds it already stays as they are.

    Raises NotVisible, NotAllowed; Invalid for outsiders, deactivated people and auditors;
    Conflict for a retired role.
    """
    chain = audit.locked_installation()
    role = _managed_role(role, actor)
    if role.retired_at is not None:
        raise Conflict(
            _("%(role)s is retired, so nobody can hold it.") % {"role": role}, code="role_retired"
        )
    held = RoleHolder.objects.filter(role=role, person=person).first()
    if held is not None:
        return held
    _require_may_hold(person, role.project)
    holder = RoleHolder.objects.create(role=role, person=person)
    audit.append(
        chain,
        "role_holder.added",
        actor=actor,
        subject=holder,
        data={"role": role.pk, "slug": role.slug, "person": person.pid},
        rows=[holder],
    )
    return holder


@operation
def remove_role_holder(holder: RoleHolder, *, actor: Actor) -> tuple[Shortage, ...]:
    """Take a sign-off role from somebody; what they signed stays signed.

    Returns the rules that too few people can meet now. Raises NotVisible, NotAllowed.
    """
    chain = audit.locked_installation()
    role = _managed_role(holder.role, actor)
    found = RoleHolder.objects.filter(pk=holder.pk).select_related("person").first()
    if found is None:
        raise NotVisible
    RoleHolder.objects.filter(pk=found.pk).delete()
    audit.append(
        chain,
        "role_holder.removed",
        actor=actor,
        subject=found,
        data={"role": role.pk, "slug": role.slug, "person": found.person.pid},
        gone=[("roleholder", found.pk)],
    )
    return shortages(role.project)


def _managed_role(role: SignoffRole, actor: Actor) -> SignoffRole:
    managed_project(role.project, actor)
    return SignoffRole.objects.select_related("project").get(pk=role.pk)


def _require_may_hold(person: Person, project: Project) -> None:
    membership = Membership.objects.filter(
        project=project, person=person, person__is_active=True
    ).first()
    if membership is None:
        raise Invalid(
            _("%(person)s is no active member of %(project)s; only members hold sign-off roles.")
            % {"person": person, "project": project},
            code="not_a_member",
            field="person",
        )
    if membership.role == Role.AUDITOR:
        raise Invalid(
            _("%(person)s is an auditor here, and auditors sign nothing.") % {"person": person},
            code="auditors_do_not_sign",
            field="person",
        )
