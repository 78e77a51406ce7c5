"""Tells those who are on a release's pages who else is: one task, one turn a second."""

from __future__ import annotations

import asyncio
import itertools
import logging
from functools import partial

from django.db import InterfaceError, OperationalError

from checklists.stream import wire
from checklists.stream.channel import Channel
from checklists.stream.desk import Desk
from checklists.stream.presence import Presence
from checklists.stream.source import Audience, Source

logger = logging.getLogger(__name__)

LOOK_AGAIN_TURNS = 60
"""So often names and wishes are read again although nobody came or left."""


class Herald:
    """Draws who is present, once for each language, and gives it out if it looks different."""

    def __init__(self, presence: Presence, channels: dict[Audience, Channel], desk: Desk) -> None:
        self._presence = presence
        self._channels = channels
        self._desk = desk
        self._task = asyncio.create_task(self._run(), name="live-presence")

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        for turn in itertools.count(1):
            await asyncio.sleep(1)
            if turn % LOOK_AGAIN_TURNS == 0:
                self._presence.look_again()
            try:
                await self._turn()
            except (InterfaceError, OperationalError):
                # Whoever reads what is new says so; here it is tried again.
                self._presence.look_again()
            except Exception:
                logger.exception("Who is present could not be told")

    async def _turn(self) -> None:
        for release, people in self._presence.due():
            for audience, channel in tuple(self._channels.items()):
                if audience.release_id == release:
                    await self._tell(audience, channel, people)
        await self._presence.tell()

    async def _tell(self, audience: Audience, channel: Channel, people: tuple[int, ...]) -> None:
        html = await self._desk.news(partial(_present, audience=audience, people=people))
        body = wire.presence(html) if html else b""
        if body != channel.here:
            for watcher in channel.tell_presence(body):
                watcher.drop()


def _present(source: Source, *, audience: Audience, people: tuple[int, ...]) -> str:
    return source.present(audience, people)
