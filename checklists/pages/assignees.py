"""Whom items of a project can be given to: its members, and its sign-off roles."""

from __future__ import annotations

from checklists.models import Membership
from checklists.pages.people import role_names_of


def member_names(project_id: int) -> dict[str, str]:
    """The names of the members who can act, by pid."""
    members = Membership.objects.filter(project=project_id, person__is_active=True).select_related(
        "person"
    )
    return {member.person.pid: str(member.person) for member in members}


def by_name(names: dict[str, str]) -> list[tuple[str, str]]:
    """Keys and names, in the order of the names."""
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def assignees_of(project_id: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """People and roles, each as what a form sends and what it shows."""
    people = [(f"person:{pid}", name) for pid, name in by_name(member_names(project_id))]
    roles = [(f"role:{slug}", name) for slug, name in by_name(role_names_of(project_id))]
    return people, roles
