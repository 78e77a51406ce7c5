"""What every request gets: one line in the log with its number, and an answer that nobody keeps."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

logger = structlog.get_logger("readiness.requests")

_SECRET_PART = re.compile(r"(/invitations/|/reset/key/|/confirm-email/|/ping/)[^/]+")
"""What stands in a path and opens something by itself; the log must not hold it."""


class RequestLog:
    """Names the request (`request.id`, header X-Request-ID, `request_id` in its log lines)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        logger.info(
            "request",
            method=request.method,
            path=_SECRET_PART.sub(r"\1***", request.path),
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return response


class KeptByNobody:
    """Answers are for one reader and for once, unless their view says how they may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        return response
