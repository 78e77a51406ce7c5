"""Signing in leads to a page of ours, and nowhere else."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\t//evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "http://127.0.0.1/",
    "http://testserver@evil.example/",
]


@pytest.mark.parametrize("to", ELSEWHERE)
@pytest.mark.parametrize("page", ["login", "logout", "reauthenticate"])
def test_no_address_leads_elsewhere(cast, client, page, to):
    if page != "login":
        client.force_login(cast.priya)
    answer = client.post(
        f"/accounts/{page}/?next={quote(to, safe='')}",
        {"login": "priya@example.com", "password": PASSWORD, "next": to},
    )
    assert answer.status_code == 302
    assert answer.url in ("/", "/accounts/login/")


def test_a_page_of_ours_is_returned_to(cast, client):
    answer = client.post(
        "/accounts/login/?next=/projects/payments/",
        {"login": "priya@example.com", "password": PASSWORD},
    )
    assert answer.url == "/projects/payments/"


@pytest.mark.parametrize("referer", ["https://evil.example/", "javascript:alert(1)"])
def test_a_refusal_offers_no_way_back_to_another_site(cast, client, release, referer):
    client.force_login(cast.priya)
    item = release.items.first()
    answer = client.post(f"/items/{item.pk}/comment/", {"text": ""}, headers={"Referer": referer})
    assert answer.status_code == 422
    assert referer not in answer.text


def test_a_refusal_offers_the_way_back_to_ours(cast, client, release):
    client.force_login(cast.priya)
    item = release.items.first()
    here = f"http://testserver/items/{item.pk}/"
    answer = client.post(f"/items/{item.pk}/comment/", {"text": ""}, headers={"Referer": here})
    assert f'href="{here}"' in answer.text
