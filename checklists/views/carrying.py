"""Carrying answers of an earlier release over: what is proposed, and the choice."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from checklists.errors import Invalid
from checklists.models import Release
from checklists.operations.carrying import Carried, carry_answers, source_for
from checklists.pages.proposals import carry_page
from checklists.permissions import require
from checklists.views.items import actor_of
from checklists.views.posted import is_number, posted_number


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def release_carry(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be carried into a release, from which release, and why; posted, carry it."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    actor = actor_of(request)
    require(actor, "open_release", release.project)
    if request.method == "POST":
        source = _source(release, posted_number(request, "source"))
        done = carry_answers(
            release,
            actor=actor,
            source=source,
            items=_chosen(request),
            sample=posted_number(request, "sample") or 0,
        )
        say_what_was_carried(request, done, source)
        return redirect(f"/releases/{release.pk}/?show=carried")
    asked = request.GET.get("source", "")
    chosen = _source(release, int(asked)) if is_number(asked) else None
    page_source = chosen or source_for(release.project, but=release)
    context = {
        "section": "releases",
        "release": release,
        "name": str(release),
        "page": carry_page(release, page_source, timezone.now()) if page_source else None,
    }
    return render(request, "checklists/release_carry.html", context)


def say_what_was_carried(request: HttpRequest, done: Carried, source: Release) -> None:
    """What came of carrying, as a message."""
    number = len(done.carried)
    if not number and not done.asked_again:
        said = _("No answer of %(version)s has a reason to be believed here, so none is carried.")
        messages.warning(request, said % {"version": source.version})
        return
    said = ngettext(
        "%(number)s answer is carried over from %(version)s.",
        "%(number)s answers are carried over from %(version)s.",
        number,
    ) % {"number": number, "version": source.version}
    if again := len(done.asked_again):
        said += " " + ngettext(
            "%(again)s was drawn to be asked again.",
            "%(again)s were drawn to be asked again.",
            again,
        ) % {"again": again}
    messages.success(request, said)


def _source(release: Release, pk: int | None) -> Release:
    """The release to carry from: another one of the same project; otherwise 404."""
    if pk is None:
        raise Invalid(_("Choose the release to carry from."), code="missing", field="source")
    return get_object_or_404(Release, project=release.project_id, pk=pk)


def _chosen(request: HttpRequest) -> list[int]:
    """The items that were chosen. Raises Invalid for what is no number, or if there are none."""
    values = request.POST.getlist("item")
    if not values or not all(map(is_number, values)):
        raise Invalid(
            _("Choose at least one answer to carry over."), code="nothing_chosen", field="item"
        )
    return [int(value) for value in values]
