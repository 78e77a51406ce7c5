"""Sign-off roles of a project and who holds them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from checklists.errors import Invalid
from checklists.forms.access import SignoffRoleForm
from checklists.models import Person, Project, Role, RoleHolder, SignoffRole
from checklists.operations.quorums import shortages
from checklists.operations.signoff_roles import (
    add_role_holder,
    create_signoff_role,
    remove_role_holder,
    retire_signoff_role,
)
from checklists.permissions import require
from checklists.views.items import actor_of
from checklists.views.members import warn_of
from checklists.views.posted import posted_number
from checklists.views.projects import project_context, project_for


@require_http_methods(["GET", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def project_roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may sign for what; its owners change it here."""
    project = project_for(request, slug)
    actor = actor_of(request)
    form = SignoffRoleForm(request.POST or None)
    if request.method == "POST":
        require(actor, "manage_project", project)
        if form.carry_out(
            lambda name, slug: create_signoff_role(project, name, slug=slug, actor=actor)
        ):
            messages.success(
                request, _("%(result)s is there. Now say who holds it.") % {"result": form.result}
            )
            return redirect("project_roles", slug=slug)
    return render(
        request,
        "checklists/project_roles.html",
        {
            **project_context(request, project, "roles"),
            "rows": _rows(project),
            "shortages": shortages(project),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@require_POST
@login_required
def signoff_role_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a sign-off role."""
    role = _role_for(request, slug, pk)
    short = retire_signoff_role(role, actor=actor_of(request))
    messages.success(request, _("%(role)s is retired; nobody holds it any more.") % {"role": role})
    warn_of(request, short)
    return redirect("project_roles", slug=slug)


@require_POST
@login_required
def role_holder_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let a member sign for the role."""
    role = _role_for(request, slug, pk)
    require(actor_of(request), "manage_project", role.project)
    chosen = posted_number(request, "person") or 0
    person = Person.objects.filter(pk=chosen, memberships__project=role.project).first()
    if person is None:
        raise Invalid(_("Choose a member of the project."), code="not_a_member", field="person")
    add_role_holder(role, person, actor=actor_of(request))
    messages.success(
        request, _("%(person)s holds %(role)s now.") % {"person": person, "role": role}
    )
    return redirect("project_roles", slug=slug)


@require_POST
@login_required
def role_holder_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the role from somebody."""
    holder = get_object_or_404(
        RoleHolder.objects.select_related("role__project", "person"),
        role__project=project_for(request, slug),
        pk=pk,
    )
    short = remove_role_holder(holder, actor=actor_of(request))
    messages.success(
        request,
        _("%(person)s does not hold %(role)s any more.")
        % {"person": holder.person, "role": holder.role},
    )
    warn_of(request, short)
    return redirect("project_roles", slug=slug)


def _role_for(request: HttpRequest, slug: str, pk: int) -> SignoffRole:
    return get_object_or_404(
        SignoffRole.objects.select_related("project"), project=project_for(request, slug), pk=pk
    )


def _rows(project: Project) -> list[dict[str, Any]]:
    """Each role with its holders, and the members who could hold it."""
    able = [
        membership.person
        for membership in project.memberships.exclude(role=Role.AUDITOR)
        .filter(person__is_active=True)
        .select_related("person")
        .order_by("person__name")
    ]
    roles = project.signoff_roles.filter(retired_at=None).prefetch_related("holders__person")
    return [
        {
            "role": role,
            "holders": (holders := list(role.holders.all())),
            "others": [p for p in able if p.pk not in {holder.person_id for holder in holders}],
        }
        for role in roles
    ]
