"""The hub: every open stream of this process, behind one pure ASGI callable.

A stream costs no thread and no database connection, and an event costs one rendering and one
write for each watcher. docs/operations/streaming.md says what an operator should know.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from checklists.errors import Refused
from checklists.models.audit import INSTALLATION
from checklists.stream import frames, requests, wire
from checklists.stream.channel import Channel, Send, Watcher
from checklists.stream.database import DatabaseSource
from checklists.stream.desk import Desk
from checklists.stream.herald import Herald
from checklists.stream.places import Limits, Places
from checklists.stream.presence import Presence
from checklists.stream.replay import missed
from checklists.stream.requests import NoRoom
from checklists.stream.sharing import Shared
from checklists.stream.source import Ask, Audience, Source, Viewer
from checklists.stream.tail import Tail
from checklists.stream.upkeep import Upkeep

logger = logging.getLogger(__name__)
_random = random.SystemRandom()

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

COME_BACK_MS = 500
RECONNECTS_PER_SECOND = 500


class Hub:
    """An ASGI callable for `GET /releases/<id>/live/`. Starts its tasks with the first stream."""

    def __init__(self, source: Source, *, limits: Limits, redis_url: str = "") -> None:
        self._limits = limits
        self._redis_url = redis_url
        self._places = Places(limits)
        self._channels: dict[Audience, Channel] = {}
        self._opening: Shared[None] = Shared()
        self._desk = Desk(source)
        self._tail: Tail | None = None
        self._upkeep: Upkeep | None = None
        self._herald: Herald | None = None
        self._presence = Presence(self._publish)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._installation: int | None = None
        self._draining = False

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            ask = requests.read(scope)
            viewer = await self._admit(ask)
            channel = await self._channel(ask.audience)
            self._places.take(viewer)
        except Refused as refused:
            return await requests.refuse(send, refused)
        except (InterfaceError, OperationalError):
            logger.exception("A live stream was refused: no answer from the database")
            return await requests.refuse(send, NoRoom(_("The database does not answer.")))
        try:
            await self._stream(channel, ask, viewer, receive, send)
        finally:
            self._places.give_back(viewer)

    def __len__(self) -> int:
        """How many streams are open."""
        return len(self._places)

    def drain(self) -> None:
        """End all streams and take no new ones: the process is going down.

        Returns at once. Safe in a signal handler and from any thread.
        """
        self._draining = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        """Say good-bye, each with another moment to come back, so that they do not come at once."""
        spread = COME_BACK_MS + 1000 * len(self._places) // RECONNECTS_PER_SECOND
        for watcher in tuple(self._places):
            watcher.end(wire.bye(_random.randint(COME_BACK_MS, COME_BACK_MS + spread)))
        if self._tail is not None and self._upkeep is not None:
            self._tail.stop()
            self._upkeep.stop()
        if self._herald is not None:
            self._herald.stop()
        self._desk.close()

    async def _admit(self, ask: Ask) -> Viewer:
        with self._places.waiting():
            return await self._desk.door(lambda source: source.authenticate(ask))

    async def _channel(self, audience: Audience) -> Channel:
        self._start()
        if audience not in self._channels:
            await self._opening.get(audience, self._open(audience))
        channel = self._channels[audience]
        # Between here and the first watcher it counts as watched, and is not forgotten.
        channel.unwatched_since = None
        return channel

    async def _open(self, audience: Audience) -> None:
        head, shown = await self._desk.door(lambda source: frames.prime(source, audience))
        self._channels[audience] = Channel(audience, head, shown)
        self._opening.forget(audience)

    def _start(self) -> None:
        if self._tail is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._tail = Tail(
            look=self._look,
            changed=lambda: self._desk.news(lambda source: source.changed()),
            cares_for=self._cares_for,
            poll_every=self._desk.source.poll_every,
            redis_url=self._redis_url,
            hear=self._presence.hear,
        )
        self._tail.start()
        self._herald = Herald(self._presence, self._channels, self._desk)
        self._upkeep = Upkeep(self._limits, self._places, self._channels, self._desk, self._tail)

    async def _publish(self, note: str) -> None:
        if self._tail is not None:
            await self._tail.publish_note(note)

    def _cares_for(self, key: str) -> bool:
        kind, _, number = key.partition(":")
        if kind == "release" and number.isdecimal():
            return any(audience.release_id == int(number) for audience in self._channels)
        return key == INSTALLATION

    async def _look(self) -> None:
        """Ask what is new in all watched releases together, and give it out."""
        watched = dict(self._channels)
        marks = {audience: channel.mark() for audience, channel in watched.items()}
        growths, installation = await self._desk.news(lambda source: frames.grown(source, marks))
        for growth in growths:
            self._give_out(watched[growth.audience], growth)
        if self._installation not in (None, installation) and self._upkeep is not None:
            self._upkeep.rights_changed()
        self._installation = installation

    def _give_out(self, channel: Channel, growth: frames.Growth) -> None:
        if growth.rewound:
            self._start_over(channel)
            return
        slow = channel.push(growth.frames, growth.said)
        channel.shown = growth.shown
        if growth.fresh:
            slow += channel.push_fresh(growth.fresh, growth.swept_at)
        if growth.swept_at:
            channel.swept(growth.swept_at, growth.head.revision)
        for watcher in slow:
            watcher.drop()

    def _start_over(self, channel: Channel) -> None:
        self._channels.pop(channel.audience, None)
        for watcher in tuple(channel.watchers):
            watcher.end(wire.bye(0))

    async def _stream(
        self, channel: Channel, ask: Ask, viewer: Viewer, receive: Receive, send: Send
    ) -> None:
        watcher = Watcher(send, viewer, after=channel.last if ask.after is None else ask.after)
        # Subscribe first, replay second: what comes in between waits in the watcher.
        self._seat(channel, watcher)
        try:
            async with asyncio.timeout(self._limits.stalled):
                await send(requests.STREAM_START)
                await watcher.write(wire.HEARTBEAT + channel.here)
                if self._draining:
                    return watcher.end(wire.bye(COME_BACK_MS))
                for body in await missed(self._desk, channel, watcher, ask):
                    await watcher.write(body)
                await watcher.go_live()
            while (await receive())["type"] != "http.disconnect":
                pass
        except (TimeoutError, Refused, InterfaceError, OperationalError) as error:
            logger.warning("A live stream could not be brought up to date: %r", error)
            watcher.end(wire.bye(COME_BACK_MS))
        except asyncio.CancelledError:
            # The hub cancels a stream it has ended, to get it out of receive().
            if not watcher.ended:
                raise
        finally:
            self._unseat(channel, watcher)

    def _seat(self, channel: Channel, watcher: Watcher) -> None:
        channel.watchers.add(watcher)
        self._places.sit(watcher)
        self._presence.arrive(watcher.viewer)
        if self._tail is not None:
            self._tail.watch(True)

    def _unseat(self, channel: Channel, watcher: Watcher) -> None:
        channel.watchers.discard(watcher)
        self._places.rise(watcher)
        self._presence.leave(watcher.viewer)


application = Hub(
    DatabaseSource(),
    limits=Limits(
        streams=settings.LIVE_MAX_STREAMS, streams_per_person=settings.LIVE_MAX_STREAMS_PER_PERSON
    ),
    redis_url=settings.REDIS_URL,
)
"""The hub of this process, for the ASGI router."""


def drain() -> None:
    """End all streams of this process; see Hub.drain."""
    application.drain()
