"""In which language and zone a request is answered: the person's choice, a cookie, the browser's.

Programs send no cookie, so the API speaks English unless `Accept-Language` asks for another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from checklists.models import Person
from checklists.operations.preferences import is_language
from checklists.zones import is_zone

ZONE_COOKIE = "zone"
"""The browser's zone, which the script writes down: a form without scripts has no other way."""


class LanguageAndZone:
    """Answers in the reader's language, and reads and writes times in their zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = _person(request)
        language = language_of(request, person)
        with translation.override(language), timezone.override(zone_of(request, person)):
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response


def language_of(request: HttpRequest, person: Person | None) -> str:
    """One of LANGUAGES."""
    chosen = person.language if person else ""
    if is_language(chosen):
        return chosen
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return cookie if is_language(cookie) else translation.get_language_from_request(request)


def zone_of(request: HttpRequest, person: Person | None) -> ZoneInfo:
    """UTC for those who said nothing and whose browser says nothing."""
    chosen = person.time_zone if person else ""
    cookie = request.COOKIES.get(ZONE_COOKIE, "")
    return ZoneInfo(next(filter(is_zone, (chosen, cookie)), "UTC"))


@contextmanager
def speaking_to(person: Person | None) -> Iterator[None]:
    """For a mail: the language and zone that somebody chose, not those of who makes us send it.

    Whoever chose none, or has no account yet, is spoken to as the sender is.
    """
    chosen = (person.language, person.time_zone) if person else ("", "")
    language = chosen[0] if is_language(chosen[0]) else translation.get_language()
    zone = chosen[1] if is_zone(chosen[1]) else timezone.get_current_timezone_name()
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        yield


def _person(request: HttpRequest) -> Person | None:
    """Whoever is signed in; nobody while the database is away, which the view will notice."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    try:
        user = request.user
        return user if isinstance(user, Person) and user.is_authenticated else None
    except (InterfaceError, OperationalError):
        return None
