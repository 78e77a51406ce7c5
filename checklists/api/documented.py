"""What the OpenAPI document says of every route alike: refusals, and the Idempotency-Key."""

from __future__ import annotations

from typing import Any

from checklists.api.answers import Problem

_REFUSALS = {401: Problem, 403: Problem, 404: Problem, 503: Problem}

_KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": (
        "A name for this one request. Sent again within 24 hours with the same body, it is "
        "answered as before and nothing happens twice; with another body it is refused (422)."
    ),
}


def read(schema: Any, **answers: Any) -> dict[str, Any]:
    """Arguments of a route that reads, and answers 200 with the schema."""
    return {"response": {200: schema, **_REFUSALS, 422: Problem}, **answers}


def write(schema: Any, status: int = 200, body: Any = None) -> dict[str, Any]:
    """Arguments of a route that writes, and answers so with the schema.

    `body` describes what it is sent, where the route reads that itself.
    """
    refusals = {400: Problem, **_REFUSALS, 409: Problem, 413: Problem, 415: Problem, 422: Problem}
    return {
        "response": {status: schema, **refusals},
        "openapi_extra": {"parameters": [_KEY], **({"requestBody": body} if body else {})},
    }
