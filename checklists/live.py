"""Wake-ups: tells the hub of every process, after the commit, that a chain has grown.

A wake-up is only a hint. The hub reads what is new from the database and looks there by itself
when no hint comes, so a lost one costs time and never an event. That is why nothing here may
raise, wait for the network, or hold up the change that has just been committed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable

from django.conf import settings

from checklists.optional import redis

HINT_CHANNEL = "readiness:live"
"""Where keys of grown chains are published; the hubs of all processes subscribe to it."""

NOTE_CHANNEL = "readiness:here"
"""Where the hubs of all processes tell each other who is present."""

Listener = Callable[[str], None]

_listeners: set[Listener] = set()


def listen(listener: Listener) -> None:
    """Call `listener(chain_key)` on each wake-up in this process, on the writer's thread."""
    _listeners.add(listener)


def unlisten(listener: Listener) -> None:
    """Stop calling it. One that was never listening is fine."""
    _listeners.discard(listener)


def wake(chain_key: str) -> None:
    """Say that the chain has grown. Returns at once, whatever the state of Redis."""
    for listener in tuple(_listeners):
        # The loop of a hub that is going down is closed before its listener is gone.
        with contextlib.suppress(RuntimeError):
            listener(chain_key)
    if settings.REDIS_URL:
        _publisher.offer(chain_key)


class _Publisher:
    """Publishes keys from a thread of its own, each key at most once however often it waits.

    After a failure hints are dropped for a moment, so a Redis that hangs costs one thread a
    timeout now and then, and costs the writers nothing.
    """

    timeout = 0.5
    silence_after_failure = 1.0

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew: a forked child has neither the thread nor a usable connection."""
        self._keys: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._busy = False

    def offer(self, chain_key: str) -> None:
        with self._changed:
            self._keys.add(chain_key)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-hints", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, seconds: float = 0.5) -> None:
        """Give the last hints of a process that ends (a command) a moment to leave."""
        with self._changed:
            self._changed.wait_for(lambda: not self._keys and not self._busy, seconds)

    def _run(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=self.timeout,
            socket_connect_timeout=self.timeout,
        )
        silent_until = 0.0
        while True:
            keys = self._take()
            if time.monotonic() < silent_until:
                continue
            try:
                self._publish(client, keys)
            except (redis.RedisError, OSError):
                silent_until = time.monotonic() + self.silence_after_failure

    def _take(self) -> set[str]:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._keys)
            keys, self._keys, self._busy = self._keys, set(), True
            return keys

    @staticmethod
    def _publish(client: redis.Redis, keys: set[str]) -> None:
        with client.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.publish(HINT_CHANNEL, key)
            pipeline.execute()


_publisher = _Publisher()
atexit.register(_publisher.flush)
os.register_at_fork(after_in_child=_publisher.forget)
