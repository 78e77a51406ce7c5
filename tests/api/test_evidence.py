"""Evidence through the API: files as forms, once for each key, and the list with digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from checklists.actors import Actor
from checklists.models import Evidence, Item
from checklists.operations.tokens import create_token
from tests.api.conftest import Calls
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dns(release) -> Item:
    return item_of(release, "configure-dns")


@pytest.fixture
def send(project, priya, dns):
    """Send a form with a file as a pipeline of Priya's; answers the response with its `data`."""
    _, token = create_token(project, "ci", ["items", "read"], actor=Actor.of_person(priya))

    def post(name: str = "a.txt", content: bytes = b"one", *, key: str = "", **fields: Any):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        given = {"file": SimpleUploadedFile(name, content), **fields}
        client = Client(raise_request_exception=False)
        response = client.post(f"/api/v1/items/{dns.pk}/evidence", given, headers=headers)
        response.data = json.loads(response.content)
        return response

    return post


def test_a_file_is_attached_and_listed_with_its_digest(send, calls: Calls, priya, dns):
    answer = send(observed_at="2026-01-02T03:04:05Z")
    assert answer.status_code == 201
    data = answer.data
    assert data["kind"], data["content"] == ("file", "a.txt")
    assert data["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert (data["size"], data["media_type"]) == (3, "text/plain")
    assert data["observed_at"] == "2026-01-02T03:04:05Z"
    newer = send("b.txt", b"two", replaces=data["id"]).data
    listed = calls(priya).get(f"/items/{dns.pk}/evidence").data["items"]
    assert [(each["id"], each["replaces"]) for each in listed] == [
        (data["id"], None),
        (newer["id"], data["id"]),
    ]


def test_the_same_key_and_file_is_one_piece_of_evidence(send):
    first, again = send(key="k1"), send(key="k1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.data == again.data
    assert Evidence.objects.count() == 1
    assert send(content=b"other", key="k1").status_code == 422


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"name": "a.png", "content": b"<html>"}, 422, "not_what_it_says"),
        ({"content": b""}, 422, "empty_file"),
        ({"content": b"a" * 2000}, 422, "too_large"),
        ({"observed_at": "yesterday"}, 422, "invalid"),
        ({"observed_at": "2099-01-01T00:00:00Z"}, 422, "future"),
        ({"replaces": 987654}, 404, "not_found"),
        ({"unknown": "x"}, 422, "invalid"),
        ({"other": SimpleUploadedFile("b.txt", b"two")}, 422, "one_file"),
    ],
)
def test_what_is_wrong_is_named(given, status, code, send, settings):
    settings.EVIDENCE_MAX_BYTES = 1000
    answer = send(**given)
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert not Evidence.objects.exists()


def test_a_form_without_a_file_is_refused(project, priya, dns):
    _, token = create_token(project, "ci", ["items"], actor=Actor.of_person(priya))
    answer = Client().post(
        f"/api/v1/items/{dns.pk}/evidence",
        {"observed_at": ""},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "one_file")


def test_other_routes_take_no_form_however_long(project, priya, dns):
    _, token = create_token(project, "ci", ["items"], actor=Actor.of_person(priya))
    answer = Client().post(
        f"/api/v1/items/{dns.pk}/comment",
        {"file": SimpleUploadedFile("a.txt", b"x" * 2_000_000)},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 415


def test_links_and_texts_are_sent_as_json(calls: Calls, priya, dns):
    caller = calls(priya)
    made = caller.post(f"/items/{dns.pk}/evidence", {"kind": "text", "content": "Seen."}).data
    newer = caller.post(
        f"/items/{dns.pk}/evidence",
        {"kind": "link", "content": "https://ci.example/7", "replaces": made["id"]},
    )
    assert (newer.status_code, newer.data["replaces"]) == (201, made["id"])
    wrong = caller.post(f"/items/{dns.pk}/evidence", {"kind": "file", "content": "x"})
    assert (wrong.status_code, wrong.data["details"]["field"]) == (422, "kind")
