"""The go/no-go room: one live page for the meeting, and speaking for a role in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from checklists.errors import Invalid
from checklists.models import Release
from checklists.operations.meeting import MOST_CONDITIONS, call_role
from checklists.pages.loading import recent_snapshot
from checklists.pages.meeting import LOOKS
from checklists.pages.places import places_of
from checklists.pages.render import row_html
from checklists.permissions import role_in, roles_held
from checklists.state import Call
from checklists.views.items import actor_of, person_of
from checklists.views.one_off import posted_place
from checklists.views.posted import posted_text
from checklists.views.release_page import facts_of
from checklists.views.viewer import viewer_of
from checklists.views.watching import looked_at, read_up_to, watched_by
from checklists.words import CALL_WORDS


class Duty(NamedTuple):
    """A role that somebody may speak for."""

    slug: str
    name: str


@require_safe
@login_required
@never_cache
def release_room(request: HttpRequest, pk: int) -> HttpResponse:
    """What the gate says, what each role says, and what stands in the way."""
    me = person_of(request)
    releases = Release.objects.visible_to(me).for_page().annotate(watched_seq=watched_by(me))
    release = get_object_or_404(releases, pk=pk)
    looked_at(request, release)
    snapshot = recent_snapshot(release)
    role = role_in(me, release.project) or ""
    blockers = [row for row in snapshot.rows.values() if row.block]
    one_off = [i.id for i in snapshot.state.items if i.added_by is not None]
    counters = snapshot.counters
    context = {
        "section": "releases",
        "release": release,
        "facts": facts_of(release, snapshot),
        "counters": counters,
        "watching": read_up_to(release) is not None,
        "viewer": viewer_of(me, role, snapshot.roles, over=release.is_over),
        "speaks_for": _speaks_for(request, release, snapshot.roles.names),
        "choices": [(call.value, LOOKS[call], CALL_WORDS[call]) for call in Call],
        "places": places_of(snapshot),
        "most_conditions": MOST_CONDITIONS,
        "blockers": [row_html(row) for row in blockers],
        "one_off": [row_html(snapshot.rows[pk]) for pk in one_off],
        "live_url": f"/releases/{release.pk}/live/",
        "seen": int(snapshot.decision.as_of.timestamp() * 1000),
    }
    return render(request, "checklists/release_room.html", context)


@require_POST
@login_required
def release_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Speak for a role."""
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    checklist, group = posted_place(request, release)
    call_role(
        release,
        actor=actor_of(request),
        role=posted_text(request, "role"),
        says=_call(posted_text(request, "says")),
        words=posted_text(request, "words"),
        conditions=[line for line in posted_text(request, "conditions").splitlines() if line],
        checklist=checklist,
        group=group,
    )
    messages.success(request, _("What you said is on record."))
    return redirect(f"/releases/{release.pk}/room/")


def _speaks_for(request: HttpRequest, release: Release, names: Mapping[str, str]) -> list[Duty]:
    """The roles that the person holds here, while anything can still be said."""
    if release.is_over:
        return []
    held = roles_held(person_of(request), release.project)
    return [Duty(slug, names.get(slug, slug)) for slug in held]


def _call(text: str) -> Call:
    try:
        return Call(text)
    except ValueError:
        raise Invalid(
            _("Say go, go with conditions, or no-go."), code="bad_call", field="says"
        ) from None
