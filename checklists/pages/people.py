"""Names for a release: faces by pid, sign-off roles and who holds them. One query each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from checklists.models import Person, SignoffRole
from checklists.pages.faces import Face, face
from checklists.state import ReleaseState


@dataclass(frozen=True, slots=True)
class Roles:
    """The sign-off roles of a project: their names and their active holders, by slug."""

    names: dict[str, str]
    holders: dict[str, list[Face]]


def faces_of(pids: Collection[str]) -> dict[str, Face]:
    """The faces of these people, under the names they have now."""
    rows = Person.objects.filter(pid__in=set(pids)).values_list("pid", "name", "email")
    return {pid: face(pid, name or email) for pid, name, email in rows}


def roles_of(project_id: int) -> Roles:
    """The roles of a project. A holder who was deactivated is left out."""
    names: dict[str, str] = {}
    holders: dict[str, list[Face]] = {}
    rows = (
        SignoffRole.objects.filter(project_id=project_id)
        .order_by("name", "holders__pk")
        .values_list(
            "slug",
            "name",
            "holders__person__pid",
            "holders__person__name",
            "holders__person__email",
            "holders__person__is_active",
        )
    )
    for slug, role, pid, name, email, active in rows:
        names[slug] = role
        if pid is not None and active:
            holders.setdefault(slug, []).append(face(pid, name or email))
    return Roles(names, holders)


def pids_in(state: ReleaseState) -> set[str]:
    """Everybody whom the rows and cells of a release show."""
    shown = {item.assignee for item in state.items if item.assignee}
    shown.update(signoff.person for signoff in state.signoffs)
    shown.add(state.opened_by)
    return shown
