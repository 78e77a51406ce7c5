"""Who may do what: one table, action by role. Refuse by default.

Things somebody may not see are NotVisible, the same as things that do not exist; things they see
but may not change are NotAllowed, with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from checklists.actors import Actor, ActorKind
from checklists.errors import NotAllowed, NotVisible
from checklists.models import Membership, Person, Project, Role, RoleHolder

VIEWER, CONTRIBUTOR, MANAGER, AUDITOR, OWNER = (
    Role.VIEWER,
    Role.CONTRIBUTOR,
    Role.RELEASE_MANAGER,
    Role.AUDITOR,
    Role.OWNER,
)

SCOPES: dict[str, str] = {
    "read": "Read releases, items, decisions and history",
    "items": "Tick, comment, attach evidence",
    "releases": "Open releases, set targets",
    "deploy": "Deploy, close, abort, roll back",
    "probes": "Change and run probes",
    "results": "Push results and pings",
    "templates": "Import and publish templates",
    "export": "Export evidence and full history",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The roles that may, and the token scope that may; no scope means no token ever."""

    what: str
    roles: frozenset[Role]
    scope: str | None = None


def _policy(what: str, *roles: Role, scope: str | None = None) -> Policy:
    return Policy(what, frozenset(roles), scope)


_EVERYBODY = (VIEWER, CONTRIBUTOR, MANAGER, AUDITOR, OWNER)

POLICY: dict[str, Policy] = {
    "read": _policy("read it", *_EVERYBODY, scope="read"),
    "export": _policy("export it", MANAGER, AUDITOR, OWNER, scope="export"),
    "answer_item": _policy("change items", CONTRIBUTOR, MANAGER, OWNER, scope="items"),
    "request_waiver": _policy("ask for a waiver", CONTRIBUTOR, MANAGER, OWNER),
    "decide_waiver": _policy("decide waivers", MANAGER),
    "open_release": _policy("open or plan a release", MANAGER, OWNER, scope="releases"),
    "deploy_release": _policy("deploy or end a release", MANAGER, scope="deploy"),
    "save_probe": _policy("change probes", MANAGER, OWNER, scope="probes"),
    "run_probe": _policy("run probes", CONTRIBUTOR, MANAGER, OWNER, scope="probes"),
    "push_results": _policy("push results", scope="results"),
    "manage_project": _policy("manage members, roles and settings", OWNER),
    "own_tokens": _policy("have tokens", *_EVERYBODY),
    "edit_templates": _policy("change templates", MANAGER, OWNER, scope="templates"),
}


def role_in(person: Person | None, project: Project) -> Role | None:
    """The person's role in the project; None for outsiders and deactivated people."""
    if person is None or not person.is_active:
        return None
    role = (
        Membership.objects.filter(person=person, project=project)
        .values_list("role", flat=True)
        .first()
    )
    return Role(role) if role else None


def may(actor: Actor, action: str, project: Project) -> bool:
    """Whether the policy lets the actor do this in the project."""
    role = _visible_role(actor, project)
    return role is not None and _allowed(actor, action, role)


def require(actor: Actor, action: str, project: Project) -> None:
    """Raise unless the policy lets the actor do this in the project.

    Raises NotVisible for outsiders (and tokens of other projects), NotAllowed for members without
    the right or tokens without the scope.
    """
    if actor.kind == ActorKind.SYSTEM:
        return
    role = _visible_role(actor, project)
    if role is None:
        raise NotVisible
    if not _allowed(actor, action, role):
        raise NotAllowed(_sentence(actor, action, role), code="not_allowed", action=action)


def require_anywhere(actor: Actor, action: str) -> None:
    """Raise unless the policy lets the actor do this in some project: for what all share.

    Templates are installation-wide: whoever may edit them in one project may edit them.
    """
    if actor.kind == ActorKind.SYSTEM:
        return
    for role in _roles_anywhere(actor):
        if _allowed(actor, action, role):
            return
    policy = POLICY[action]
    raise NotAllowed(
        f"You need to be {_listed(policy.roles)} of a project to {policy.what}.", action=action
    )


def require_owner(actor: Actor) -> None:
    """Raise NotAllowed unless an owner of the installation acts in person (or the system)."""
    if actor.kind == ActorKind.SYSTEM:
        return
    person = actor.in_person
    if person is None or not (person.is_active and person.is_owner):
        raise NotAllowed("Only an owner of this installation may do this.")


def holds_role(person: Person, project: Project, role: str) -> bool:
    """Whether the person is an active member of the project and holds the sign-off role there."""
    return (
        person.is_active
        and RoleHolder.objects.filter(
            person=person,
            role__project=project,
            role__slug=role,
            role__retired_at=None,
            role__project__memberships__person=person,
        ).exists()
    )


def roles_held(person: Person, project: Project) -> list[str]:
    """The slugs of the sign-off roles a member holds in a project."""
    if role_in(person, project) is None:
        return []
    return list(
        RoleHolder.objects.filter(
            person=person, role__project=project, role__retired_at=None
        ).values_list("role__slug", flat=True)
    )


def _visible_role(actor: Actor, project: Project) -> Role | None:
    """The role behind the actor, if they can see the project at all."""
    if actor.token is not None and actor.token.project_id != project.pk:
        return None
    return role_in(actor.person, project)


def _allowed(actor: Actor, action: str, role: Role) -> bool:
    policy = POLICY[action]
    if actor.token is None:
        return role in policy.roles
    if policy.scope is None or policy.scope not in actor.token.scope_set:
        return False
    return role in policy.roles or not policy.roles


def _roles_anywhere(actor: Actor) -> list[Role]:
    if actor.person is None or not actor.person.is_active:
        return []
    found = Membership.objects.filter(person=actor.person, project__archived_at=None)
    if actor.token is not None:
        found = found.filter(project_id=actor.token.project_id)
    return [Role(role) for role in found.values_list("role", flat=True)]


def _sentence(actor: Actor, action: str, role: Role) -> str:
    policy = POLICY[action]
    if actor.token is not None and policy.scope is None:
        return f"No token may {policy.what}: a person must do it, signed in."
    if actor.token is not None and policy.scope not in actor.token.scope_set:
        return f"This token lacks the scope “{policy.scope}”, which is needed to {policy.what}."
    return (
        f"You are {role.label.lower()} here; only {_listed(policy.roles)} may {policy.what}. "
        "Ask an owner of the project for the role."
    )


def _listed(roles: frozenset[Role]) -> str:
    names = [role.label.lower() for role in Role if role in roles]
    return " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"
