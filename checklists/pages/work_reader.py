"""Whose work it is: the projects somebody is in, the roles they hold, the releases that run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from checklists.models import Membership, Person, Release, Role, RoleHolder
from checklists.pages.duties import Duties, duties_of
from checklists.permissions import POLICY
from checklists.state import RUNNING


@dataclass(frozen=True, slots=True)
class Reader:
    """A person, with what decides which work is theirs, read once for all lists.

    `roles` are by project; `held` has the slugs and names of the sign-off roles held in each.
    """

    person: Person
    now: datetime
    roles: Mapping[int, Role]
    held: Mapping[int, Mapping[str, str]]
    held_ids: frozenset[int]
    releases: Mapping[int, Release]
    duties: Mapping[int, Duties]

    def may_decide(self, release: Release, section: str) -> bool:
        """Whether they may decide waivers of items there: `operations.waivers.may_decide`, for
        many.
        """
        role = self.roles.get(release.project_id)
        if role in POLICY["decide_waiver"].roles:
            return True
        held = self.held.get(release.project_id, {})
        return role == Role.CONTRIBUTOR and any(
            self.duties[release.pk].covers(slug, section) for slug in held
        )


def reader_of(person: Person) -> Reader:
    """Three queries, and those of `duties_of`."""
    roles = dict(Membership.objects.filter(person=person).values_list("project_id", "role"))
    held: dict[int, dict[str, str]] = {}
    ids = set()
    rows = RoleHolder.objects.filter(person=person, role__retired_at=None)
    for pk, project, slug, name in rows.values_list(
        "role_id", "role__project_id", "role__slug", "role__name"
    ):
        if project in roles:
            held.setdefault(project, {})[slug] = name
            ids.add(pk)
    running = Release.objects.visible_to(person).for_page().filter(status__in=RUNNING)
    releases = {release.pk: release for release in running.filter(project__archived_at=None)}
    asked = [release for release in releases.values() if release.project_id in held]
    return Reader(
        person=person,
        now=timezone.now(),
        roles={project: Role(role) for project, role in roles.items()},
        held=held,
        held_ids=frozenset(ids),
        releases=releases,
        duties=duties_of(asked),
    )
