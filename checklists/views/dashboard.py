"""The first page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from checklists.models import Project
from checklists.pages.dashboard import dashboard_of
from checklists.pages.overview import Standing
from checklists.permissions import POLICY
from checklists.views.items import person_of


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Every running release the person may see, and what waits for them."""
    person = person_of(request)
    board = dashboard_of(person)
    projects = Project.objects.visible_to(person).filter(archived_at=None)
    opening = projects.filter(
        memberships__person=person, memberships__role__in=POLICY["open_release"].roles
    )
    return render(
        request,
        "checklists/dashboard.html",
        {
            "board": board,
            "today": timezone.now(),
            "blocked": board.count(Standing.BLOCKED),
            "blockers": sum(line.blockers for line in board.running),
            "stale": sum(line.stale_signs for line in board.lines),
            "ready": board.count(Standing.READY),
            "live": board.count(Standing.LIVE),
            "has_projects": projects.exists(),
            "opening": list(opening[:2]),
            "section": "releases",
        },
    )
