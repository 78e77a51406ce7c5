"""What must be done now and then: heartbeats, checking rights again, forgetting channels."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import time
from collections.abc import Iterable

from checklists.stream import wire
from checklists.stream.channel import Channel, Watcher
from checklists.stream.desk import Desk
from checklists.stream.places import Limits, Places
from checklists.stream.source import Audience
from checklists.stream.tail import Tail

logger = logging.getLogger(__name__)
_random = random.SystemRandom()

COME_BACK_MS = 1000


class Upkeep:
    """One task, one turn a second."""

    def __init__(
        self,
        limits: Limits,
        places: Places,
        channels: dict[Audience, Channel],
        desk: Desk,
        tail: Tail,
    ) -> None:
        self._limits = limits
        self._places = places
        self._channels = channels
        self._desk = desk
        self._tail = tail
        self._recheck_at = time.monotonic() + limits.recheck
        self._task = asyncio.create_task(self._run(), name="live-upkeep")

    def stop(self) -> None:
        self._task.cancel()

    def rights_changed(self) -> None:
        """Ask within a second, not within a minute, who may still watch."""
        self._recheck_at = 0.0

    async def _run(self) -> None:
        for second in itertools.count():
            await asyncio.sleep(1)
            try:
                await self._turn(second)
            except Exception:
                # Without heartbeats every stream would die: whatever it was, go on.
                logger.exception("A turn of the live stream's upkeep failed")

    async def _turn(self, second: int) -> None:
        self._beat(self._places.in_slot(second))
        self._look_after_channels()
        if time.monotonic() >= self._recheck_at:
            await self._recheck()

    def _beat(self, watchers: Iterable[Watcher]) -> None:
        now = asyncio.get_running_loop().time()
        for watcher in watchers:
            if now >= watcher.until:
                watcher.end(wire.bye(_random.randint(0, COME_BACK_MS)))
            elif not watcher.beat():
                watcher.drop()

    def _look_after_channels(self) -> None:
        now = time.time()
        for channel in tuple(self._channels.values()):
            if channel.watchers:
                channel.unwatched_since = None
                self._sweep_if_due(channel, now)
            elif channel.unwatched_since is None:
                channel.unwatched_since = now
            elif now - channel.unwatched_since > self._limits.keep_unwatched:
                del self._channels[channel.audience]
        if not self._channels:
            self._tail.watch(False)

    def _sweep_if_due(self, channel: Channel, now: float) -> None:
        """Ages, deadlines and waivers change what a row says while nothing happens."""
        if now - channel.swept_at >= self._limits.sweep and not channel.sweep_due:
            channel.sweep_due = True
            self._tail.wake()

    async def _recheck(self) -> None:
        """End the streams of those who signed out or lost their right, in one question for all."""
        self._recheck_at = time.monotonic() + self._limits.recheck
        present = list(self._places)
        viewers = {watcher.viewer for watcher in present}
        allowed = await self._desk.door(lambda source: source.still_allowed(viewers))
        for watcher in present:
            if watcher.viewer not in allowed:
                watcher.end(wire.bye(0))
