"""Views that take a file: what is too big is not kept while it is still being read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from checklists.forms.sources import SizeGuard

View = Callable[..., HttpResponse]


def takes_files(view: View) -> View:
    """Watch the size of what is posted.

    Reading what was posted is what the guard watches, so it is put in place before the token is
    looked for; the view itself is protected as every other.
    """
    protected = csrf_protect(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        guard = SizeGuard(request)
        request.upload_handlers.insert(0, guard)
        request.size_guard = guard  # type: ignore[attr-defined]
        return protected(request, *args, **kwargs)

    return csrf_exempt(guarded)


def guard_of(request: HttpRequest) -> SizeGuard:
    """The guard that watched this request."""
    return cast(SizeGuard, request.size_guard)  # type: ignore[attr-defined]
