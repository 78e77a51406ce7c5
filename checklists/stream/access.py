"""Who may watch: the signed-in session or the bearer token behind a stream.

The hub stands beside Django's middleware, so what that would check is checked here: the host, the
session with its password hash, the token with its scope. Nothing is written, not even a session,
but when a token was last used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.errors import NotVisible, Refused, Unauthenticated
from checklists.models import ApiToken, Membership, Person, Release
from checklists.operations.tokens import authenticate_token
from checklists.permissions import require
from checklists.stream.source import Ask, Viewer


class WrongHost(Refused):
    """The request names a host that is not ours (400)."""

    status = 400
    default_code = "wrong_host"


@dataclass(frozen=True, slots=True)
class BySession:
    """A sign-in in a browser, and the hash that a change of password makes invalid."""

    key: str
    auth_hash: str


@dataclass(frozen=True, slots=True)
class ByToken:
    """An API token."""

    token_id: int


def viewer_of(ask: Ask) -> Viewer:
    """Raises WrongHost, Unauthenticated, NotAllowed, NotVisible."""
    host, _port = split_domain_port(ask.headers.get("host", ""))
    if not validate_host(host, settings.ALLOWED_HOSTS):
        raise WrongHost(_("This server does not answer for that host name."))
    if "authorization" in ask.headers:
        return _by_token(ask)
    return _by_session(ask)


def still_allowed(viewers: Collection[Viewer]) -> set[Viewer]:
    """Those whose credential and membership still hold, found with one query for each table."""
    people = Person.objects.filter(is_active=True).in_bulk({v.person_id for v in viewers})
    members = _members(viewers)
    credentials = {viewer.credential for viewer in viewers}
    sessions = _live_sessions(c.key for c in credentials if isinstance(c, BySession))
    tokens = _live_tokens(c.token_id for c in credentials if isinstance(c, ByToken))
    return {
        viewer
        for viewer in viewers
        if viewer.person_id in people
        and (viewer.person_id, viewer.release_id) in members
        and _holds(viewer.credential, people[viewer.person_id], sessions, tokens)
    }


def _by_token(ask: Ask) -> Viewer:
    scheme, _space, text = ask.headers["authorization"].partition(" ")
    token = authenticate_token(text.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise Unauthenticated(_("Send a usable token as “Authorization: Bearer rdy_…”."))
    release = Release.objects.select_related("project").filter(pk=ask.release_id).first()
    if release is None:
        raise NotVisible
    require(Actor.of_token(token), "read", release.project)
    return Viewer(token.person_id, release.pk, ByToken(token.pk))


def _by_session(ask: Ask) -> Viewer:
    key = parse_cookie(ask.headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    # Asked without the store's own bookkeeping: a new key could not be handed to the browser.
    data = SessionStore(key).load() if key else {}
    person = Person.objects.filter(pk=int(data.get(SESSION_KEY, 0)), is_active=True).first()
    auth_hash = data.get(HASH_SESSION_KEY, "")
    if person is None or not _knows_password(person, auth_hash):
        raise Unauthenticated(_("Sign in first."))
    if not Release.objects.visible_to(person).filter(pk=ask.release_id).exists():
        raise NotVisible
    return Viewer(person.pk, ask.release_id, BySession(key, auth_hash), shown=person.shows_presence)


def _knows_password(person: Person, auth_hash: str) -> bool:
    valid = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(auth_hash, each) for each in valid)


def _holds(
    credential: object, person: Person, sessions: Collection[str], tokens: Collection[int]
) -> bool:
    if isinstance(credential, BySession):
        return credential.key in sessions and _knows_password(person, credential.auth_hash)
    return isinstance(credential, ByToken) and credential.token_id in tokens


def _members(viewers: Collection[Viewer]) -> set[tuple[int, int]]:
    found = Membership.objects.filter(
        person__in={v.person_id for v in viewers},
        project__releases__in={v.release_id for v in viewers},
    )
    return set(found.values_list("person_id", "project__releases__pk"))


def _live_sessions(keys: Iterable[str]) -> set[str]:
    alive = Session.objects.filter(session_key__in=set(keys), expire_date__gt=timezone.now())
    return set(alive.values_list("session_key", flat=True))


def _live_tokens(ids: Iterable[int]) -> set[int]:
    alive = ApiToken.objects.filter(pk__in=set(ids), revoked_at=None, expires_at__gt=timezone.now())
    return set(alive.values_list("pk", flat=True))
