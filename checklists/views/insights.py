"""Charts: how a release got ready, and what a project's releases say together."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from checklists.models import Release
from checklists.pages.insights import insights_of
from checklists.pages.loading import recent_snapshot
from checklists.pages.progress_page import progress_of
from checklists.views.projects import project_context, project_for


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def release_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The burn-up of a release, and when it may be ready."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    context = {
        "section": "releases",
        "release": release,
        "progress": progress_of(release, timezone.now()),
        # The number that every page of the release shows: the gate looks ahead, the log does not.
        "counters": recent_snapshot(release).counters,
    }
    return render(request, "checklists/release_progress.html", context)


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def project_insights(request: HttpRequest, slug: str) -> HttpResponse:
    """How long the project's releases take, and what is always in the way."""
    project = project_for(request, slug)
    context = {**project_context(request, project, "insights"), "insights": insights_of(project)}
    return render(request, "checklists/project_insights.html", context)
