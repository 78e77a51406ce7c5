"""The sign-off page: sign or reject for a role, and take one's signature back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from checklists.errors import Invalid, Refused
from checklists.gate import Level
from checklists.models import Release, Signoff
from checklists.operations.signoffs import FRESH_AUTHENTICATION, sign_release, withdraw_signoff
from checklists.pages.loading import snapshot_of
from checklists.pages.signature import signature_of
from checklists.pages.signing import Duty, duties_of, signing_for
from checklists.state import Meaning
from checklists.views.items import actor_of, person_of
from checklists.views.posted import posted_number, posted_text
from checklists.views.reauthentication import authenticated_at, reauthenticate

DRAFT = "signing"
"""Where the session keeps what somebody wrote while they prove who they are."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote and has not signed yet, and what was wrong with it."""

    note: str = ""
    reason: str = ""
    error: str = ""
    error_at: str = ""
    seen_seq: int | None = None
    status: int = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def release_signoff(request: HttpRequest, pk: int) -> HttpResponse:
    """What a holder of a role signs; posted, the signature itself."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    if request.method == "POST":
        return _sign(request, release)
    return _page(request, release, request.GET.get("role", ""), _kept(request, release))


@require_POST
@login_required
def release_signoff_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own signature back, with a reason."""
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    signoff = get_object_or_404(
        Signoff.objects.select_related("release__project"),
        release=release,
        pk=posted_number(request, "signoff"),
    )
    withdraw_signoff(signoff, actor=actor_of(request), reason=posted_text(request, "reason"))
    messages.success(request, _("Your signature is withdrawn."))
    return redirect(f"/releases/{release.pk}/sign-off/?role={signoff.role}")


def _sign(request: HttpRequest, release: Release) -> HttpResponse:
    role, note = posted_text(request, "role"), posted_text(request, "note")
    said = posted_text(request, "meaning")
    if said not in Meaning.__members__.values():
        raise Invalid(_("A signature approves or rejects."), code="bad_meaning", field="meaning")
    meaning = Meaning(said)
    try:
        sign_release(
            release,
            actor=actor_of(request),
            role=role,
            meaning=meaning,
            digest=posted_text(request, "digest"),
            authenticated_at=authenticated_at(request),
            note=note,
        )
    except Refused as error:
        return _refused(request, release, role, meaning, note, error)
    request.session.pop(DRAFT, None)
    if meaning == Meaning.APPROVE:
        messages.success(request, _("Your signature is recorded."))
    else:
        messages.warning(
            request, _("Your rejection is recorded. The gate stays shut until your role signs.")
        )
    return redirect(f"/releases/{release.pk}/sign-off/?role={role}")


def _refused(
    request: HttpRequest,
    release: Release,
    role: str,
    meaning: Meaning,
    note: str,
    error: Refused,
) -> HttpResponse:
    """The page again with what was written, if the signer can put it right here."""
    approves = meaning == Meaning.APPROVE
    written = Draft(note=note) if approves else Draft(reason=note)
    if error.code == "reauthentication_required":
        kept = {"note": written.note, "reason": written.reason}
        request.session[DRAFT] = {"release": release.pk, "role": role, **kept}
        return reauthenticate(f"/releases/{release.pk}/sign-off/?role={role}")
    release = Release.objects.for_page().get(pk=release.pk)
    if error.code == "digest_changed":
        seen = posted_number(request, "seq")
        draft = replace(written, error=error.message, seen_seq=seen or 0, status=error.status)
        return _page(request, release, role, draft)
    if isinstance(error, Invalid) and error.details.get("field") in ("reason", "note"):
        # A reason is what a rejection's note is called; both come from the field `note`.
        place = "note" if approves else "reason"
        draft = replace(written, error=error.message, error_at=place, status=error.status)
        return _page(request, release, role, draft)
    raise error


def _kept(request: HttpRequest, release: Release) -> Draft:
    """What was written before the signer went to prove who they are; shown once."""
    kept = request.session.get(DRAFT)
    if not kept or kept["release"] != release.pk:
        return Draft()
    del request.session[DRAFT]
    return Draft(note=kept.get("note", ""), reason=kept.get("reason", ""))


def _page(request: HttpRequest, release: Release, role: str, draft: Draft) -> HttpResponse:
    snapshot = snapshot_of(release)
    pid = person_of(request).pid
    duties = duties_of(snapshot, pid)
    chosen = _chosen(duties, role)
    proved_at = authenticated_at(request)
    signing = signing_for(snapshot, chosen.cell.role, pid, draft.seen_seq) if chosen else None
    context = {
        "section": "releases",
        "release": release,
        "name": str(release),
        "duties": duties,
        "duty": chosen,
        "s": signing,
        "signature": signature_of(snapshot, pid),
        "can_sign": chosen is not None and chosen.mine and not release.is_over,
        "problems": [r.message for r in snapshot.decision.reasons if r.level == Level.UNKNOWN],
        "proved_at": proved_at,
        "is_fresh": proved_at is not None and timezone.now() - proved_at < FRESH_AUTHENTICATION,
        "draft": draft,
    }
    return render(request, "checklists/release_signoff.html", context, status=draft.status)


def _chosen(duties: tuple[Duty, ...], role: str) -> Duty | None:
    """The role that was asked for, or else one that the person holds, or else the first."""
    by_role = {duty.cell.role: duty for duty in duties}
    if role in by_role:
        return by_role[role]
    return next((duty for duty in duties if duty.mine), duties[0] if duties else None)
