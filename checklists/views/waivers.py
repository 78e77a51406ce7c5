"""Waivers: asked on an item, decided by somebody else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists.models import Item, Waiver
from checklists.operations.waivers import (
    approve_waiver,
    reject_waiver,
    request_waiver,
    withdraw_waiver,
)
from checklists.views.answers import item_answer
from checklists.views.items import actor_of, item_for
from checklists.views.posted import posted_end_of_day, posted_text, posted_version


@require_POST
@login_required
def item_request_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to go without the item until the end of a day."""
    item = item_for(request, pk)
    request_waiver(
        item,
        actor=actor_of(request),
        reason=posted_text(request, "reason"),
        expires_at=posted_end_of_day(request, "expires_at"),
        expected_version=posted_version(request),
    )
    return item_answer(request, item, said=_("Waiver asked for"), undo=False)


@require_POST
@login_required
def waiver_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the release go without the item."""
    waiver = _waiver_for(request, pk)
    approve_waiver(waiver, actor=actor_of(request), reason=posted_text(request, "reason"))
    return item_answer(request, waiver.item, said=_("Waiver approved"), undo=False)


@require_POST
@login_required
def waiver_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse it, or end it."""
    waiver = _waiver_for(request, pk)
    reject_waiver(waiver, actor=actor_of(request), reason=posted_text(request, "reason"))
    return item_answer(request, waiver.item, said=_("Waiver rejected"), undo=False)


@require_POST
@login_required
def waiver_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    waiver = _waiver_for(request, pk)
    withdraw_waiver(waiver, actor=actor_of(request))
    return item_answer(request, waiver.item, said=_("Waiver withdrawn"), undo=False)


def _waiver_for(request: HttpRequest, pk: int) -> Waiver:
    """The waiver, if the person may see its item; otherwise 404."""
    visible = Item.objects.visible_to(request.user)
    waiver = get_object_or_404(
        Waiver.objects.filter(item__in=visible).select_related(
            "item__release__project", "item__checklist", "requested_by"
        ),
        pk=pk,
    )
    request.item = waiver.item  # type: ignore[attr-defined]
    return waiver
