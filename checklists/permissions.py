"""Who may do what: one table, action by role. Refuse by default.

Things somebody may not see are NotVisible, the same as things that do not exist; things they see
but may not change are NotAllowed, with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.actors import Actor, ActorKind
from checklists.errors import NotAllowed, NotVisible
from checklists.models import Membership, Person, Project, Role, RoleHolder
from checklists.words import noun_inside

VIEWER, CONTRIBUTOR, MANAGER, AUDITOR, OWNER = (
    Role.VIEWER,
    Role.CONTRIBUTOR,
    Role.RELEASE_MANAGER,
    Role.AUDITOR,
    Role.OWNER,
)

SCOPES: dict[str, Promise] = {
    "read": gettext_lazy("Read releases, items, decisions and history"),
    "items": gettext_lazy("Tick, comment, attach evidence"),
    "releases": gettext_lazy("Open releases, set targets"),
    "deploy": gettext_lazy("Deploy, close, abort, roll back"),
    "probes": gettext_lazy("Change and run probes"),
    "results": gettext_lazy("Push results and pings"),
    "templates": gettext_lazy("Import and publish templates"),
    "export": gettext_lazy("Export evidence and full history"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The roles that may, and the token scope that may; no scope means no token ever."""

    what: Promise
    roles: frozenset[Role]
    scope: str | None = None


def _policy(what: Promise, *roles: Role, scope: str | None = None) -> Policy:
    return Policy(what, frozenset(roles), scope)


_EVERYBODY = (VIEWER, CONTRIBUTOR, MANAGER, AUDITOR, OWNER)

POLICY: dict[str, Policy] = {
    "read": _policy(gettext_lazy("read it"), *_EVERYBODY, scope="read"),
    "export": _policy(gettext_lazy("export it"), MANAGER, AUDITOR, OWNER, scope="export"),
    "answer_item": _policy(
        gettext_lazy("change items"), CONTRIBUTOR, MANAGER, OWNER, scope="items"
    ),
    "withdraw_evidence": _policy(gettext_lazy("withdraw what somebody else attached"), MANAGER),
    "request_waiver": _policy(gettext_lazy("ask for a waiver"), CONTRIBUTOR, MANAGER, OWNER),
    "decide_waiver": _policy(gettext_lazy("decide waivers"), MANAGER),
    "open_release": _policy(
        gettext_lazy("open or plan a release"), MANAGER, OWNER, scope="releases"
    ),
    "deploy_release": _policy(gettext_lazy("deploy or end a release"), MANAGER, scope="deploy"),
    "save_probe": _policy(gettext_lazy("change probes"), MANAGER, OWNER, scope="probes"),
    "run_probe": _policy(gettext_lazy("run probes"), CONTRIBUTOR, MANAGER, OWNER, scope="probes"),
    "push_results": _policy(gettext_lazy("push results"), scope="results"),
    "manage_project": _policy(gettext_lazy("manage members, roles and settings"), OWNER),
    "own_tokens": _policy(gettext_lazy("have tokens"), *_EVERYBODY),
    "edit_templates": _policy(gettext_lazy("change templates"), MANAGER, OWNER, scope="templates"),
}


def role_in(person: Person | None, project: Project) -> Role | None:
    """The person's role in the project; None for outsiders and deactivated people."""
    if person is None or not person.is_active:
        return None
    found = Membership.objects.filter(person=person, project=project)
    return next(map(Role, found.values_list("role", flat=True)), None)


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
        _("You need to be %(listed)s of a project to %(what)s.")
        % {"listed": _listed(policy.roles), "what": policy.what},
        action=action,
    )


def require_owner(actor: Actor) -> None:
    """Raise NotAllowed unless an owner of the installation acts in person (or the system)."""
    if actor.kind == ActorKind.SYSTEM:
        return
    person = actor.in_person
    if person is None or not (person.is_active and person.is_owner):
        raise NotAllowed(_("Only an owner of this installation may do this."))


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
        return _("No token may %(what)s: a person must do it, signed in.") % {"what": policy.what}
    if actor.token is not None and policy.scope not in actor.token.scope_set:
        return _("This token lacks the scope “%(scope)s”, which is needed to %(what)s.") % {
            "scope": policy.scope,
            "what": policy.what,
        }
    return _(
        "You are %(label)s here; only %(listed)s may %(what)s. Ask an owner of "
        "the project for the role."
    ) % {"label": noun_inside(role.label), "listed": _listed(policy.roles), "what": policy.what}


def _listed(roles: frozenset[Role]) -> str:
    names = [noun_inside(role.label) for role in Role if role in roles]
    return (
        _(" or ").join(names)
        if len(names) < 3
        else _("%(names)s or %(names_2)s") % {"names": ", ".join(names[:-1]), "names_2": names[-1]}
    )
