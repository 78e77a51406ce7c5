"""Opening a release."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checklists.forms.releases import ReleaseForm
from checklists.models import Project
from checklists.operations.carrying import carried_in, source_for
from checklists.operations.releases import open_release
from checklists.pages.new_release import overlay_choices
from checklists.permissions import require
from checklists.views.carrying import say_what_was_carried
from checklists.views.htmx import asks_for_part
from checklists.views.items import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def release_new(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; posted, the release."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    actor = actor_of(request)
    require(actor, "open_release", project)
    chosen = request.POST if request.method == "POST" else request.GET
    environment = chosen.get("environment", "production").strip()
    overlays = {
        "overlays": overlay_choices(project, chosen.getlist("templates"), environment),
        "environment": environment,
    }
    if asks_for_part(request) and request.method == "GET":
        return render(request, "checklists/_new_release_overlays.html", overlays)
    form = ReleaseForm(request.POST or None, source=source_for(project))
    if request.method == "POST" and form.carry_out(partial(open_release, project, actor=actor)):
        messages.success(request, _("%(result)s is open.") % {"result": form.result})
        if form.cleaned_data["carry_from"] is not None:
            say_what_was_carried(request, carried_in(form.result), form.cleaned_data["carry_from"])
        return redirect(f"/releases/{form.result.pk}/")
    context = {"section": "projects", "project": project, "form": form, **overlays}
    status = 422 if form.is_bound else 200
    response = render(request, "checklists/release_new.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
