"""The calendar of releases, a person's own feed of it, and a project's freeze windows."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists.forms.calendar import FreezeForm
from checklists.models import CalendarFeed, FreezeWindow
from checklists.operations.calendar import (
    close_calendar_feed,
    hash_of,
    make_calendar_feed,
    remove_freeze_window,
    set_freeze_window,
)
from checklists.pages.calendar import feed_of, month_of
from checklists.pages.ical import write_calendar
from checklists.permissions import require
from checklists.views.items import actor_of, person_of
from checklists.views.projects import project_context, project_for

_MONTH = re.compile(r"(20[0-9]{2}|21[0-8][0-9])-(0[1-9]|1[0-2])")


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def calendar_month(request: HttpRequest) -> HttpResponse:
    """A month of the releases that the person may see."""
    now, me = timezone.now(), person_of(request)
    first = _month(request.GET.get("month", "")) or timezone.localtime(now).date().replace(day=1)
    context = {
        "section": "calendar",
        "month": month_of(me, first, now),
        "has_feed": CalendarFeed.objects.filter(person=me).exists(),
    }
    return render(request, "checklists/calendar_month.html", context)


@require_POST
@login_required
@never_cache
def calendar_feed_make(request: HttpRequest) -> HttpResponse:
    """A new address for the person's calendar, shown once."""
    address = f"{settings.SITE_URL}/calendar/feed/{make_calendar_feed(person_of(request))}.ics"
    context = {"section": "calendar", "address": address}
    return render(request, "checklists/calendar_feed_made.html", context)


@require_POST
@login_required
def calendar_feed_close(request: HttpRequest) -> HttpResponse:
    """Stop the person's calendar from being read."""
    close_calendar_feed(person_of(request))
    messages.success(request, _("The address of your calendar no longer works."))
    return redirect("calendar_month")


@require_safe
@never_cache
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar for a program, which has nothing but the address."""
    found = CalendarFeed.objects.filter(secret_hash=hash_of(secret), person__is_active=True)
    feed = found.select_related("person").first()
    if feed is None:
        raise Http404
    text = write_calendar("Readiness", feed_of(feed.person, timezone.now(), settings.SITE_URL))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="readiness.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_freezes(request: HttpRequest, slug: str) -> HttpResponse:
    """The times in which the project should not go live; owners set them."""
    project = project_for(request, slug)
    form = FreezeForm(request.POST or None)
    if request.method == "POST":
        actor = actor_of(request)
        require(actor, "manage_project", project)
        if form.carry_out(lambda **said: set_freeze_window(project, actor=actor, **said)):
            messages.success(request, _("“%(name)s” is set.") % {"name": form.result.name})
            return redirect("project_freezes", slug=slug)
    now = timezone.now()
    windows = project.freeze_windows.filter(removed_at=None, ends_at__gt=now)
    context = {
        **project_context(request, project, "freezes"),
        "form": form,
        "windows": windows,
        "now": now,
    }
    return render(
        request, "checklists/project_freezes.html", context, status=422 if form.errors else 200
    )


@require_POST
@login_required
def freeze_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a freeze back."""
    window = get_object_or_404(FreezeWindow, pk=pk, project=project_for(request, slug))
    remove_freeze_window(window, actor=actor_of(request))
    messages.success(request, _("“%(name)s” is taken back.") % {"name": window.name})
    return redirect("project_freezes", slug=slug)


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    return date(int(found.group(1)), int(found.group(2)), 1) if found else None
