"""Who asks: htmx for a part of a page, or a browser for a whole one."""

from __future__ import annotations

from django.http import HttpRequest


def asks_for_part(request: HttpRequest) -> bool:
    """Whether htmx sent the request, as its middleware says, and swaps in what is answered."""
    return bool(request.htmx)  # type: ignore[attr-defined]
