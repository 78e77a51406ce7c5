"""Every answer that is no success, in one shape: ``{"code", "message", "details"}``."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views import defaults
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic_core import to_json

from checklists.errors import Invalid, NotVisible, Refused, Unauthenticated

logger = logging.getLogger(__name__)


class Malformed(Refused):
    """The request cannot be read at all (400)."""

    status = 400
    default_code = "malformed"


class MethodNotAllowed(Refused):
    """The address exists, and not for this method (405)."""

    status = 405
    default_code = "method_not_allowed"


class TooLarge(Refused):
    """The body is longer than any request of this API needs (413)."""

    status = 413
    default_code = "too_large"


class UnsupportedMediaType(Refused):
    """The body is something else than JSON (415)."""

    status = 415
    default_code = "unsupported_media_type"


class Broken(Refused):
    """An error of ours; its traceback is in the log (500)."""

    status = 500
    default_code = "internal_error"


class Unavailable(Refused):
    """The database does not answer (503)."""

    status = 503
    default_code = "unavailable"


MOST_ERRORS = 20
"""So many mistakes are named; a body of nothing but mistakes would make a longer answer."""

_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="Readiness"'},
    503: {"Retry-After": "5"},
}


def json_response(value: Any, status: int = 200) -> HttpResponse:
    """JSON as it is sent everywhere here: UTF-8, times in UTC with a Z."""
    return HttpResponse(to_json(value, fallback=str), status=status, content_type=JSON)


JSON = "application/json"


def refusal(refused: Refused) -> HttpResponse:
    """The answer to a refused request. What one may not see reads like what does not exist."""
    body = {"code": refused.code, "message": refused.message, "details": refused.details}
    response = json_response(body, refused.status)
    for name, value in _HEADERS.get(refused.status, {}).items():
        response[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own 400 (a host that is not ours, say), in our shape below /api/."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    response = refusal(
        Malformed(_("The request cannot be read, or names a host that is not ours."))
    )
    response["Cache-Control"] = "no-store"
    return response


def answer_errors_of(api: NinjaAPI) -> None:
    """Make the API answer every exception in our shape."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def _refused(_request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(error)


def _not_found(_request: HttpRequest, _error: Any) -> HttpResponse:
    return refusal(NotVisible())


def _unauthenticated(_request: HttpRequest, _error: Any) -> HttpResponse:
    return refusal(Unauthenticated(_("Send a token as “Authorization: Bearer rdy_…”.")))


def _unreadable(_request: HttpRequest, error: Any) -> HttpResponse:
    """The body could not be parsed; our parser's own refusal says it better."""
    if isinstance(error.__cause__, Refused):
        return refusal(error.__cause__)
    return refusal(Malformed(_("The body is no JSON. Send an object, in UTF-8."), code="bad_json"))


def _suspicious(_request: HttpRequest, _error: Any) -> HttpResponse:
    return refusal(Malformed(_("The request cannot be read.")))


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"field": _field(found["loc"]), "code": found["type"], "message": found["msg"]}
        for found in error.errors[:MOST_ERRORS]
    ]
    first = errors[0]
    message = f"{first['field'] or 'The body'}: {first['message']}."
    return refusal(Invalid(message, field=first["field"], errors=errors))


def _field(place: tuple[Any, ...]) -> str:
    """``templates.0`` for ("body", "payload", "templates", 0); ``limit`` for ("query", "limit")."""
    inner = place[2:] if place[0] == "body" else place[1:]
    return ".".join(str(part) for part in inner)


def _unavailable(request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("The database did not answer %s.", request.path, exc_info=error)
    return refusal(
        Unavailable(_("The database does not answer. Nothing is known to have changed; try again."))
    )


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("%s %s failed.", request.method, request.path, exc_info=error)
    number = getattr(request, "id", "")
    return refusal(
        Broken(
            _("Something broke on our side. The log has it under %(number)s.") % {"number": number},
            request=number,
        )
    )


_HANDLERS: dict[type[Exception], Any] = {
    Refused: _refused,
    Http404: _not_found,
    AuthenticationError: _unauthenticated,
    HttpError: _unreadable,
    ValidationError: _invalid,
    SuspiciousOperation: _suspicious,
    UnreadablePostError: _suspicious,
    MultiPartParserError: _suspicious,
    OperationalError: _unavailable,
    InterfaceError: _unavailable,
    Exception: _broken,
}
