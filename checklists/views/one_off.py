"""Items for one release alone: the form that adds one, and taking one out again."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from checklists.errors import Conflict, Invalid
from checklists.models import Checklist, Item, Release
from checklists.operations.one_off import add_item, remove_item
from checklists.pages.loading import recent_snapshot
from checklists.pages.places import places_of
from checklists.pages.words import REQUIREMENT_WORDS
from checklists.permissions import require
from checklists.state import Requirement, Stage
from checklists.views.items import actor_of, item_for
from checklists.views.posted import posted_text, posted_version

Word = TypeVar("Word", bound=StrEnum)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def release_item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a one-off item; posted, the item."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    actor = actor_of(request)
    require(actor, "open_release", release.project)
    refused = None
    if request.method == "POST":
        try:
            item = _add(request, release)
        except (Invalid, Conflict) as error:
            refused = error
        else:
            messages.success(request, _("Added “%(title)s”.") % {"title": item.called})
            if posted_text(request, "another"):
                place = urlencode({"place": posted_text(request, "place")})
                return redirect(f"/releases/{pk}/items/new/?{place}")
            return redirect(f"/releases/{pk}/#item-{item.pk}")
    context = {
        "section": "releases",
        "release": release,
        "places": places_of(recent_snapshot(release)),
        "requirements": [(r.value, REQUIREMENT_WORDS[r]) for r in Requirement],
        "said": request.POST or {"place": request.GET.get("place", ""), "requirement": "must"},
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "checklists/release_item_new.html", context, status=status)


@require_POST
@login_required
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a one-off item out again."""
    item = item_for(request, pk)
    remove_item(
        item,
        actor=actor_of(request),
        reason=posted_text(request, "reason"),
        expected_version=posted_version(request),
    )
    messages.success(request, _("Taken out: “%(title)s”.") % {"title": item.called})
    return redirect(f"/releases/{item.release_id}/")


def posted_place(request: HttpRequest, release: Release) -> tuple[Checklist | None, str]:
    """The checklist and the key of the group that a form chose."""
    checklist, _colon, group = posted_text(request, "place").partition(":")
    return release.checklists.filter(key=checklist).first(), group


def _add(request: HttpRequest, release: Release) -> Item:
    """Add the item that the form describes."""
    checklist, group = posted_place(request, release)
    if checklist is None:
        raise Invalid(_("Choose where it goes."), code="no_such_group", field="place")
    stage = posted_text(request, "stage")
    return add_item(
        checklist,
        actor=actor_of(request),
        group=group,
        title=posted_text(request, "title"),
        requirement=_one_of(Requirement, posted_text(request, "requirement") or "must"),
        stage=_one_of(Stage, stage) if stage else None,
    )


def _one_of(words: type[Word], text: str) -> Word:
    if text not in set(words):
        raise Invalid(
            _("“%(text)s” is none of the choices.") % {"text": text[:20]}, code="bad_choice"
        )
    return words(text)
