"""The cast: the people that tests are about, in two projects.

In a test, ask for them by name (`priya`, `marta`, `project`…) or for all of them (`cast`). Where
fixtures with a database cannot be used, call `make_cast()`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from checklists.models import Person, Project, Role, SignoffRole
from tests.factories import (
    MembershipFactory,
    PersonFactory,
    ProjectFactory,
    RoleHolderFactory,
    SignoffRoleFactory,
)


@dataclass(frozen=True)
class Cast:
    """Two projects and everybody in them.

    `payments`: olga owns it, marta manages releases and holds the role release-manager, priya
    contributes, sam contributes and holds the role security, ada audits, vic views, dana
    contributed until she was deactivated. `ledger` is mallory's, who is an outsider to `payments`.
    root owns the installation and belongs to no project.
    """

    project: Project
    other_project: Project
    olga: Person
    marta: Person
    priya: Person
    sam: Person
    ada: Person
    vic: Person
    dana: Person
    mallory: Person
    root: Person
    security: SignoffRole
    release_management: SignoffRole


def make_cast() -> Cast:
    """Make the cast in the database that is in use."""
    project = ProjectFactory(slug="payments", name="Payments")
    other_project = ProjectFactory(slug="ledger", name="Ledger")
    security = SignoffRoleFactory(project=project, slug="security", name="Security")
    release_management = SignoffRoleFactory(
        project=project, slug="release-manager", name="Release manager"
    )
    cast = Cast(
        project=project,
        other_project=other_project,
        olga=_member(project, "Olga Owens", Role.OWNER),
        marta=_member(project, "Marta Reis", Role.RELEASE_MANAGER),
        priya=_member(project, "Priya Raman", Role.CONTRIBUTOR),
        sam=_member(project, "Sam Okafor", Role.CONTRIBUTOR),
        ada=_member(project, "Ada Lind", Role.AUDITOR),
        vic=_member(project, "Vic Moreau", Role.VIEWER),
        dana=_member(project, "Dana Holm", Role.CONTRIBUTOR, is_active=False),
        mallory=_member(other_project, "Mallory Voss", Role.OWNER),
        root=PersonFactory(name="Rut Berg", email="root@example.com", is_owner=True),
        security=security,
        release_management=release_management,
    )
    RoleHolderFactory(role=security, person=cast.sam)
    RoleHolderFactory(role=release_management, person=cast.marta)
    return cast


def _member(project: Project, name: str, role: Role, *, is_active: bool = True) -> Person:
    email = f"{name.split()[0].lower()}@example.com"
    person = PersonFactory(name=name, email=email, is_active=is_active)
    MembershipFactory(project=project, person=person, role=role)
    return person


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def project(cast: Cast) -> Project:
    """The project the tests are about."""
    return cast.project


@pytest.fixture
def other_project(cast: Cast) -> Project:
    """The project of the outsider."""
    return cast.other_project


@pytest.fixture
def security(cast: Cast) -> SignoffRole:
    """The sign-off role that sam holds."""
    return cast.security


@pytest.fixture
def release_management(cast: Cast) -> SignoffRole:
    """The sign-off role that marta holds."""
    return cast.release_management


@pytest.fixture
def olga(cast: Cast) -> Person:
    """Owner of the project."""
    return cast.olga


@pytest.fixture
def marta(cast: Cast) -> Person:
    """Release manager; holds the sign-off role release-manager."""
    return cast.marta


@pytest.fixture
def priya(cast: Cast) -> Person:
    """Contributor."""
    return cast.priya


@pytest.fixture
def sam(cast: Cast) -> Person:
    """Contributor; holds the sign-off role security."""
    return cast.sam


@pytest.fixture
def ada(cast: Cast) -> Person:
    """Auditor."""
    return cast.ada


@pytest.fixture
def vic(cast: Cast) -> Person:
    """Viewer."""
    return cast.vic


@pytest.fixture
def dana(cast: Cast) -> Person:
    """Contributor, deactivated."""
    return cast.dana


@pytest.fixture
def mallory(cast: Cast) -> Person:
    """Outsider: owner of another project."""
    return cast.mallory


@pytest.fixture
def root(cast: Cast) -> Person:
    """Owner of the installation; member of no project."""
    return cast.root
