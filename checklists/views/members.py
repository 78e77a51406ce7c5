"""Members of a project and invitations to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checklists.forms.access import InviteForm
from checklists.models import Invitation, Membership, Project, Role, RoleHolder
from checklists.operations.invitations import invite_person, revoke_invitation
from checklists.operations.members import remove_member, set_member_role
from checklists.permissions import require
from checklists.views.items import actor_of
from checklists.views.outgoing import invitation_address, send_invitation
from checklists.views.posted import posted_text
from checklists.views.projects import project_context, project_for
from checklists.words import noun_inside


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def project_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody in the project; its owners invite others here."""
    project = project_for(request, slug)
    actor = actor_of(request)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        require(actor, "manage_project", project)
        if form.carry_out(lambda email, role: invite_person(project, email, role, actor=actor)):
            return invitation_made(request, *form.result, back="project_members")
    return render(
        request,
        "checklists/project_members.html",
        {**project_context(request, project, "members"), **_lists(project), "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@login_required
def member_set_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    membership = _membership_for(request, slug, pk)
    short = set_member_role(membership, posted_text(request, "role"), actor=actor_of(request))
    membership.refresh_from_db()
    messages.success(
        request,
        _("%(person)s is %(membership)s now.")
        % {"person": membership.person, "membership": noun_inside(membership.get_role_display())},
    )
    warn_of(request, short)
    return redirect("project_members", slug=slug)


@require_POST
@login_required
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a membership."""
    membership = _membership_for(request, slug, pk)
    short = remove_member(membership, actor=actor_of(request))
    messages.success(
        request,
        _("%(person)s is no member any more. Sign-off roles and tokens went with it.")
        % {"person": membership.person},
    )
    warn_of(request, short)
    return redirect("project_members", slug=slug)


@require_POST
@login_required
def invitation_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End an invitation before it is accepted."""
    project = project_for(request, slug)
    require(actor_of(request), "manage_project", project)
    invitation = get_object_or_404(project.invitations, pk=pk)
    revoke_invitation(invitation, actor=actor_of(request))
    messages.success(
        request, _("The invitation of %(email)s is taken back.") % {"email": invitation.email}
    )
    return redirect("project_members", slug=slug)


def invitation_made(
    request: HttpRequest, invitation: Invitation, secret: str, *, back: str
) -> HttpResponse:
    """Mail the invitation. Without a mail server its link is shown, now and never again."""
    link = invitation_address(secret)
    sent = send_invitation(invitation, link)
    return render(
        request,
        "checklists/invitation_made.html",
        {"invitation": invitation, "link": "" if sent else link, "back": back},
    )


def warn_of(request: HttpRequest, short: Iterable[object]) -> None:
    """Say which sign-off rules cannot be met any more."""
    for shortage in short:
        messages.warning(request, str(shortage))


def _lists(project: Project) -> dict[str, Any]:
    held: dict[int, list[str]] = {}
    for person, name in RoleHolder.objects.filter(
        role__project=project, role__retired_at=None
    ).values_list("person_id", "role__name"):
        held.setdefault(person, []).append(name)
    memberships = project.memberships.select_related("person").order_by("person__name", "pk")
    return {
        "rows": [(m, ", ".join(sorted(held.get(m.person_id, [])))) for m in memberships],
        "roles": Role.choices,
        "invitations": project.invitations.filter(
            accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        ).select_related("invited_by"),
    }


def _membership_for(request: HttpRequest, slug: str, pk: int) -> Membership:
    memberships = Membership.objects.select_related("project", "person")
    return get_object_or_404(memberships, project=project_for(request, slug), pk=pk)
