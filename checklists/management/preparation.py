"""What must be true of the data before the processes start; each step does nothing if it is."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

KEPT_COPIES = 3

Say = Callable[[str], object]


def migrate(*, say: Say) -> None:
    """Bring the database up to date; an SQLite file is copied first."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor == "sqlite" and executor.loader.applied_migrations:
        say(f"Kept a copy of the database: {_copy_sqlite()}")
    say("Preparing the database …")
    call_command("migrate", interactive=False, verbosity=0)


def _copy_sqlite() -> Path:
    folder = settings.DATA_DIR / "copies"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy: Path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite3"
    connection.ensure_connection()
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
    # SQLite's own copy is consistent whatever is still in the write-ahead log.
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
    for old in sorted(folder.glob("*.sqlite3"))[:-KEPT_COPIES]:
        old.unlink()
    return copy


def collect_static_files() -> None:
    """Collect, name by content and compress the static files if any of them has changed."""
    stamp = settings.DATA_DIR / "static.stamp"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest)


def _static_digest() -> str:
    seen = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            seen.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def demo_password() -> str:
    """The password of the demo's people; empty when there is no demo."""
    path = _password_file()
    return path.read_text().strip() if path.exists() else ""


def _password_file() -> Path:
    path: Path = settings.DATA_DIR / "demo-password"
    return path


def load_demo(*, say: Say) -> None:
    """Fill an empty database with the demo, or go on where a first start was interrupted."""
    begun = _password_file().with_suffix(".begun")
    if get_user_model()._default_manager.exists() and not begun.exists():
        return
    if "create_demo" not in get_commands():
        return
    say("Loading the Production Checklist and a demo project …")
    if not begun.exists():
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(12))
    call_command("create_demo", password=begun.read_text().strip(), verbosity=0)
    begun.rename(_password_file())
