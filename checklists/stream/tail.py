"""Finds out that something has grown: by a hint from a writer, or by looking now and then.

One task for each process. While nobody watches it sleeps; while somebody does, a hint from this
process or from Redis starts a look at once, and the source says how often to look without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable

from checklists import live
from checklists.optional import redis

logger = logging.getLogger(__name__)
_random = random.SystemRandom()

RETRY_SECONDS = 1.0
NOTE_SECONDS = 0.5


class Tail:
    """Calls `look()` whenever something may be new, and never twice at the same time.

    `changed()` is asked every `poll_every` seconds; `cares_for(chain_key)` says which hints
    matter; `look()` does the work and may raise, which only makes it try again a little later.
    `hear(note)` is given what other processes said with `publish_note`.
    """

    def __init__(
        self,
        *,
        look: Callable[[], Awaitable[None]],
        changed: Callable[[], Awaitable[bool]],
        cares_for: Callable[[str], bool],
        poll_every: float,
        redis_url: str = "",
        hear: Callable[[str], None] = lambda note: None,
    ) -> None:
        self._look = look
        self._changed = changed
        self._cares_for = cares_for
        self._poll_every = poll_every
        self._redis_url = redis_url
        self._hear = hear
        self._redis: redis.asyncio.Redis | None = None
        self._woken = asyncio.Event()
        self._watched = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        live.listen(self._hinted_by_thread)
        self._tasks.append(asyncio.create_task(self._run(), name="live-tail"))
        if self._redis_url:
            self._tasks.append(asyncio.create_task(self._subscribe(), name="live-redis"))

    def stop(self) -> None:
        live.unlisten(self._hinted_by_thread)
        for task in self._tasks:
            task.cancel()

    def watch(self, watched: bool) -> None:
        """Say whether anybody is watching anything."""
        if watched:
            self._watched.set()
        else:
            self._watched.clear()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    async def publish_note(self, note: str) -> None:
        """Tell the other processes something that nobody misses if it is lost."""
        if self._redis is None:
            return
        with contextlib.suppress(redis.RedisError, OSError, TimeoutError):
            async with asyncio.timeout(NOTE_SECONDS):
                await self._redis.publish(live.NOTE_CHANNEL, note)

    def _hinted_by_thread(self, chain_key: str) -> None:
        self._loop.call_soon_threadsafe(self._hinted, chain_key)

    def _hinted(self, chain_key: str) -> None:
        if self._cares_for(chain_key):
            self._woken.set()

    async def _run(self) -> None:
        while True:
            await self._watched.wait()
            try:
                if await self._something_new():
                    await self._look()
            except Exception:
                # The database is away, or a bug: the streams stay open and are served again
                # as soon as it is over.
                logger.exception("The live stream cannot read what is new")
                self._woken.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def _something_new(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll_every):
                await self._woken.wait()
        if self._woken.is_set():
            # Cleared before looking: a hint that comes meanwhile starts another look.
            self._woken.clear()
            return True
        return await self._changed()

    async def _subscribe(self) -> None:
        while True:
            try:
                await self._receive_hints()
            except (redis.RedisError, OSError) as error:
                logger.warning("No live hints from Redis, looking by the clock: %s", error)
            except Exception:
                logger.exception("No live hints from Redis, looking by the clock")
            await asyncio.sleep(RETRY_SECONDS * _random.uniform(0.5, 1.5))

    async def _receive_hints(self) -> None:
        async with (
            redis.asyncio.from_url(
                self._redis_url, socket_connect_timeout=2, socket_keepalive=True
            ) as client,
            client.pubsub(ignore_subscribe_messages=True) as hints,
        ):
            await hints.subscribe(live.HINT_CHANNEL, live.NOTE_CHANNEL)
            # What was committed while nobody listened was hinted to nobody.
            self._woken.set()
            self._redis = client
            try:
                async for hint in hints.listen():
                    self._received(hint["channel"].decode(), hint["data"].decode())
            finally:
                self._redis = None

    def _received(self, channel: str, text: str) -> None:
        if channel == live.NOTE_CHANNEL:
            self._hear(text)
        else:
            self._hinted(text)
