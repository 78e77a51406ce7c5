"""The guard in the database: events cannot be changed, removed or forged, heads cannot go back.

Both engines refuse the same things. Django rebuilds SQLite tables when they are altered, which
drops triggers silently; so they are installed after every migration, and compared with what should
be there at start, by the health check, and by every decision of the gate.
"""

from __future__ import annotations

import re

from django.db.backends.base.base import BaseDatabaseWrapper

from checklists.audit.triggers_postgresql import POSTGRESQL, PRIVILEGES
from checklists.audit.triggers_sqlite import SQLITE

_SQLITE_FOUND = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'"
_POSTGRESQL_FOUND = """
SELECT t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled, pg_get_functiondef(p.oid)
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
  AND c.relname IN ('checklists_auditevent', 'checklists_auditchain')
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, replacing those of the same name; on PostgreSQL, take the rights to
    change events from everybody but the owner of the tables.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, sql in SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(sql)
            return
        for function in POSTGRESQL.functions.values():
            cursor.execute(function)
        for name, (table, sql) in POSTGRESQL.triggers.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(sql)
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        cursor.execute(PRIVILEGES)


def remove_for_rebuild(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers on SQLite before its tables are rebuilt by a migration.

    They name each other's table, which makes the rebuild fail. PostgreSQL needs no such thing.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name in SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that are absent, disabled or not what they should be."""
    found = _found_sqlite if connection.vendor == "sqlite" else _found_postgresql
    with connection.cursor() as cursor:
        return found(cursor)


def _found_sqlite(cursor: object) -> list[str]:
    cursor.execute(_SQLITE_FOUND)  # type: ignore[attr-defined]
    there = {name: _squeezed(sql) for name, sql in cursor.fetchall()}  # type: ignore[attr-defined]
    return [name for name, sql in SQLITE.items() if there.get(name) != _squeezed(sql)]


def _found_postgresql(cursor: object) -> list[str]:
    cursor.execute(_POSTGRESQL_FOUND)  # type: ignore[attr-defined]
    there = {row[0]: row[1:] for row in cursor.fetchall()}  # type: ignore[attr-defined]
    wrong = []
    for name in POSTGRESQL.triggers:
        definition, enabled, function = there.get(name, ("", "", ""))
        wanted = POSTGRESQL.functions[POSTGRESQL.function_of(name)]
        runs = _squeezed(definition) == _squeezed(POSTGRESQL.triggers[name][1])
        if not (runs and enabled == "A" and _parts(function) == _parts(wanted)):
            wrong.append(name)
    return wrong


def _parts(function: str) -> tuple[str, str, str]:
    """The search path of a function, whose rights it runs with, and its code.

    PostgreSQL tells a function's definition in its own words, with its own quotes.
    """
    words, _, code = _squeezed(function).partition(" AS $")
    path = re.search(r"SET search_path (?:TO|=) (.+?)(?= AS | SET |$)", words)
    return (
        path[1].replace("'", "").replace('"', "") if path else "",
        "SECURITY DEFINER" if "SECURITY DEFINER" in words else "",
        code.partition("$")[2].rpartition("$")[0].rpartition("$")[0].strip(),
    )


def _squeezed(sql: str) -> str:
    return " ".join(sql.split())
