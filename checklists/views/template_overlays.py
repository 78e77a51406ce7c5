"""What a draft extends, and agreeing that it asks less than before."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists.errors import NotAllowed
from checklists.operations.loosening import approve_loosening
from checklists.operations.template_overlays import set_overlay
from checklists.pages.template_overlays import words_of
from checklists.permissions import require_anywhere
from checklists.views.items import actor_of
from checklists.views.posted import posted_text
from checklists.views.reauthentication import authenticated_at, reauthenticate
from checklists.views.templates import version_for


@require_POST
@login_required
def template_set_overlay(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which template a draft extends, and for which projects and environments."""
    require_anywhere(actor_of(request), "edit_templates")
    version = version_for(slug, posted_text(request, "version"))
    set_overlay(
        version,
        actor=actor_of(request),
        extends=posted_text(request, "extends").strip(),
        projects=words_of(posted_text(request, "projects")),
        environments=words_of(posted_text(request, "environments")),
    )
    messages.success(request, _("What the draft extends is saved."))
    return redirect(f"/templates/{slug}/?version={version.number}")


@require_POST
@login_required
def template_approve_loosening(request: HttpRequest, slug: str) -> HttpResponse:
    """Agree, as a holder of a role, that the draft asks less of it."""
    version = version_for(slug, posted_text(request, "version"))
    page = f"/templates/{slug}/?version={version.number}"
    try:
        approve_loosening(
            version,
            posted_text(request, "role"),
            actor=actor_of(request),
            digest=posted_text(request, "digest"),
            authenticated_at=authenticated_at(request),
        )
    except NotAllowed as refused:
        if refused.code == "reauthentication_required":
            return reauthenticate(page)
        raise
    messages.success(request, _("Your agreement is recorded."))
    return redirect(page)
