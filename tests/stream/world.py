"""Committed releases that somebody may watch, with a token that may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from checklists.actors import Actor
from checklists.models import ApiToken, AuditChain, Person, Release
from checklists.operations.tokens import create_token
from tests.cast import Cast, make_cast
from tests.checklist_data import open_small_release, publish, small_tree


@dataclass(frozen=True)
class World:
    """The cast, some releases of its project, and priya's token."""

    cast: Cast
    releases: tuple[Release, ...]
    token: str

    @property
    def release(self) -> Release:
        """The first of them."""
        return self.releases[0]

    def heads(self) -> dict[int, int]:
        """The newest seq of each release."""
        chains = AuditChain.objects.filter(release__in=self.releases)
        return dict(chains.values_list("release_id", "head_seq"))


def make_world(releases: int = 1) -> World:
    """Everything committed, in the database that is in use."""
    cast = make_cast()
    template = publish(small_tree())
    opened = tuple(
        open_small_release(cast, version=f"2.{number}.0", template=template)
        for number in range(releases)
    )
    return World(cast, opened, make_token(cast.priya, scopes=["read", "items"]))


def make_token(person: Person, *, scopes: Iterable[str] = ("read",), **fields: object) -> str:
    """A token of the person's first project, as it is printed once. `fields` are set afterwards."""
    project = person.memberships.get().project
    token, text = create_token(project, "stream", scopes, actor=Actor.of_person(person))
    ApiToken.objects.filter(pk=token.pk).update(**{"name": token.name, **fields})
    return text


def sign_in(person: Person) -> dict[str, str]:
    """The cookie of a browser in which the person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}
