"""Writers queue on a file lock before they ask SQLite for its write lock.

SQLite's own wait is a poll with growing pauses: under load one writer can lose every round for
seconds. A blocking flock() is a queue of the kernel, so each writer gets its turn.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class WriterTurn:
    """The lock file beside the database. Not re-entrant; the kernel frees it if we die."""

    def __init__(self, database: str) -> None:
        self._path = f"{database}.lock"
        self._handle: int | None = None

    def take(self) -> None:
        """Wait until no other connection of this host is in a transaction."""
        # A file of its own for each turn: flock() belongs to the open file, and a file opened
        # before a fork would be shared with the child.
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle

    def give_back(self) -> None:
        """Let the next one write. Harmless without a turn."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


class NoTurn(WriterTurn):
    """For a database in memory, which no other process can reach."""

    def take(self) -> None:
        pass


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction holds the turn from BEGIN IMMEDIATE to its commit, rollback or close."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = self._new_turn()

    def _new_turn(self) -> WriterTurn:
        name = str(self.settings_dict["NAME"])
        return (NoTurn if self.is_in_memory_db() else WriterTurn)(name)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        # The test runner renames the database after this object was made.
        self._turn = self._new_turn()
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._turn.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._turn.give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # A commit that failed keeps the transaction open: its rollback gives the turn back.
        self._turn.give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._turn.give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._turn.give_back()
