"""Every answer forbids what a browser should not do with it, and says that nobody else keeps it."""

from __future__ import annotations

import asyncio

import pytest
from django.test import Client

from checklists.errors import NotVisible
from checklists.stream import requests
from readiness.bridge import _refuse
from readiness.environ import BadRequest

ALWAYS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/sessions/",
        "/accounts/password/reset/",
        "/accounts/signup/",
        "/projects/payments/tokens/",
        "/tokens/",
        "/people/",
        "/templates/import/",
        "/items/1/tick/",
        "/nothing/here/",
        "/invitations/unknown/",
        "/static/nothing.css",
        "/api/v1/nothing",
    ],
)
def test_what_no_view_speaks_of_is_kept_by_nobody(cast, client, path):
    client.force_login(cast.priya)
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"], answer
    assert all(name in answer for name in ALWAYS)
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_refused_forms_and_the_way_to_the_sign_in_are_kept_by_nobody(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.priya)
    for answer in (client.post("/items/1/tick/"), Client().get("/"), Client().get("/releases/1/")):
        assert "no-store" in answer["Cache-Control"]
        assert all(name in answer for name in ALWAYS)


@pytest.mark.django_db
def test_pages_that_may_be_kept_say_so_themselves(cast, client):
    client.force_login(cast.priya)
    assert client.get("/")["Cache-Control"] == "private, no-cache"


def headers_of(refusing) -> dict[str, str]:
    sent = []

    async def send(message) -> None:
        sent.append(message)

    asyncio.run(refusing(send))
    return {name.decode().title(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    "refusing",
    [
        lambda send: requests.refuse(send, NotVisible()),
        lambda send: _refuse(BadRequest(413, "Too much."), {"path": "/"}, send),
    ],
)
def test_what_django_does_not_answer_has_them_too(refusing):
    found = headers_of(refusing)
    assert {name.title() for name in ALWAYS} <= found.keys()
    assert found["Cache-Control"] == "no-store"
    names = {name.decode().title() for name, _ in requests.STREAM_START["headers"]}
    assert {name.title() for name in ALWAYS} <= names
