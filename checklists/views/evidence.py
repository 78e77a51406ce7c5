"""Evidence: attaching files, links and texts, withdrawing them, and handing files out.

A file is only ever handed out to be saved: as an attachment of no type, in a sandbox without
scripts, to people who see its item.
"""

from __future__ import annotations

import logging
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from checklists.errors import Conflict, Invalid
from checklists.files import ArrivedFile, checked_file, clean_name, keep, kept
from checklists.files.store import Changed
from checklists.models import Evidence, Item
from checklists.operations.evidence import attach_evidence, attach_file, withdraw_evidence
from checklists.permissions import require
from checklists.views.answers import item_answer
from checklists.views.items import actor_of, item_for
from checklists.views.posted import posted_moment, posted_number, posted_text

logger = logging.getLogger(__name__)

SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""What a browser is told of a file, should it not simply save it."""


@require_POST
@login_required
def item_add_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach files, and a link or a text; or one of them as the newer version of another."""
    item = item_for(request, pk)
    # Whoever may not attach leaves nothing in the store; the operation asks again.
    require(actor_of(request), "answer_item", item.release.project)
    files = [cast(ArrivedFile, file) for file in request.FILES.getlist("files")]
    content = posted_text(request, "content").strip()
    given: dict[str, Any] = {
        "actor": actor_of(request),
        "observed_at": posted_moment(request, "observed_at"),
        "replaces": _older_version(request, item, pieces=len(files) + bool(content)),
    }
    # All are looked at before any is kept: one that is refused refuses them all.
    for file in files:
        checked_file(file)
    for file in files:
        attach_file(item, file=keep(file), **given)
    if content:
        kind = _evidence_kind(request, content)
        attach_evidence(item, kind=kind, content=content, **given)
    return item_answer(request, item, said=_("Evidence attached"), undo=False)


@require_POST
@login_required
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it shows nothing after all."""
    evidence = _visible(request, pk)
    item = item_for(request, evidence.item_id)
    evidence.item = item
    withdraw_evidence(evidence, actor=actor_of(request), reason=posted_text(request, "reason"))
    return item_answer(request, item, said=_("Evidence withdrawn"), undo=False)


@require_safe
@login_required
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """A file, to be saved. It is read whole and held against its digest before a byte is sent."""
    evidence = get_object_or_404(_visible_to(request).exclude(sha256=""), pk=pk)
    return as_attachment(request, evidence)


def as_attachment(request: HttpRequest, evidence: Evidence) -> FileResponse:
    """The answer with the file. Raises Conflict if it is not as it was attached, and alarms."""
    try:
        file = kept(evidence.sha256)
    except (FileNotFoundError, Changed) as wrong:
        missing = isinstance(wrong, FileNotFoundError)
        logger.critical(
            "The stored file %s of evidence %d %s.",
            evidence.sha256,
            evidence.pk,
            "is missing" if missing else f"was changed: its digest is {wrong}",
        )
        raise Conflict(
            _(
                "This file is no longer in the store as it was attached, so it is not handed "
                "out. Whoever operates this installation must look at it."
            ),
            code="file_missing" if missing else "file_changed",
        ) from wrong
    # As it is: it is hashed like that, and a file may well be compressed already.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    name = clean_name(evidence.content.value) if evidence.content else "file"
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["Content-Length"] = str(evidence.size)
    for header, value in SANDBOX.items():
        response[header] = value
    return response


def _visible_to(request: HttpRequest) -> Any:
    items = Item.objects.visible_to(request.user)
    return Evidence.objects.filter(item__in=items).select_related("content")


def _visible(request: HttpRequest, pk: int) -> Evidence:
    return cast(Evidence, get_object_or_404(_visible_to(request), pk=pk))


def _older_version(request: HttpRequest, item: Item, *, pieces: int) -> Evidence | None:
    """The evidence that the one piece given is a newer version of, if any."""
    if not pieces:
        raise Invalid(
            _("Choose a file, or write a link or a text."), code="nothing_attached", field="content"
        )
    pk = posted_number(request, "replaces")
    if pk is None:
        return None
    if pieces > 1:
        raise Invalid(
            _("One piece takes the place of another: choose one file, or one link or text."),
            code="one_version",
            field="replaces",
        )
    return get_object_or_404(Evidence, pk=pk, item=item)


def _evidence_kind(request: HttpRequest, content: str) -> Evidence.Kind:
    """What the form says, or what the content looks like: one address is a link."""
    said = posted_text(request, "kind")
    if said:
        return Evidence.Kind(said) if said in Evidence.Kind.values else Evidence.Kind.LINK
    lone = content.startswith(("https://", "http://")) and len(content.split()) == 1
    return Evidence.Kind.LINK if lone else Evidence.Kind.TEXT
