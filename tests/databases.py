"""Databases whose data are really committed, for tests with processes, crashes and on_commit.

The audit triggers refuse what TransactionTestCase does to clean up, so each such test gets a
migrated database of its own instead.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class CommittedDatabase:
    """The database this process uses during the test, and how another process reaches it."""

    url: str
    data_directory: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a subprocess on the same data, e.g. of `manage.py …`."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "readiness.settings",
            "DATABASE_URL": self.url,
            "MIGRATE_DATABASE_URL": "",
            "READINESS_DATA": str(self.data_directory),
            "PYTHONPATH": str(ROOT),
        }

    def manage(self, *arguments: str) -> list[str]:
        """The command line of `manage.py` with these arguments."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]


@contextmanager
def committed_sqlite(directory: Path) -> Iterator[CommittedDatabase]:
    """A copy of the run's migrated in-memory database, in a file."""
    path = directory / "readiness.sqlite3"
    connection.ensure_connection()
    memory = connection.connection
    with sqlite3.connect(path) as file:
        memory.backup(file)
    file.close()
    settings = connections.settings["default"]
    name = settings["NAME"]
    settings["NAME"] = connection.settings_dict["NAME"] = str(path)
    connection.connection = None
    try:
        yield CommittedDatabase(f"sqlite://{path}", directory)
    finally:
        connection.close()
        settings["NAME"] = connection.settings_dict["NAME"] = name
        connection.connection = memory


@contextmanager
def committed_postgres(directory: Path) -> Iterator[CommittedDatabase]:
    """A database made from the run's migrated one as template."""
    settings = connections.settings["default"]
    template, name = settings["NAME"], f"{settings['NAME']}_{uuid.uuid4().hex[:8]}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    settings["NAME"] = connection.settings_dict["NAME"] = name
    given = urlsplit(os.environ["TEST_DATABASE_URL"])
    try:
        yield CommittedDatabase(given._replace(path=f"/{name}").geturl(), directory)
    finally:
        connection.close()
        settings["NAME"] = connection.settings_dict["NAME"] = template
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


COMMITTED = {"sqlite": committed_sqlite, "postgresql": committed_postgres}
