"""The gate: may this release go? The status says it too, so that a pipeline need not read JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from checklists.api.answers import DecisionOut
from checklists.api.auth import ApiRequest
from checklists.api.bodies import Moment
from checklists.api.documented import read
from checklists.api.errors import json_response
from checklists.api.shown import release_link
from checklists.api.visible import readable_release
from checklists.decision_json import decision_as_json
from checklists.gate import Go
from checklists.operations.decisions import decide_release
from checklists.state import Stage

router = Router(tags=["Decision"])

STATUS = {Go.GO: 200, Go.GO_WITH_EXCEPTIONS: 200, Go.NO_GO: 409, Go.UNKNOWN: 503}
_ANSWERS = read(DecisionOut)
_ANSWERS["response"] |= {409: DecisionOut, 503: DecisionOut}


@router.get("/releases/{int:release_id}/decision", **_ANSWERS)
def release_decision(
    request: ApiRequest,
    release_id: int,
    stage: Stage = Stage.DEPLOY,
    as_of: Moment | None = None,
) -> HttpResponse:
    """What the gate says of a release now, or said at a moment (`as_of`, with Z for UTC).

    go and go_with_exceptions answer 200, no_go 409, unknown 503.
    """
    release = readable_release(request, release_id)
    decision = decide_release(release, stage=stage, as_of=as_of)
    shown = decision_as_json(decision)
    for reason in (*shown["reasons"], *shown["notes"]):
        reason["link"] = _link(release_id, reason)
    return json_response(shown, STATUS[decision.verdict])


def _link(release_id: int, reason: dict[str, Any]) -> str:
    """The page on which the reason can be resolved."""
    if reason["item_id"] is not None:
        return release_link(release_id, f"#item-{reason['item_id']}")
    return release_link(release_id, "sign-off/" if reason["role"] else "")
