"""The demo's people and projects: invited and joined like anybody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from checklists import audit
from checklists.actors import Actor, Via
from checklists.models import Person, Project, Role, RoleHolder, SignoffRole
from checklists.operations.invitations import invite_person, join_by_invitation
from checklists.operations.people import add_person
from checklists.operations.projects import create_project
from checklists.operations.signoff_roles import add_role_holder, create_signoff_role
from checklists.operations.transactions import operation

PEOPLE = {
    "priya": ("Priya Raman", Role.CONTRIBUTOR),
    "marta": ("Marta Reis", Role.RELEASE_MANAGER),
    "sam": ("Sam Okafor", Role.CONTRIBUTOR),
    "ada": ("Ada Lind", Role.AUDITOR),
}
ROLES = {"security": ("Security", "sam"), "release-manager": ("Release manager", "marta")}


@dataclass(frozen=True)
class Cast:
    """Who acts in the demo, by first name, and where."""

    project: Project
    other_project: Project
    people: dict[str, Person]

    def actor(self, name: str) -> Actor:
        """One of the people, acting through the command line."""
        return Actor.of_person(self.people[name], Via.COMMAND)


def bring_people(password: str) -> Cast:
    """The people, the two projects and the roles; those that are there already are left alone."""
    admin = _admin(password)
    project = _project("payments", "Payments", admin)
    other = _project("ledger", "Ledger", admin)
    people = {"admin": admin}
    for name, (full_name, role) in PEOPLE.items():
        people[name] = _member(project, name, full_name, role, admin, password)
    people["mallory"] = _member(other, "mallory", "Mallory Voss", Role.OWNER, admin, password)
    for slug, (title, holder) in ROLES.items():
        _role(project, slug, title, people[holder], admin)
    return Cast(project, other, people)


@operation
def _join_as_owner(email: str, name: str, hashed: str) -> Person:
    chain = audit.locked_installation()
    return add_person(
        chain,
        email,
        name,
        actor=Actor.of_system(Via.COMMAND),
        password=hashed,
        is_owner=True,
    )


def _admin(password: str) -> Person:
    email = _address("admin")
    there = Person.objects.filter(email=email).first()
    return there or _join_as_owner(email, "Alex Moreno", make_password(password))


def _project(slug: str, name: str, admin: Person) -> Project:
    there = Project.objects.filter(slug=slug).first()
    return there or create_project(slug, name, actor=Actor.of_person(admin, Via.COMMAND))


def _member(
    project: Project, name: str, full_name: str, role: Role, admin: Person, password: str
) -> Person:
    email = _address(name)
    there = Person.objects.filter(email=email).first()
    if there is not None:
        return there
    _, secret = invite_person(project, email, role, actor=Actor.of_person(admin, Via.COMMAND))
    return join_by_invitation(secret, name=full_name, password=password)


def _role(project: Project, slug: str, title: str, holder: Person, admin: Person) -> None:
    actor = Actor.of_person(admin, Via.COMMAND)
    role = SignoffRole.objects.filter(project=project, slug=slug).first()
    if role is None:
        role = create_signoff_role(project, title, slug=slug, actor=actor)
    if not RoleHolder.objects.filter(role=role, person=holder).exists():
        add_role_holder(role, holder, actor=actor)


def _address(name: str) -> str:
    return f"{name}@example.com"
