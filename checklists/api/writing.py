"""Writes: answered once for each Idempotency-Key, or simply answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from pydantic_core import to_json

from checklists.api.auth import ApiRequest, token_of
from checklists.api.errors import JSON
from checklists.errors import Invalid
from checklists.operations.idempotency import Answer, answer_once

_KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")


def answered(
    request: ApiRequest, act: Callable[[], Any], *, status: int = 200, body_hash: str = ""
) -> HttpResponse:
    """Call `act`, which calls one operation and returns what to show, and answer with that.

    With an Idempotency-Key that was used before: the answer it had then. `body_hash` stands for a
    body that is no longer there to be hashed. Raises what the operation raises.
    """

    def answer() -> Answer:
        return Answer(status, to_json(act(), fallback=str).decode())

    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _response(answer())
    if not _KEY.fullmatch(key):
        raise Invalid(
            _("An Idempotency-Key is 1 to 200 printable ASCII characters."),
            code="bad_idempotency_key",
            field="Idempotency-Key",
        )
    return _response(
        answer_once(
            token_of(request),
            route=f"{request.method} {request.path}",
            key=key,
            body_hash=body_hash or hashlib.sha256(request.body).hexdigest(),
            act=answer,
        )
    )


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=JSON)
    if answer.repeated:
        response["Idempotency-Replayed"] = "true"
    return response
