"""Watching releases, and being seen on their pages: what somebody chooses for themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Subquery
from django.db.models.expressions import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists.models import Person, Release, Watch
from checklists.operations.preferences import set_own_presence
from checklists.operations.watching import see_release, unwatch_release, watch_release
from checklists.views.items import actor_of
from checklists.views.posted import posted_text


@require_POST
@login_required
def release_watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a release."""
    release = _release_for(request, pk)
    watch_release(release, actor=actor_of(request))
    messages.success(
        request, _("You watch %(release)s: it stands first for you.") % {"release": release}
    )
    return _back(request, release)


@require_POST
@login_required
def release_unwatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow it no longer."""
    release = _release_for(request, pk)
    unwatch_release(release, actor=actor_of(request))
    messages.success(request, _("You no longer watch %(release)s.") % {"release": release})
    return _back(request, release)


@require_POST
@login_required
def own_presence(request: HttpRequest) -> HttpResponse:
    """Choose whether others see where one is."""
    person = set_own_presence(posted_text(request, "shown") == "1", actor=actor_of(request))
    if person.shows_presence:
        messages.success(request, _("Others see on which release pages you are."))
    else:
        messages.success(request, _("Within a minute nobody sees any more where you are."))
    return redirect("own_name")


def watched_by(person: Person) -> Any:
    """How far the person has read a release, as part of a query; None if they do not watch it."""
    return Subquery(
        Watch.objects.filter(person=person, release=OuterRef("pk")).values("seen_seq")[:1]
    )


def read_up_to(release: Release) -> int | None:
    """What `watched_by` found, of a release that was read with it as `watched_seq`."""
    seen: int | None = release.watched_seq  # type: ignore[attr-defined]
    return seen


def looked_at(request: HttpRequest, release: Release) -> None:
    """Remember that somebody who watches it has seen the release, read with `watched_by`."""
    seen, head = read_up_to(release), release.chain.head_seq
    if seen is not None and seen < head:
        see_release(release, actor=actor_of(request), seq=head)


def _release_for(request: HttpRequest, pk: int) -> Release:
    return get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)


def _back(request: HttpRequest, release: Release) -> HttpResponse:
    """Where the button was pressed: the room, the work page, or the page of the release."""
    place = posted_text(request, "back")
    if place == "work":
        return redirect("my_work")
    return redirect("release_room" if place == "room" else "release_detail", pk=release.pk)
