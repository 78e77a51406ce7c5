"""The two addresses that machines ask."""

from __future__ import annotations

import pytest
from django.db import connection

from checklists.audit import triggers
from checklists.views import health


def test_the_process_answers_without_touching_anything(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_ready_installation_says_so_part_by_part(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert set(answer.json()["checks"]) == {
        "database",
        "triggers",
        "cache",
        "broker",
        "scheduler",
    }
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_trigger_is_not_ready(client):
    triggers.remove_for_rebuild(connection)
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE checklists_auditevent DISABLE TRIGGER ALL")
        answer = client.get("/readyz")
    finally:
        triggers.install(connection)
    assert answer.status_code == 503
    assert answer.json()["checks"]["triggers"]["missing"]


@pytest.mark.django_db
def test_what_breaks_is_named_without_its_address(client, monkeypatch):
    def broken() -> dict[str, object]:
        raise ConnectionError("redis://:secret@10.0.0.5:6379 refused")

    monkeypatch.setitem(health.CHECKS, "broker", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == {"ok": False, "error": "ConnectionError"}
    assert "secret" not in answer.text
