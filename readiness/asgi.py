"""The one server process: live streams to the hub, everything else to Django in threads."""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import get_resolver

from readiness.bridge import Bridge, Receive, Scope, Send
from readiness.proxies import believed
from readiness.wsgi import application as django_application

# Models can be imported only now that the line above has set Django up.
from checklists.stream import hub  # isort: skip

# Loaded before the port is open, not within the first request.
ADDRESSES = get_resolver().url_patterns
LIVE = re.compile(r"/releases/[0-9]+/live/")

pages = Bridge(
    django_application,
    threads=settings.WEB_THREADS,
    max_body=settings.MAX_BODY_BYTES,
    spool=str(settings.FILE_UPLOAD_TEMP_DIR),
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live_and_let_live(receive, send)
        return
    scope = believed(scope, count=settings.PROXY_COUNT)
    chosen = hub.application if LIVE.fullmatch(scope["path"]) else pages
    await chosen(scope, receive, send)


async def _live_and_let_live(receive: Receive, send: Send) -> None:
    """Answer a server's start and stop; streams are ended by whoever stops the server."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
