"""Refusals as answers: the status of their kind and their sentence, as a notice or as a page.

Views raise what operations raise. A refusal that concerns an item also brings its row as it is
now, so that whatever the page showed too early is put right.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import page_not_found

from checklists.errors import ItemChanged, NotVisible, Refused
from checklists.models import Item, Release
from checklists.optional import redis
from checklists.pages.loading import recent_snapshot
from checklists.pages.render import counter_frame, row_frames
from checklists.views.htmx import asks_for_part


class RefusalMiddleware:
    """Answers a Refused that a view raised, and says so when a service is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django with what the view raised."""
        if isinstance(error, NotVisible):
            return page_not_found(request, Http404())
        if isinstance(error, Refused):
            return refusal(request, error)
        if isinstance(error, OperationalError | InterfaceError) or _of_redis(error):
            return _unavailable(request)
        return None


def _unavailable(request: HttpRequest) -> HttpResponse:
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "5"
    return response


def _of_redis(error: Exception) -> bool:
    """Whether Redis failed; without one there is no package to ask."""
    return bool(settings.REDIS_URL) and isinstance(error, redis.RedisError)


def refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    """The answer to a refused request."""
    if asks_for_part(request):
        return _notice(request, error)
    context = {"error": error, "back": _came_from(request)}
    return render(request, "checklists/refused.html", context, status=error.status)


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the request came from, or nothing: the header is the client's word."""
    referer = request.headers.get("Referer", "")
    own = {request.get_host()}
    return referer if url_has_allowed_host_and_scheme(referer, allowed_hosts=own) else ""


def _notice(request: HttpRequest, error: Refused) -> HttpResponse:
    again = request.path if isinstance(error, ItemChanged) else ""
    notice = render_to_string(
        "checklists/_refusal.html",
        {"error": error, "again": again, "version": error.details.get("current_version", "")},
    )
    response = HttpResponse(notice + _as_it_is_now(request), status=error.status)
    response["HX-Retarget"] = "#notices"
    response["HX-Reswap"] = "innerHTML"
    return response


def _as_it_is_now(request: HttpRequest) -> str:
    """The row and counters of the item that the request was about, if it was about one.

    One that was taken out meanwhile has no row any more.
    """
    item: Item | None = getattr(request, "item", None)
    if item is None:
        return ""
    snapshot = recent_snapshot(Release.objects.for_page().get(pk=item.release_id))
    rows = row_frames(snapshot, [item.pk])
    return "".join(rows.values()) + counter_frame(snapshot, list(rows))
