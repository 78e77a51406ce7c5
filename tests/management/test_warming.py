"""A new process gets ready for its first readers, and starts whatever its database does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.audit import current
from checklists.management import warming
from checklists.pages import loading
from checklists.pages.render import row_html, section_html

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch):
    # The test's data live in this very connection.
    monkeypatch.setattr(warming.connections, "close_all", lambda: None)
    loading.forget_all()
    current._followed.clear()
    row_html.cache_clear()
    section_html.cache_clear()


def test_the_first_reader_finds_a_running_release_ready(cast, release, client):
    client.force_login(cast.priya)
    warming.warm_up()
    drawn = row_html.cache_info().misses
    assert drawn == release.items.count()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/releases/{release.pk}/").status_code == 200
    assert len(seen) <= 5
    assert row_html.cache_info().misses == drawn


def test_releases_that_are_over_are_left_alone(release):
    release.status = "aborted"
    release.save()
    warming.warm_up()
    assert row_html.cache_info().misses == 0


def test_a_database_that_does_not_answer_does_not_matter(release, monkeypatch, caplog):
    def gone(*_args):
        raise warming.DatabaseError("The server closed the connection.")

    monkeypatch.setattr(warming, "recent_snapshot", gone)
    warming.warm_up()
    assert "No release was drawn" in caplog.text
