"""The log of a release, byte for byte, for whoever wants to check it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router

from checklists.api.answers import EventPage
from checklists.api.auth import ApiRequest
from checklists.api.documented import read
from checklists.api.errors import json_response
from checklists.api.visible import readable_release
from checklists.audit.current import events_of

router = Router(tags=["Log"])


@router.get("/releases/{int:release_id}/events", **read(EventPage))
def event_list(
    request: ApiRequest,
    release_id: int,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> HttpResponse:
    """The events after a seq, in order. Empty at the head; `after` may lie beyond it."""
    release = readable_release(request, release_id)
    rows = events_of(release).filter(seq__gt=after).values("seq", "prev_hash", "hash", "body")
    page = list(rows[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    return json_response({"items": page, "next": page[-1]["seq"] if more else None})
