"""Tokens through their pages: shown once, to their owner, and to nobody else."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session

from checklists.actors import Actor
from checklists.models import ApiToken
from checklists.operations.tokens import authenticate_token, create_token
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db

FORM = {"name": "pipeline", "scopes": ["read", "items"], "days": "30"}


def a_token(cast, person):
    return create_token(cast.project, "ci", ["read"], actor=Actor.of_person(person))[0]


def test_the_text_is_in_one_answer_and_nowhere_else(cast, client, caplog):
    client.force_login(cast.priya)
    answer = client.post("/projects/payments/tokens/", FORM)
    text = re.search(r"rdy_[a-z0-9]{12}_[A-Za-z0-9]{49}", answer.text)[0]
    assert "no-store" in answer.headers["Cache-Control"]
    assert authenticate_token(text).name == "pipeline"
    for path in ("/projects/payments/tokens/", "/tokens/"):
        assert text not in client.get(path).text
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    secret = text[17:60]
    assert not any(secret in kept for kept in (*sessions, str(everything()), caplog.text))
    assert secret not in str(client.cookies)


def test_only_scopes_of_ones_own_role_are_offered_and_taken(cast, client):
    client.force_login(cast.vic)
    page = client.get("/projects/payments/tokens/").text
    assert 'value="read"' in page
    assert 'value="items"' not in page
    assert client.post("/projects/payments/tokens/", FORM).status_code == 422
    assert not ApiToken.objects.exists()


def test_everybody_sees_their_own_tokens_and_an_owner_all(cast, client):
    mine, theirs = a_token(cast, cast.priya), a_token(cast, cast.marta)
    client.force_login(cast.priya)
    page = client.get("/projects/payments/tokens/").text
    assert mine.public_id in page
    assert theirs.public_id not in page
    client.force_login(cast.olga)
    page = client.get("/projects/payments/tokens/").text
    assert mine.public_id in page
    assert theirs.public_id in page
    assert mine.secret_hash not in page


def test_a_token_is_revoked_by_its_owner_or_an_owner_of_the_project(cast, client):
    mine, theirs = a_token(cast, cast.priya), a_token(cast, cast.marta)
    client.force_login(cast.priya)
    assert client.post(f"/projects/payments/tokens/{theirs.pk}/revoke/").status_code == 403
    assert client.post(f"/projects/payments/tokens/{mine.pk}/revoke/").status_code == 302
    client.force_login(cast.mallory)
    assert client.post(f"/projects/payments/tokens/{theirs.pk}/revoke/").status_code == 404
    assert client.post(f"/projects/ledger/tokens/{theirs.pk}/revoke/").status_code == 404
    client.force_login(cast.olga)
    assert client.post(f"/projects/payments/tokens/{theirs.pk}/revoke/").status_code == 302
    assert not ApiToken.objects.filter(revoked_at=None).exists()
