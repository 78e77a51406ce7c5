"""Signing out ends the session and takes along what the browser kept."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_signing_out_empties_the_browsers_cache(cast, client):
    client.force_login(cast.priya)
    answer = client.post("/accounts/logout/")
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get("/").status_code == 302


def test_asking_to_sign_out_does_not_do_it(cast, client):
    client.force_login(cast.priya)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/projects/").status_code == 200
