"""`manage.py serve`: the web process, pages and live streams together."""

from __future__ import annotations

import gc
import resource
import socket
import sys
from threading import Thread
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checklists.management.warming import warm_up
from checklists.stream import hub

# Seconds a running request has to end after the signal to stop.
GRACE = 10
HEADER_BYTES = 32 * 1024


class Server(uvicorn.Server):
    """Gets ready for its first readers, and ends the live streams when asked to stop.

    uvicorn alone would wait for the streams.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        _collect_seldom()
        # Beside the loop: whoever comes first is not kept waiting for it.
        Thread(target=warm_up, name="warm-up", daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub.drain()
        await super().shutdown(sockets)


class Command(BaseCommand):
    help = "Serve pages and live streams until SIGTERM or Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        # A page that is being rendered must not keep a thousand watchers waiting for 5 ms turns.
        sys.setswitchinterval(0.0005)
        _allow_many_streams()
        module, _, name = settings.ASGI_APPLICATION.rpartition(".")
        server = Server(
            uvicorn.Config(
                f"{module}:{name}",
                host=options["host"],
                port=options["port"],
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                # readiness/proxies.py believes by count, uvicorn only by address.
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
                h11_max_incomplete_event_size=HEADER_BYTES,
            )
        )
        try:
            server.run()
        except KeyboardInterrupt:
            return
        if not server.started:
            raise CommandError(f"Could not listen on {options['host']}:{options['port']}.")


def _collect_seldom() -> None:
    """What is loaded now stays, so the garbage collector need not walk over it while people wait.

    A request leaves some thousand objects; looking for cycles after each few of them is dear.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _allow_many_streams() -> None:
    """Each stream is an open file: ask for as many as the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
