"""Whatever is asked wrongly is answered in one shape, with its reason, and changes nothing."""

from __future__ import annotations

import json

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from checklists.api import visible
from checklists.models import Release
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db

NEW = {
    "version": "9.9.9",
    "environment": "production",
    "target_at": "2031-01-15T12:00:00Z",
    "templates": ["small"],
}


@pytest.fixture
def caller(calls, marta):
    return calls(marta, "read,items,releases,deploy")


@pytest.fixture
def item(release):
    return item_of(release, "configure-dns")


@pytest.fixture(autouse=True)
def _nothing_changes(release):
    yield
    release.chain.refresh_from_db()
    assert release.chain.head_seq == 1
    assert Release.objects.count() == 1


def send(caller, path: str, raw: bytes, content_type: str = "application/json"):
    response = Client(raise_request_exception=False).post(
        f"/api/v1{path}",
        raw,
        content_type=content_type,
        headers={"Authorization": f"Bearer {caller.token}"},
    )
    response.data = json.loads(response.content)
    return response


def in_shape(response, status: int, code: str) -> bool:
    assert (response.status_code, response.data["code"]) == (status, code), response.data
    assert set(response.data) == {"code", "message", "details"}
    assert response.data["message"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    return True


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"\xff\xfe{", 400, "bad_json"),
        (b'{"reason": NaN}', 400, "bad_json"),
        (b"[" * 100_000, 400, "bad_json"),
        (b'{"expected_version": ' + b"9" * 5000 + b"}", 400, "bad_json"),
        (b"[]", 422, "invalid"),
        (b'"tick"', 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'{"reason": 5}', 422, "invalid"),
        (b'{"expected_version": "1"}', 422, "invalid"),
        (b'{"expected_version": true}', 422, "invalid"),
        (b'{"expected_version": 0}', 422, "invalid"),
        (b'{"expected_verion": 1}', 422, "invalid"),
        (b'{"reason": "nul\\u0000"}', 422, "unstorable_character"),
        (b'{"reason": "half \\ud800 pair"}', 422, "unstorable_character"),
        (b'{"reason": "half \xed\xa0\x80 pair"}', 422, "unstorable_character"),
        (b'{"re\\u0000ason": "x"}', 422, "unstorable_character"),
        (b'{"reason": "bell \\u0007"}', 422, "unstorable_character"),
        (b'{"reason": "' + b"x" * 10_001 + b'"}', 422, "invalid"),
        (b" " * (1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(caller, item, raw, status, code):
    assert in_shape(send(caller, f"/items/{item.pk}/tick", raw), status, code)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_is_refused(caller, item, content_type):
    response = send(caller, f"/items/{item.pk}/tick", b'{"reason": "x"}', content_type)
    assert in_shape(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", ""),
        ("version", "has spaces"),
        ("version", "x" * 65),
        ("environment", None),
        ("target_at", "soon"),
        ("target_at", "2031-01-15T12:00:00"),
        ("target_at", 1926244800),
        ("target_at", "1926244800"),
        ("target_at", "9999-12-31T23:59:59-14:00"),
        ("target_at", "0001-01-01T00:00:00+14:00"),
        ("templates", []),
        ("templates", "small"),
        ("templates", ["no-such-template"]),
        ("templates", ["small", "small"]),
        ("commit", "not hexadecimal"),
        ("artifact_digest", "md5:00"),
        ("colour", "green"),
    ],
)
def test_a_release_with_a_field_that_is_not_valid_is_refused_by_that_name(caller, field, value):
    response = caller.post("/projects/payments/releases", {**NEW, field: value})
    assert response.status_code == 422
    assert response.data["details"]["field"] == field
    assert response.data["message"]


def test_nonsense_names_everything_that_is_wrong(caller):
    response = caller.post("/projects/payments/releases", {"version": ""})
    assert in_shape(response, 422, "invalid")
    errors = response.data["details"]["errors"]
    fields = {error["field"] for error in errors}
    assert fields == {"version", "environment", "target_at", "templates"}


def test_of_very_many_mistakes_only_some_are_named(caller, item):
    body = {f"field {number}": 1 for number in range(5000)}
    response = caller.post(f"/items/{item.pk}/tick", body)
    assert in_shape(response, 422, "invalid")
    assert len(response.data["details"]["errors"]) == 20


@pytest.mark.parametrize(
    "query",
    [
        "items?limit=0",
        "items?limit=201",
        "items?limit=many",
        "items?cursor=nonsense",
        "items?cursor=%00",
        "items?cursor=-1",
        "items?cursor=123456789",
        "items?cursor=99999999999999999999999",
        "events?after=-1",
        "events?after=99999999999999999999999",
        "decision?stage=launch",
        "decision?as_of=yesterday",
        "decision?as_of=2026-11-23T10:00:00",
    ],
)
def test_a_query_that_is_not_valid_is_refused(caller, release, query):
    response = caller.get(f"/releases/{release.pk}/{query}")
    assert response.status_code == 422
    assert set(response.data) == {"code", "message", "details"}
    assert response.data["details"]["field"] in query


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/items/x/tick",
        "/items/-1/tick",
        "/items/1/tick/",
        "/projects/not a slug/releases",
        "/projects/%00/releases",
        "/projects/%ff/releases",
        "/releases/1/items/",
    ],
)
def test_an_address_that_is_none_is_not_found(caller, path):
    for method in ("GET", "POST"):
        assert in_shape(
            caller.ask(method, path, {} if method == "POST" else None), 404, "not_found"
        )


def test_addresses_beside_the_first_version_are_not_found(release):
    for path in ("/api/", "/api/v2/releases/1", "/api"):
        response = Client().get(path, follow=True)
        assert response.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_an_address_does_not_know_is_not_allowed(caller, release, item, method):
    response = caller.ask(method, f"/releases/{release.pk}")
    assert in_shape(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"
    assert caller.ask(method, f"/items/{item.pk}/tick").headers["Allow"] == "POST"


def test_head_is_get_without_the_body(caller, release):
    response = Client().head(
        f"/api/v1/releases/{release.pk}", headers={"Authorization": f"Bearer {caller.token}"}
    )
    assert (response.status_code, response.content) == (200, b"")


def test_a_host_that_is_not_ours_is_refused_in_the_same_shape(caller, release):
    response = caller.ask("GET", f"/releases/{release.pk}", Host="elsewhere.example")
    assert in_shape(response, 400, "malformed")
    page = Client().get("/", headers={"Host": "elsewhere.example"})
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_does_not_answer_is_unavailable(caller, release, monkeypatch, error):
    def fail(*args: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        response = caller.get(f"/releases/{release.pk}")
    assert in_shape(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "5"
    assert "gone" not in response.content.decode()


def test_an_error_of_ours_says_where_the_log_has_it_and_nothing_else(
    caller, release, monkeypatch, caplog
):
    def fail(*args: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(visible, "require", fail)
    response = caller.get(f"/releases/{release.pk}")
    assert in_shape(response, 500, "internal_error")
    assert response.data["details"]["request"] == response.headers["X-Request-ID"]
    assert "secret" not in response.content.decode()
    assert "a secret detail" in caplog.text
