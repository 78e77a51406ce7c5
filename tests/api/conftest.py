"""Callers of the API: somebody's token, and what it is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.models import Item, Person, Project, Release
from checklists.operations.items import tick_item
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.operations.tokens import create_token
from checklists.state import Meaning, Stage
from tests.cast import Cast

EVERYTHING = "read,items,releases,deploy"


@dataclass(frozen=True)
class Caller:
    """A pipeline with a token (or without one)."""

    token: str | None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response to a request below /api/v1; its `data` is the JSON."""
        sent = {"headers": {**self._headers(), **headers}}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        response = Client(raise_request_exception=False).generic(method, f"/api/v1{path}", **sent)
        response.data = json.loads(response.content)
        return response

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


Calls = Callable[..., Caller]


@pytest.fixture
def calls(project: Project) -> Calls:
    """``calls(priya)``: a caller with a token of hers, as far as its scopes and her role go."""

    def caller(person: Person, scopes: str = "read,items", of: Project | None = None) -> Caller:
        _, text = create_token(
            of or project, "pipeline", scopes.split(","), actor=Actor.of_person(person)
        )
        return Caller(text)

    return caller


@pytest.fixture
def token_with(project: Project) -> Calls:
    """``token_with(vic, "deploy")``: a token with scopes its owner could not give it.

    Owners lose rights after they made a token; the role then counts at each call.
    """

    def caller(person: Person, scopes: str) -> Caller:
        token, text = create_token(project, "old", ["read"], actor=Actor.of_person(person))
        token.scopes = scopes
        token.save(update_fields=["scopes"])
        return Caller(text)

    return caller


@pytest.fixture
def ready(cast: Cast, release: Release) -> Release:
    """The release with everything before its deployment done and signed."""
    priya = Actor.of_person(cast.priya)
    for item in Item.objects.filter(release=release, stage=Stage.DEPLOY):
        tick_item(item, actor=priya)
    for person, role in ((cast.sam, "security"), (cast.marta, "release-manager")):
        sign_release(
            release,
            actor=Actor.of_person(person),
            role=role,
            meaning=Meaning.APPROVE,
            digest=rule_digest_for(current_state(release), role),
            authenticated_at=timezone.now(),
        )
    return release
