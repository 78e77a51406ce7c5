"""`manage.py up`: the whole product with one command, on this host alone.

Prepares the data (a copy before migrating, migrations, static files, on the first start the demo)
and then becomes the supervisor of web, worker and scheduler.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from checklists.management import preparation

# Seconds a web process of before, which has lost its supervisor, may take to leave the port.
PORT_PATIENCE = 10
# Celery warns root of messages that hold code; ours are JSON, which cannot.
CELERY_ON_ROOT = "You're running the worker with superuser privileges"


class Command(BaseCommand):
    help = "Prepare the data, then run web, worker and scheduler until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--without-demo", action="store_true", help="leave an empty database empty"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.time()
        # Sessions and password hashes are for nobody else on this host, in whatever directory.
        os.umask(0o077)
        lock = _only_one(settings.DATA_DIR / "up.lock")
        try:
            _wait_for_port(settings.HOST, options["port"])
            preparation.migrate(say=self.stdout.write)
            preparation.collect_static_files()
            if not options["without_demo"]:
                preparation.load_demo(say=self.stdout.write)
        except KeyboardInterrupt:
            raise CommandError("Stopped before anything was started.", returncode=130) from None
        connections.close_all()
        _become_supervisor(self._plan(options["port"]) | {"began": began}, keeping=lock)

    def _plan(self, port: int) -> dict[str, Any]:
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        celery = [sys.executable, "-m", "celery", "--quiet", "--app"]
        worker = [*celery, "readiness.celery", "worker", "--hostname", "worker@local"]
        worker += ["--concurrency", "2", "--queues", "celery,probes"]
        worker += ["--without-gossip", "--without-mingle", "--loglevel", "warning"]
        beat = [*celery, "readiness.beat", "beat", "--pidfile=", "--loglevel", "warning"]
        # The first is the one people wait for; whoever makes work comes after whoever does it.
        # Celery's TERM waits for running tasks without end, its QUIT hands them back.
        children = [
            _child("web", [*manage, "serve", "--port", str(port)], ROLE="web"),
            _child(
                "worker",
                worker,
                ROLE="worker",
                REMAP_SIGTERM="SIGQUIT",
                PYTHONWARNINGS=f"ignore:{CELERY_ON_ROOT}",
            ),
            _child("scheduler", beat, ROLE="beat"),
        ]
        if preparation.demo_password():
            targets = [sys.executable, "-m", "checklists.management.demo.targets"]
            children.insert(1, _child("targets", [*targets, str(settings.DATA_DIR / "demo")]))
        address = [{"0.0.0.0": "127.0.0.1"}.get(settings.HOST, settings.HOST), port]  # noqa: S104
        return {"children": children, "address": address, "banner": _banner(port)}


def _child(name: str, arguments: list[str], **environ: str) -> dict[str, Any]:
    # Nobody but the supervisor's preparation needs the role that may change tables.
    common = {"READINESS_DATA": str(settings.DATA_DIR), "MIGRATE_DATABASE_URL": ""}
    return {"name": name, "arguments": arguments, "environ": {**common, **environ}}


def _banner(port: int) -> str:
    site = urlsplit(settings.SITE_URL)
    address = site._replace(netloc=f"{site.hostname}:{port}") if site.port else site
    lines = ["", f"Readiness is at {address.geturl()}/", ""]
    password = preparation.demo_password()
    if password:
        lines += [
            "  Sign in as    marta@example.com  (release manager of the demo)",
            f"  Password      {password}",
            "  Also there    priya@ sam@ ada@ admin@ mallory@example.com, the same password,",
            f"                kept in {settings.DATA_DIR / 'demo-password'}",
        ]
    else:
        lines += ["  The first person: manage.py create_owner --email you@example.com"]
    return "\n".join([*lines, "", "Ctrl-C ends everything.", ""])


def _only_one(path: Path) -> int:
    """Lock the data directory for as long as this process lives; returns the open lock."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            f"Readiness is already running on {settings.DATA_DIR}. End it first, or set "
            "READINESS_DATA to another directory."
        ) from None
    return handle


def _wait_for_port(host: str, port: int) -> None:
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"Cannot listen on {host}:{port} ({error.strerror}). "
                        "Choose another port, e.g. PORT=8001 make run."
                    ) from None
        time.sleep(0.25)


def _become_supervisor(plan: dict[str, Any], *, keeping: int) -> None:
    # On stdin, not among the arguments: everybody on the host may read those.
    read, write = os.pipe()
    with os.fdopen(write, "w") as pipe:
        json.dump(plan, pipe)
    os.dup2(read, 0)
    os.set_inheritable(keeping, True)
    sys.stdout.flush()
    os.chdir(settings.BASE_DIR)
    os.execv(sys.executable, [sys.executable, "-m", "readiness.supervisor"])  # noqa: S606
