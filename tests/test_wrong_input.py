"""Wrong input, through the doors it comes by: each gets a clear answer, and nothing is changed."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from checklists.actors import Actor
from checklists.operations.tokens import create_token
from tests.checklist_data import item_of
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024

FILES = {
    "no item in it": (b"# Title\n\nOnly prose.\n", "no checklist item"),
    "not UTF-8": (b"- [ ] caf\xe9\n", "UTF-8"),
    "NUL": (b"- [ ] nul\x00here\n", "character"),
    "10 MB": (b"- [ ] an item\n" * (10 * MIB // 14), "5 MB"),
    "too many lines": (b"- [ ] a\n" * 30_000, "the limit is 20,000"),
}


@pytest.fixture
def unchanged():
    """Whatever the test does, every row is as it was; sessions and last use aside."""

    def rows():
        found = everything()
        for token in found["ApiToken"]:
            token.pop("last_used_at")
        for person in found["Person"]:
            person.pop("last_login")
        return found

    before = rows()
    yield
    assert rows() == before


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_checklist_is_refused_in_words(client, cast, content, words, unchanged):
    client.force_login(cast.marta)
    answer = client.post("/templates/import/", {"file": SimpleUploadedFile("list.md", content)})
    assert answer.status_code in (413, 422)
    assert words in answer.content.decode()


@pytest.mark.parametrize("text", ["nul\x00here", "\x1b[31m"])
def test_words_that_nothing_can_hold_are_refused_by_the_page(client, cast, release, text):
    client.force_login(cast.priya)
    before = everything()["AuditEvent"]
    answer = client.post(
        f"/items/{item_of(release, 'configure-dns').pk}/comment/",
        urlencode({"text": text}),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert everything()["AuditEvent"] == before


@pytest.mark.parametrize("text", ["nul\x00here", "half \ud800 surrogate", "\x1b[31m"])
def test_words_that_nothing_can_hold_are_refused_by_the_api(cast, release, text):
    _, token = create_token(cast.project, "ci", ["items"], actor=Actor.of_person(cast.priya))
    before = everything()["AuditEvent"]
    answer = Client().post(
        f"/api/v1/items/{item_of(release, 'configure-dns').pk}/comment",
        {"reason": text},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 422
    assert answer.json()["code"]
    assert answer.json()["message"]
    assert everything()["AuditEvent"] == before


def test_an_unknown_project_is_not_there(client, cast, unchanged):
    client.force_login(cast.marta)
    assert client.get("/projects/no-such-project/").status_code == 404
    assert client.post("/projects/no-such-project/releases/new/", {}).status_code == 404


def test_an_expired_token_is_told_that_it_is_none(cast, release):
    _, token = create_token(
        cast.project,
        "ci",
        ["read", "items"],
        actor=Actor.of_person(cast.priya),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    before = everything()["AuditEvent"]
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        answer = Client().post(
            f"/api/v1/items/{item_of(release, 'configure-dns').pk}/tick",
            {},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 401
    assert answer.json()["message"]
    assert everything()["AuditEvent"] == before


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:5432/",
        "http://localhost:6379/",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://user:secret@www.example.com/",
        "file:///etc/passwd",
        "gopher://www.example.com/",
    ],
)
def test_a_probe_of_what_no_probe_may_reach_is_refused_when_it_is_saved(
    client, cast, release, url, unchanged
):
    client.force_login(cast.marta)
    dns = item_of(release, "configure-dns")
    answer = client.post(
        f"/items/{dns.pk}/probe/", {"kind": "http", "url": url, "method": "GET", "interval_s": 60}
    )
    assert answer.status_code in (409, 422)
    assert "secret@" not in answer.headers.get("Location", "")
