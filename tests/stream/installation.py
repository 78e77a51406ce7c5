"""A fresh, migrated installation for proofs and measurements that run outside pytest."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))


@contextmanager
def fresh_installation(postgres_url: str = "", redis_url: str = "") -> Iterator[dict[str, str]]:
    """The environment of an empty installation, gone afterwards. SQLite without a URL.

    `postgres_url` names a server and a role that may create databases; its database is not used.
    """
    with (
        tempfile.TemporaryDirectory(prefix="readiness-proof-") as data,
        fresh_database(postgres_url, data) as database_url,
    ):
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "readiness.settings",
            "DATABASE_URL": database_url,
            "MIGRATE_DATABASE_URL": "",
            "REDIS_URL": redis_url,
            "READINESS_DATA": data,
            "SECRET_KEY": "proofs-only-" + "0123456789abcdef" * 4,
            "PYTHONPATH": str(ROOT),
        }
        for command in (["migrate"], ["collectstatic", "--no-input"]):
            run([*MANAGE, *command, "--verbosity", "0"], environ)
        yield environ


@contextmanager
def fresh_database(postgres_url: str, data: str) -> Iterator[str]:
    """The URL of an empty database: a file in the directory `data`, or one made on that server."""
    if not postgres_url:
        yield f"sqlite://{data}/readiness.sqlite3"
        return
    name = sql.Identifier(made := f"readiness_proof_{uuid.uuid4().hex[:8]}")
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(postgres_url)._replace(path=f"/{made}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def free_port() -> int:
    """A port nobody listens on: several runs of the tests may share a machine.

    Not one of those the system gives to clients: a client that calls a server which is just being
    started again could be given that very port, and reach itself.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def run(command: Sequence[str], environ: dict[str, str]) -> None:
    """Run it to its end; raises if it fails."""
    subprocess.run(command, env=environ, check=True, cwd=ROOT)
