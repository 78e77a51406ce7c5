"""Waivers. The policy lets no token ask for one or decide one; people do, signed in.

The routes are there so that a pipeline gets that sentence, from the same operations.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from checklists.api.answers import WaiverDetail
from checklists.api.auth import ApiRequest
from checklists.api.bodies import Reason, WaiverRequest
from checklists.api.documented import write
from checklists.api.shown import waiver_as_json
from checklists.api.visible import visible_item, visible_waiver
from checklists.api.writing import answered
from checklists.operations.waivers import approve_waiver, reject_waiver, request_waiver

router = Router(tags=["Waivers"])

UNSAID = Reason()
"""What a request without a body says."""


@router.post("/items/{int:item_id}/waivers", **write(WaiverDetail, 201))
def item_request_waiver(request: ApiRequest, item_id: int, payload: WaiverRequest) -> HttpResponse:
    """Ask to go without an item until a date. No token may: it answers 403."""
    item = visible_item(request, item_id)

    def act() -> Any:
        return waiver_as_json(
            request_waiver(
                item,
                actor=request.auth,
                reason=payload.reason,
                expires_at=payload.expires_at,
                expected_version=payload.expected_version,
            )
        )

    return answered(request, act, status=201)


@router.post("/waivers/{int:waiver_id}/approve", **write(WaiverDetail))
def waiver_approve(request: ApiRequest, waiver_id: int, payload: Reason = UNSAID) -> HttpResponse:
    """Let the release go without the item until the waiver ends. No token may: it answers 403."""
    waiver, reason = visible_waiver(request, waiver_id), payload.reason or ""
    return answered(
        request, lambda: waiver_as_json(approve_waiver(waiver, actor=request.auth, reason=reason))
    )


@router.post("/waivers/{int:waiver_id}/reject", **write(WaiverDetail))
def waiver_reject(request: ApiRequest, waiver_id: int, payload: Reason = UNSAID) -> HttpResponse:
    """Refuse a waiver, with a reason. No token may: it answers 403."""
    waiver, reason = visible_waiver(request, waiver_id), payload.reason or ""
    return answered(
        request, lambda: waiver_as_json(reject_waiver(waiver, actor=request.auth, reason=reason))
    )
