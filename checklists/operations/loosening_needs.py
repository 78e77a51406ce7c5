"""What a draft that loosens rules needs before it is published, and who has agreed.

Templates belong to all projects, so one project's holders cannot agree for another: besides the
rule's number of people, each project that relies on the template needs its own, as many as the
rule asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext as _

from checklists.errors import Conflict
from checklists.formats.loosening import Looser, loosened
from checklists.models import (
    Membership,
    Person,
    Project,
    Role,
    RoleHolder,
    RuleApproval,
    TemplateVersion,
)
from checklists.words import role_called


@dataclass(frozen=True, slots=True)
class Need:
    """What a draft needs of one role before it can be published.

    `agreed` are the people whose approvals count, `required` how many there must be, `missing` the
    projects that lack some of their own, with how many. `may` are all who hold the role.
    """

    role: str
    looser: tuple[Looser, ...]
    required: int
    agreed: tuple[Person, ...]
    missing: tuple[tuple[Project, int], ...]
    may: tuple[Person, ...]

    @property
    def met(self) -> bool:
        """Nobody's agreement is missing any more."""
        return len(self.agreed) >= self.required and not self.missing


def require_approved(version: TemplateVersion) -> None:
    """Raise Conflict, saying who is missing, if the draft loosens rules and not all agreed."""
    missing = [need for need in needs_of(version) if not need.met]
    if missing:
        raise Conflict(
            _("%(version)s asks less than the rules before it. %(missing)s")
            % {"version": version, "missing": " ".join(need_in_words(need) for need in missing)},
            code="loosening_needs_approval",
            missing=[
                {
                    "role": need.role,
                    "required": need.required,
                    "met": len(need.agreed),
                    "projects": [project.slug for project, _number in need.missing],
                }
                for need in missing
            ],
        )


def need_in_words(need: Need) -> str:
    """ "Security: 1 of 2 agreed; Payments still needs 1 of its own." """
    if not need.may:
        return _(
            "Nobody holds “%(role)s” in any project, so nobody can agree: an owner of a project "
            "can add the role and a holder."
        ) % {"role": role_called(need.role)}
    said = _("%(role)s: %(met)s of %(required)s agreed") % {
        "role": role_called(need.role),
        "met": len(need.agreed),
        "required": need.required,
    }
    lacking = [
        _("%(project)s needs %(number)s of its own") % {"project": project, "number": number}
        for project, number in need.missing
    ]
    return "; ".join([said, *lacking]) + "."


def needs_of(version: TemplateVersion) -> list[Need]:
    """What the draft needs before it is published; nothing if no published rule gets looser."""
    before = published_before(version)
    if before is None:
        return []
    counts: dict[str, int] = {}
    looser: dict[str, list[Looser]] = {}
    for found in loosened(before.tree, version.tree):
        role = found.rule.role
        counts[role] = max(counts.get(role, 0), found.rule.count)
        looser.setdefault(role, []).extend(found.looser)
    if not counts:
        return []
    relying = _relying(before)
    approvals = RuleApproval.objects.filter(version=version, digest=version.digest)
    return [
        _need(role, looser[role], count, relying, approvals.filter(role=role))
        for role, count in counts.items()
    ]


def published_before(version: TemplateVersion) -> TemplateVersion | None:
    """The published version that this one replaces."""
    return (
        TemplateVersion.objects.filter(
            template=version.template_id, number__lt=version.number, published_at__isnull=False
        )
        .order_by("-number")
        .first()
    )


def _need(
    role: str,
    looser: Sequence[Looser],
    count: int,
    relying: set[int],
    approvals: Iterable[RuleApproval],
) -> Need:
    holders: dict[Project, set[int]] = {}
    people: dict[int, Person] = {}
    for held in holders_of(role):
        holders.setdefault(held.role.project, set()).add(held.person_id)
        people[held.person_id] = held.person
    agreed = {approval.person_id for approval in approvals} & people.keys()
    missing = [
        (project, short)
        for project, there in holders.items()
        if project.pk in relying and (short := min(count, len(there)) - len(agreed & there)) > 0
    ]
    return Need(
        role=role,
        looser=tuple(dict.fromkeys(looser)),
        required=max(min(count, len(people)), 1),
        agreed=tuple(people[pk] for pk in sorted(agreed)),
        missing=tuple(missing),
        may=tuple(people.values()),
    )


def holders_of(role: str) -> Iterable[RoleHolder]:
    """Who holds the role, in whichever project that is not put away."""
    return (
        RoleHolder.objects.filter(
            role__slug=role,
            role__retired_at=None,
            role__project__archived_at=None,
            person__is_active=True,
        )
        .filter(person__memberships__project=F("role__project"))
        .select_related("role__project", "person")
        .order_by("role__project__name", "person__name", "pk")
    )


def _relying(before: TemplateVersion) -> set[int]:
    """The projects that rely on the template: those that opened a release with it, and those of
    whoever published a version of it. Nothing that somebody does elsewhere takes one off this list.
    """
    used = Project.objects.filter(
        Q(releases__checklists__template_version__template=before.template_id)
        | Q(releases__checklists__overlays__template_version__template=before.template_id)
    )
    publishers = TemplateVersion.objects.filter(
        template=before.template_id, published_at__isnull=False, published_by__isnull=False
    )
    theirs = Membership.objects.filter(
        person__in=publishers.values("published_by"), role__in=(Role.RELEASE_MANAGER, Role.OWNER)
    )
    return set(used.values_list("pk", flat=True)) | set(theirs.values_list("project_id", flat=True))
