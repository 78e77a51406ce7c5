"""Writers of several processes on one SQLite file."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("TEST_DATABASE_URL")), reason="about SQLite's one writer"
)
fork = multiprocessing.get_context("fork")


@pytest.fixture
def counter(committed_db):
    """A table with one number, outside the product's own tables."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE counter (value INTEGER CHECK (value >= 0))")
        cursor.execute("INSERT INTO counter VALUES (0)")
    connection.close()
    return committed_db


def _add(times: int, waits=None) -> None:
    for _ in range(times):
        asked = time.monotonic()
        with transaction.atomic(), connection.cursor() as cursor:
            waited = time.monotonic() - asked
            value = cursor.execute("SELECT value FROM counter").fetchone()[0]
            cursor.execute("UPDATE counter SET value = %s", [value + 1])
        if waits is not None:
            waits.put(waited)


def _value() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT value FROM counter").fetchone()[0]


def test_eight_processes_lose_no_change_and_none_waits_long(counter):
    waits = fork.Queue()
    processes = [fork.Process(target=_add, args=(25, waits)) for _ in range(8)]
    for process in processes:
        process.start()
    seen = [waits.get(timeout=60) for _ in range(200)]
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0] * 8
    assert _value() == 200
    assert max(seen) < 20


def test_a_killed_writer_leaves_its_turn_to_the_next(counter):
    inside = fork.Event()

    def hold() -> None:
        with transaction.atomic():
            inside.set()
            time.sleep(60)

    holder = fork.Process(target=hold)
    holder.start()
    assert inside.wait(10)
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(10)
    _add(1)
    assert _value() == 1


def _free() -> bool:
    """Whether another thread gets its turn now."""
    done = threading.Event()

    def write() -> None:
        _add(1)
        connection.close()
        done.set()

    threading.Thread(target=write, daemon=True).start()
    return done.wait(5)


def test_the_turn_is_given_back_after_a_rollback(counter):
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError
    assert _free()


def test_the_turn_is_given_back_after_a_refused_change(counter):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE counter SET value = -1")
    assert _free()


def test_a_savepoint_keeps_the_turn_until_the_outer_commit(counter):
    with transaction.atomic():
        with transaction.atomic():
            _add(1)
        assert connection._turn._handle is not None
    assert connection._turn._handle is None
    assert _free()
    assert _value() == 2


def test_the_turn_is_given_back_when_the_connection_closes_within(counter):
    with transaction.atomic():
        connection.close()
    assert _free()


def test_the_turn_is_given_back_when_begin_fails(counter):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 10")
    # Whoever does not use our backend does not queue either.
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
        stranger.rollback()
    assert _free()


def test_an_acknowledged_change_is_on_the_disk(counter):
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert cursor.execute("PRAGMA foreign_keys").fetchone()[0] == 1
