"""A service that is away is said to be away, by the page that needed it."""

from __future__ import annotations

import pytest
import redis
from django.core.cache import caches
from django.db import OperationalError

from checklists.views import releases

pytestmark = pytest.mark.django_db


def test_a_page_whose_database_is_away_says_so(client, cast, release, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("the database system is shutting down")

    client.force_login(cast.priya)
    monkeypatch.setattr(releases, "render", away)
    answer = client.get(f"/releases/{release.pk}/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "does not answer" in answer.content.decode()


def test_signing_in_without_redis_says_so(client, settings, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise redis.ConnectionError("Connection refused")

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    cache = caches["default"]
    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(type(cache), name, away)
    answer = client.post("/accounts/login/", {"login": "a@example.com", "password": "x"})
    assert answer.status_code == 503
