"""The waivers of a project, and how many there may be."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from checklists.operations.projects import set_waiver_budget
from checklists.pages.project_waivers import project_waivers as waivers_of
from checklists.pages.project_waivers import shown
from checklists.views.items import actor_of
from checklists.views.posted import posted_number
from checklists.views.projects import project_context, project_for


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def project_waivers(request: HttpRequest, slug: str) -> HttpResponse:
    """Every waiver of the project: asked, holding, lapsing soon, ended."""
    project = project_for(request, slug)
    waivers = waivers_of(project, timezone.now())
    context = {
        **project_context(request, project, "waivers"),
        "waivers": waivers,
        "lists": shown(waivers),
    }
    return render(request, "checklists/project_waivers.html", context)


@require_POST
@login_required
def project_set_waiver_budget(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how many waivers may hold at a time; an empty field is any number."""
    budget = posted_number(request, "waiver_budget")
    set_waiver_budget(project_for(request, slug), budget, actor=actor_of(request))
    messages.success(request, _("The budget of waivers is saved."))
    return redirect("project_settings", slug=slug)
