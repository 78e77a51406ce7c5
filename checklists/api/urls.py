"""The addresses below /api/. Whatever is asked there is answered as JSON and never kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, include, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation

from checklists.api import decisions, events, evidence, items, releases, templates, waivers
from checklists.api.auth import TokenAuth
from checklists.api.errors import (
    MethodNotAllowed,
    TooLarge,
    answer_errors_of,
    json_response,
    refusal,
)
from checklists.api.parsing import BODY_LIMIT, JsonParser
from checklists.errors import NotVisible

View = Callable[..., HttpResponse]


class JsonApi(NinjaAPI):
    """Ninja, with the names of our functions as the ids of operations."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = JsonApi(
    title="Readiness",
    version="1",
    description=(
        "Releases, their checklists and the gate, for pipelines. Every refusal is "
        "`{code, message, details}`; lists are `{items, next}`."
    ),
    auth=TokenAuth(),
    parser=JsonParser(),
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
)
answer_errors_of(api)
for noun in (releases, items, evidence, waivers, decisions, events, templates):
    api.add_router("", noun.router)


@api.get("/openapi.json", auth=None, include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API. It holds no data, so it needs no token."""
    return json_response(_document())


@cache
def _document() -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix="/api/v1/")


def in_shape(view: View) -> View:
    """The view with what Django and Ninja would answer as HTML or text answered as JSON."""

    @csrf_exempt
    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return shaped


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    # Only files come as forms, and have a limit of their own; other routes take no form at all.
    if _length(request) > BODY_LIMIT and request.content_type != evidence.FORM:
        return refusal(
            TooLarge(
                _("A body holds %(body_limit)s bytes at most.") % {"body_limit": f"{BODY_LIMIT:,}"}
            )
        )
    method = request.method
    if method == "HEAD":
        # Answered like GET; whoever sends the answer leaves the body out.
        request.method = "GET"
    try:
        response = view(request, *args, **kwargs)
    except Http404:
        return refusal(NotVisible())
    finally:
        request.method = method
    if isinstance(response, HttpResponseNotAllowed):
        methods = set(response["Allow"].split(", "))
        allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
        response = refusal(
            MethodNotAllowed(_("This address answers to %(allowed)s only.") % {"allowed": allowed})
        )
        response["Allow"] = allowed
    return response


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def unknown(request: HttpRequest) -> HttpResponse:
    """Every address below /api/ that is none; the same answer as for what one may not see."""
    return refusal(NotVisible())


def _shaped_urls() -> tuple[list[URLPattern], str, str]:
    patterns, app_name, namespace = api.urls
    shaped = [
        URLPattern(p.pattern, in_shape(p.callback), p.default_args, p.name)
        for p in patterns
        if isinstance(p, URLPattern)
    ]
    return shaped, app_name, namespace


_patterns, _app_name, _namespace = _shaped_urls()

urlpatterns = [
    path("v1/", include((_patterns, _app_name), namespace=_namespace)),
    re_path(r"", in_shape(unknown), name="api_unknown"),
]
