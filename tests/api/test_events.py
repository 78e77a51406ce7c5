"""The log through the API: byte for byte, so that a stranger can check it."""

from __future__ import annotations

import hashlib
import json

import pytest

from checklists.api.answers import EventPage
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(calls, priya, release):
    caller = calls(priya)
    for ending in ("configure-dns", "rotate-secrets", "audit-access"):
        caller.post(f"/items/{item_of(release, ending).pk}/tick", {"reason": "Looked at it."})
    return caller


def test_the_events_link_up_from_the_first_to_the_head(caller, release):
    page = EventPage.model_validate(
        caller.get(f"/releases/{release.pk}/events").data, extra="forbid"
    )
    previous = "0" * 64
    for number, event in enumerate(page.items, start=1):
        assert event.seq == json.loads(event.body)["seq"] == number
        assert event.prev_hash == previous
        line = f"readiness-audit-v1\n{previous}\n{event.body}"
        previous = hashlib.sha256(line.encode()).hexdigest()
        assert event.hash == previous
        assert "Looked" not in event.body
    release.chain.refresh_from_db()
    assert previous == release.chain.head_hash


def test_pages_follow_the_seq_and_end_at_the_head(caller, release):
    path = f"/releases/{release.pk}/events"
    first = caller.get(f"{path}?limit=3").data
    assert [event["seq"] for event in first["items"]] == [1, 2, 3]
    assert first["next"] == 3
    rest = caller.get(f"{path}?after=3&limit=3").data
    assert [event["seq"] for event in rest["items"]] == [4]
    assert rest["next"] is None
    assert caller.get(f"{path}?after=4").data == {"items": [], "next": None}
    assert caller.get(f"{path}?after=999").data == {"items": [], "next": None}
