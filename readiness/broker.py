"""Celery's broker in a directory: kombu's file transport, made safe for several processes.

kombu writes messages in place, so that a reader may find half of one, which ends the worker. Here
a message appears by rename and is claimed by rename, in one private directory for each queue. A
message is gone once read: the database holds what is due, so a lost message is only a late one.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

LONGEST_LOOK = 0.25

Table = list[filesystem.exchange_queue_t]


class Channel(filesystem.Channel):
    """`transport_options["folder"]` is the directory; messages are read in order of arrival."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listed: dict[str, deque[Path]] = {}

    @property
    def folder(self) -> Path:
        return Path(self.transport_options["folder"])

    @property
    def control_folder(self) -> Path:
        return self._private(self.folder / "exchanges")

    @staticmethod
    def _private(path: Path) -> Path:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def _queue(self, queue: str) -> Path:
        # Worker names hold "@" and "."; a "/" would leave the directory.
        return self._private(self.folder / "queues" / queue.replace("/", "_"))

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        path = self._queue(queue) / f"{time.time_ns():020d}-{uuid.uuid4().hex}"
        self._write(path.with_suffix(".message"), dumps(payload))

    @staticmethod
    def _write(path: Path, text: str) -> None:
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.write_text(text)
        draft.rename(path)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        listed = self._listed.setdefault(queue, deque())
        # Listed once for many messages: sorting the directory for each would cost N squared.
        listed = listed or deque(sorted(self._queue(queue).glob("*.message")))
        self._listed[queue] = listed
        while listed:
            path = listed.popleft()
            claim = path.with_suffix(".claimed")
            try:
                path.rename(claim)
            except FileNotFoundError:
                continue
            text = claim.read_text()
            claim.unlink()
            return loads(text)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._rebind(exchange, lambda table: [bound, *(row for row in table if row != bound)])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *_a: Any, **_k: Any
    ) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._rebind(exchange, lambda table: [row for row in table if row != bound])
        self._purge(queue)

    def _rebind(self, exchange: str, change: Callable[[Table], Table]) -> None:
        with open(self.control_folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = change(self.get_table(exchange))
            self._write(self._exchange_file(exchange), dumps(table))

    def _purge(self, queue: str) -> int:
        paths = list(self._queue(queue).iterdir())
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    def _size(self, queue: str) -> int:
        return sum(1 for _ in self._queue(queue).glob("*.message"))


class Transport(filesystem.Transport):
    """Bound to the scheme `files:` in celery.py."""

    Channel = Channel

    def drain_events(  # type: ignore[override]
        self, connection: Any, timeout: float | None = None
    ) -> None:
        # A worker looks only between two of these whether it should end, and asks for 2 s each.
        super().drain_events(connection, timeout and min(timeout, LONGEST_LOOK))
