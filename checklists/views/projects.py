"""Projects: the list, one project's releases, its settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists.forms.access import NameForm, ProjectForm
from checklists.models import Membership, Project, Release, Role
from checklists.operations.projects import (
    archive_project,
    create_project,
    rename_project,
    restore_project,
)
from checklists.operations.quorums import shortages
from checklists.pages.loading import recent_snapshot
from checklists.pages.overview import release_line
from checklists.permissions import POLICY, require, require_owner, role_in
from checklists.state import RUNNING
from checklists.views.items import actor_of, person_of

MOST_RUNNING = 20
MOST_OVER = 50


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects the person belongs to."""
    memberships = (
        Membership.objects.filter(person=person_of(request))
        .select_related("project")
        .order_by("project__name")
    )
    return render(
        request, "checklists/project_list.html", {"memberships": memberships, "section": "projects"}
    )


@require_http_methods(["GET", "POST"])
@login_required
def project_new(request: HttpRequest) -> HttpResponse:
    """Create a project. Whoever does so becomes its first owner."""
    actor = actor_of(request)
    require_owner(actor)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.carry_out(
        lambda name, slug: create_project(slug, name, actor=actor)
    ):
        messages.success(
            request,
            _("%(result)s is there. Now invite those who work on it.") % {"result": form.result},
        )
        return redirect("project_members", slug=form.result.slug)
    return render(
        request,
        "checklists/project_new.html",
        {"form": form, "section": "projects"},
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The project's releases: those that run with how far they are, then those that are over."""
    project = project_for(request, slug)
    releases = Release.objects.for_page().filter(project=project)
    running = list(releases.filter(status__in=RUNNING).order_by("target_at", "pk"))
    lines = [release_line(r, recent_snapshot(r)) for r in running[:MOST_RUNNING]]
    return render(
        request,
        "checklists/project_detail.html",
        {
            **project_context(request, project, "releases"),
            "lines": lines,
            "running": len(running),
            "later": running[MOST_RUNNING:],
            "over": releases.exclude(status__in=RUNNING).order_by("-opened_at")[:MOST_OVER],
            "next": lines[0] if lines else None,
            "members": project.memberships.filter(person__is_active=True).count(),
            "shortages": shortages(project),
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def project_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename the project; archive or restore it."""
    project = project_for(request, slug)
    actor = actor_of(request)
    require(actor, "manage_project", project)
    form = NameForm(request.POST or None, initial={"name": project.name})
    if request.method == "POST" and form.carry_out(
        lambda name: rename_project(project, name, actor=actor)
    ):
        messages.success(request, _("The name is saved."))
        return redirect("project_settings", slug=slug)
    return render(
        request,
        "checklists/project_settings.html",
        {**project_context(request, project, "settings"), "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@login_required
def project_archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the project away."""
    project = archive_project(project_for(request, slug), actor=actor_of(request))
    messages.success(
        request, _("%(project)s is archived. It can be read and restored.") % {"project": project}
    )
    return redirect("project_settings", slug=slug)


@require_POST
@login_required
def project_restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Take it out again."""
    project = restore_project(project_for(request, slug), actor=actor_of(request))
    messages.success(request, _("%(project)s is back.") % {"project": project})
    return redirect("project_settings", slug=slug)


def project_for(request: HttpRequest, slug: str) -> Project:
    """The project, if the person may see it; otherwise 404."""
    return get_object_or_404(Project.objects.visible_to(request.user), slug=slug)


def project_context(request: HttpRequest, project: Project, tab: str) -> dict[str, Any]:
    """What every page of a project needs: the project, the viewer's role, the tab."""
    role = role_in(person_of(request), project)
    return {
        "project": project,
        "role": role,
        "may_manage": role == Role.OWNER and project.archived_at is None,
        "may_open": role in POLICY["open_release"].roles and project.archived_at is None,
        "is_owner": role == Role.OWNER,
        "tab": tab,
        "section": "projects",
    }
