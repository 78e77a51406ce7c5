"""One answer for many who ask the same thing at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")


class Shared(Generic[Answer]):
    """Runs one task for each key and gives its answer to all who come before it is forgotten.

    After a restart all clients come back at once and miss the same events: they are read and
    rendered once. A failure goes to those who wait for it and is not kept.
    """

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[Answer]] = {}

    async def get(self, key: Hashable, ask: Coroutine[Any, Any, Answer]) -> Answer:
        """The answer to that key; `ask` is run only if nobody has asked yet."""
        task = self._tasks.get(key)
        if task is not None:
            ask.close()
        else:
            task = self._tasks[key] = asyncio.create_task(ask)
            task.add_done_callback(lambda done: self._drop_failure(key, done))
        # One client that leaves must not take the answer away from the others.
        return await asyncio.shield(task)

    def forget(self, key: Hashable) -> None:
        """The answer to that key is out of date."""
        self._tasks.pop(key, None)

    def forget_all(self) -> None:
        """All answers so far are out of date."""
        self._tasks.clear()

    def _drop_failure(self, key: Hashable, task: asyncio.Task[Answer]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._tasks.pop(key, None)
