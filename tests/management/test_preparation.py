import os
import sqlite3
import stat
from contextlib import closing

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from checklists.audit import triggers
from checklists.management import preparation


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


@pytest.fixture
def said():
    return []


def _forget_last_migration():
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="checklists").order_by("id").last()
    last.delete()
    return last


def test_an_up_to_date_database_is_left_alone(committed_db, data, said):
    preparation.migrate(say=said.append)
    assert not said
    assert not (data / "copies").exists()


@pytest.mark.skipif(
    bool(os.environ.get("TEST_DATABASE_URL")), reason="PostgreSQL is copied by its own tools"
)
def test_a_database_is_copied_before_it_is_migrated(committed_db, data, said, monkeypatch):
    applied = []
    monkeypatch.setattr(preparation, "call_command", lambda name, **_: applied.append(name))
    _forget_last_migration()
    for _ in range(preparation.KEPT_COPIES + 2):
        preparation.migrate(say=said.append)
    copies = sorted((data / "copies").iterdir())
    assert applied == ["migrate"] * 5
    assert len(copies) == preparation.KEPT_COPIES
    assert stat.S_IMODE(copies[0].stat().st_mode) == 0o600
    with closing(sqlite3.connect(copies[0])) as copy:
        assert copy.execute("SELECT count(*) FROM checklists_auditchain").fetchone()[0] >= 0


def test_a_migrated_database_has_its_triggers(committed_db):
    assert triggers.missing(connection) == []


def test_static_files_are_collected_when_they_changed_only(data, monkeypatch):
    collected = []
    monkeypatch.setattr(preparation, "call_command", lambda name, **_: collected.append(name))
    preparation.collect_static_files()
    preparation.collect_static_files()
    assert collected == ["collectstatic"]
    (data / "static.stamp").write_text("of another time")
    preparation.collect_static_files()
    assert collected == ["collectstatic"] * 2


class TestDemo:
    @pytest.fixture(autouse=True)
    def commands(self, monkeypatch):
        self.calls = []
        monkeypatch.setattr(preparation, "get_commands", lambda: {"create_demo": "checklists"})
        monkeypatch.setattr(
            preparation, "call_command", lambda name, **options: self.calls.append(options)
        )

    def test_an_empty_database_gets_the_demo_and_a_private_password(self, db, data, said):
        preparation.load_demo(say=said.append)
        password = preparation.demo_password()
        assert [call["password"] for call in self.calls] == [password]
        assert len(password) >= 16
        assert stat.S_IMODE((data / "demo-password").stat().st_mode) == 0o600

    def test_an_interrupted_first_start_goes_on_with_the_same_password(
        self, db, data, said, monkeypatch
    ):
        def interrupted(name, **options):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(preparation, "call_command", interrupted)
            with pytest.raises(KeyboardInterrupt):
                preparation.load_demo(say=said.append)
        assert preparation.demo_password() == ""
        begun = (data / "demo-password.begun").read_text()
        preparation.load_demo(say=said.append)
        assert preparation.demo_password() == begun
