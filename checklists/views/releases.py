"""The release page, and what a release manager does with the whole release."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from checklists.errors import Invalid
from checklists.models import AuditChain, Person, Release
from checklists.models.audit import INSTALLATION
from checklists.models.release import ReleaseQuerySet
from checklists.operations.deployments import (
    abort_release,
    close_release,
    deploy_release,
    roll_back_release,
)
from checklists.operations.releases import set_release_target
from checklists.pages.filters import Filter
from checklists.pages.loading import recent_snapshot
from checklists.pages.snapshot import Snapshot
from checklists.pages.upgrade_page import Offer, offers_of
from checklists.pages.waivers import lapsed_by_move
from checklists.pages.words import stamp
from checklists.views.bulk import bar_of
from checklists.views.items import actor_of, person_of
from checklists.views.kept import finished
from checklists.views.posted import posted_moment, posted_text
from checklists.views.release_choices import actions_of, chips_of, files_of
from checklists.views.release_filters import choices_of, newest_saved, rows_shown, saved_of
from checklists.views.release_page import parts_of, sections_of
from checklists.views.viewer import Viewer, viewer_of
from checklists.views.watching import looked_at, read_up_to, watched_by

HOLDS_SECONDS = 30
"""How long a page without a new event counts as unchanged: things get late and stale with time."""


# Put together once: it is asked for with every page.
_NAMES_SEQ = Subquery(AuditChain.objects.filter(key=INSTALLATION).values("head_seq")[:1])


@require_safe
@login_required
def release_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a release: verdict, sign-offs, and every item."""
    release = get_object_or_404(_releases_of(person_of(request)), pk=pk)
    looked_at(request, release)
    etag = _etag(request, release)
    unchanged = get_conditional_response(request, etag=etag)
    if isinstance(unchanged, HttpResponseNotModified):
        return unchanged
    return finished(request, etag, lambda: _drawn(request, release))


def _drawn(request: HttpRequest, release: Release) -> HttpResponse:
    snapshot = recent_snapshot(release)
    me = person_of(request)
    role = release.viewer_role  # type: ignore[attr-defined]
    viewer = viewer_of(me, role, snapshot.roles, over=release.is_over)
    chosen = Filter.of(request.GET)
    selecting = "select" in request.GET and "can-tick" in viewer.body_class
    asked = "conditions" in request.GET or chosen.conditions
    shown = rows_shown(release, snapshot, chosen, me)
    context = {
        "section": "releases",
        "parts": parts_of(release, snapshot),
        "counters": snapshot.counters,
        "sections": sections_of(snapshot, shown, selecting=selecting),
        "chips": chips_of(snapshot, me.pid, chosen),
        "release_id": release.pk,
        "chosen": chosen,
        "choices": choices_of(snapshot, chosen) if asked else (),
        "saved": saved_of(me, chosen) if release.saved else (),  # type: ignore[attr-defined]
        "bar": bar_of(release) if selecting else None,
        "viewer": viewer,
        "watching": read_up_to(release) is not None,
        "actions": actions_of(release, snapshot, viewer),
        "offers": _offers(release, snapshot, viewer),
        "files": files_of(release, snapshot, viewer),
        "live_url": f"/releases/{release.pk}/live/",
        "seen": int(snapshot.decision.as_of.timestamp() * 1000),
        "seen_stamp": stamp(snapshot.decision.as_of),
    }
    return render(request, "checklists/release_detail.html", context)


def _offers(release: Release, snapshot: Snapshot, viewer: Viewer) -> list[Offer]:
    """The checklists that could move to a newer version, for those who may move them."""
    if release.is_over or not viewer.may("open_release"):
        return []
    return offers_of(release, snapshot.state)


# Putting the question together takes longer than asking it: it is asked with every page.
@lru_cache(maxsize=1_000)
def _releases_of(person: Person) -> ReleaseQuerySet:
    """Releases the person may see, with their role in each and the installation's newest seq.

    A question: what is answered is found out anew each time.
    """
    return (
        Release.objects.visible_to(person)
        .for_page()
        .annotate(
            viewer_role=F("project__memberships__role"),
            names_seq=_NAMES_SEQ,
            saved=newest_saved(person),
            watched_seq=watched_by(person),
        )
    )


def _etag(request: HttpRequest, release: Release) -> str | None:
    """What the page depends on, without looking at it. None while a message waits to be shown."""
    if len(messages.get_messages(request)):
        return None
    # The page holds a token, so there must be the cookie that it is made of.
    get_token(request)
    parts = (
        release.pk,
        release.chain.head_seq,
        release.chain.head_hash,
        release.probe_rev,
        release.names_seq,  # type: ignore[attr-defined]
        release.viewer_role,  # type: ignore[attr-defined]
        release.saved,  # type: ignore[attr-defined]
        read_up_to(release) is not None,
        request.session.session_key,
        request.META["CSRF_COOKIE"],
        request.COOKIES.get("theme", ""),
        get_language(),
        timezone.get_current_timezone_name(),
        request.META.get("QUERY_STRING", ""),
        _build(),
        int(timezone.now().timestamp()) // HOLDS_SECONDS,
    )
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
    # Weak: one page travels in several encodings.
    return f'W/"{digest[:32]}"'


@lru_cache(maxsize=1)
def _build() -> str:
    """What the page links to, named by content."""
    return f"{static('app.css')} {static('app.js')}"


@require_POST
@login_required
def release_deploy(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it deployed, if the gate says go."""
    return _changed(request, pk, deploy_release, _("Deployed"))


@require_POST
@login_required
def release_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it, if the gate says go for the checks after the deployment."""
    return _changed(request, pk, close_release, _("Closed"))


@require_POST
@login_required
def release_abort(request: HttpRequest, pk: int) -> HttpResponse:
    """End it before the deployment."""
    return _changed(request, pk, abort_release, _("Aborted"), reason=posted_text(request, "reason"))


@require_POST
@login_required
def release_roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was taken back."""
    reason = posted_text(request, "reason")
    return _changed(request, pk, roll_back_release, _("Rolled back"), reason=reason)


@require_POST
@login_required
def release_set_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the moment it should go live."""
    target_at = posted_moment(request, "target_at")
    if target_at is None:
        raise Invalid(_("Name the new target."), code="missing", field="target_at")
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    before = release.target_at
    answer = _changed(request, pk, set_release_target, _("Target moved"), target_at=target_at)
    if lapsed := lapsed_by_move(Release.objects.for_page().get(pk=pk), before):
        messages.warning(request, lapsed)
    return answer


def _changed(
    request: HttpRequest, pk: int, change: Callable[..., Release], said: str, **more: object
) -> HttpResponse:
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    change(release, actor=actor_of(request), **more)
    messages.success(request, f"{said}.")
    return redirect(f"/releases/{release.pk}/")
