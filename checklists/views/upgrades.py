"""Moving a checklist of a release to a newer version: the preview, and the choice."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from checklists.audit.titles import with_titles
from checklists.errors import Conflict
from checklists.models import Checklist, Release, TemplateVersion
from checklists.operations.guards import whole_state
from checklists.operations.upgrading import preview_of, upgrade_checklist
from checklists.pages.upgrade_page import upgrade_page
from checklists.permissions import require
from checklists.views.items import actor_of
from checklists.views.posted import posted_text


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def release_upgrade(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """What moving to the newest published version would do; posted, do just that."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    require(actor_of(request), "open_release", release.project)
    pinned = release.checklists.select_related("template_version__template", "release")
    # Compared here: an address can hold what no database would look for.
    checklist = next((each for each in pinned if each.key == key), None)
    if checklist is None:
        raise Http404
    version = checklist.template_version.template.newest_published()
    if version is None:
        raise Http404
    if request.method == "POST":
        return _upgraded(request, release, checklist, version)
    return _page(request, release, checklist, version)


def _upgraded(
    request: HttpRequest, release: Release, checklist: Checklist, version: TemplateVersion
) -> HttpResponse:
    try:
        upgrade_checklist(
            checklist, version, actor=actor_of(request), expected=posted_text(request, "digest")
        )
    except Conflict as refused:
        release = Release.objects.for_page().get(pk=release.pk)
        return _page(request, release, checklist, version, refused)
    said = _("%(checklist)s is on %(version)s now.")
    messages.success(request, said % {"checklist": checklist.key, "version": version})
    return redirect(f"/releases/{release.pk}/")


def _page(
    request: HttpRequest,
    release: Release,
    checklist: Checklist,
    version: TemplateVersion,
    refused: Conflict | None = None,
) -> HttpResponse:
    state = whole_state(release)
    preview = preview_of(release, state, checklist, version)
    context = {
        "section": "releases",
        "release": release,
        "name": str(release),
        "checklist": checklist,
        "template": version.template,
        "version": version,
        "page": upgrade_page(with_titles(state), preview) if preview else None,
        "refused": refused,
    }
    status = refused.status if refused else 200
    return render(request, "checklists/release_upgrade.html", context, status=status)
