"""Names for a release: faces by pid, sign-off roles and who holds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from checklists.models import Person, SignoffRole
from checklists.pages.faces import Face, face
from checklists.state import ReleaseState
from checklists.words import role_called


@dataclass(frozen=True, slots=True)
class Roles:
    """The sign-off roles of a project: their names and their active holders, by slug."""

    names: dict[str, str]
    holders: dict[str, list[Face]]


@dataclass(frozen=True, slots=True)
class People:
    """The faces by pid, and the roles with who holds them."""

    faces: dict[str, Face]
    roles: Roles


def people_of(project_id: int, pids: Collection[str]) -> People:
    """Those people, and the holders of a project's roles, in one query.

    A role that nobody holds is not among the roles; a holder who was deactivated is no holder.
    """
    faces: dict[str, Face] = {}
    roles = Roles({}, {})
    wanted = Q(pid__in=set(pids)) | Q(held_roles__role__project_id=project_id)
    rows = Person.objects.filter(wanted).order_by("held_roles__pk")
    for pid, name, email, active, project, slug, role in rows.values_list(
        "pid",
        "name",
        "email",
        "is_active",
        "held_roles__role__project_id",
        "held_roles__role__slug",
        "held_roles__role__name",
    ):
        faces[pid] = face(pid, name or email)
        if project == project_id:
            roles.names[slug] = role
            if active:
                roles.holders.setdefault(slug, []).append(faces[pid])
    return People(faces, roles)


def faces_of(pids: Collection[str]) -> dict[str, Face]:
    """The faces of these people, under the names they have now."""
    rows = Person.objects.filter(pid__in=set(pids)).values_list("pid", "name", "email")
    return {pid: face(pid, name or email) for pid, name, email in rows}


def role_names_of(project_id: int) -> dict[str, str]:
    """The names of all roles of a project by slug, those out of use too."""
    roles = SignoffRole.objects.filter(project_id=project_id)
    return dict(roles.values_list("slug", "name"))


def role_name(slug: str, names: Mapping[str, str]) -> str:
    """A role's name; of one that nobody holds any more, what its slug says."""
    return names.get(slug) or role_called(slug)


def pids_in(state: ReleaseState) -> set[str]:
    """Everybody whom the rows and cells of a release show."""
    shown = {item.assignee for item in state.items if item.assignee}
    shown.update(item.answered_by for item in state.items if item.carried_from and item.answered_by)
    shown.update(signoff.person for signoff in state.signoffs)
    shown.update(call.person for call in state.calls)
    shown.add(state.opened_by)
    return shown
