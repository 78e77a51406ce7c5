"""Whoever proves again who they are gets a new session id; what knew the old one is shut out."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_id_of_the_session_changes_and_the_old_one_dies(cast, client):
    client.post("/accounts/login/", {"login": "sam@example.com", "password": PASSWORD})
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == before
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert after != before
    assert client.get("/").status_code == 200
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/").status_code == 302
    assert [s.session_key for s in UserSession.objects.filter(user=cast.sam)] == [after]


def test_signing_in_changes_it_too(cast, client):
    client.get("/accounts/login/")
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else-0000"
    client.post("/accounts/login/", {"login": "sam@example.com", "password": PASSWORD})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "chosen-by-somebody-else-0000"
