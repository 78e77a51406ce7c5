"""The two threads on which all streams together ask the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from checklists.stream.requests import NoRoom
from checklists.stream.source import Source

Answer = TypeVar("Answer")

GOING_DOWN = "This server is going down. Try again in a moment."


class Desk:
    """Puts questions to the source off the event loop.

    What is new has a thread of its own, so that a rush of reconnecting clients at the door does
    not delay those who are already in.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._closed = False
        self._news = ThreadPoolExecutor(1, thread_name_prefix="live-news")
        self._door = ThreadPoolExecutor(1, thread_name_prefix="live-door")

    async def news(self, question: Callable[[Source], Answer]) -> Answer:
        return await self._ask(self._news, question)

    async def door(self, question: Callable[[Source], Answer]) -> Answer:
        return await self._ask(self._door, question)

    def close(self) -> None:
        """Take no more questions. Those that were put are still answered."""
        if self._closed:
            return
        self._closed = True
        for thread in (self._news, self._door):
            thread.submit(self.source.leave)
            thread.shutdown(wait=False)

    async def _ask(
        self, thread: ThreadPoolExecutor, question: Callable[[Source], Answer]
    ) -> Answer:
        if self._closed:
            raise NoRoom(GOING_DOWN)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(thread, self._answer, question)

    def _answer(self, question: Callable[[Source], Answer]) -> Answer:
        try:
            return question(self.source)
        finally:
            self.source.rest()
