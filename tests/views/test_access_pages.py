"""The pages of projects and people show themselves to those who may see them."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/projects/",
    "/projects/payments/",
    "/projects/payments/members/",
    "/projects/payments/roles/",
    "/projects/payments/tokens/",
    "/tokens/",
    "/people/me/",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["vic", "priya", "marta", "ada", "olga"])
def test_members_see_the_pages_of_their_project(path, who, cast, client):
    client.force_login(getattr(cast, who))
    answer = client.get(path)
    assert answer.status_code == 200
    assert "style=" not in answer.text
