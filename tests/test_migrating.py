"""A start puts the guard of the log back, and does not keep quiet about it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from checklists.audit import triggers
from checklists.migrating import put_triggers_back
from tests.audit.test_verify import guard_off

pytestmark = pytest.mark.django_db


def start(plan: list[object]) -> None:
    put_triggers_back(apps.get_app_config("checklists"), using="default", plan=plan)


def test_a_guard_that_was_missing_at_a_start_is_put_back_and_spoken_of(caplog):
    with guard_off():
        start(plan=[])
        assert triggers.missing(connection) == []
    assert "audit_event_link" in caplog.text
    assert "verify_audit" in caplog.text


def test_after_a_migration_it_is_put_back_without_a_word(caplog):
    with guard_off():
        start(plan=["a migration"])
        assert triggers.missing(connection) == []
    start(plan=[])
    assert caplog.text == ""
