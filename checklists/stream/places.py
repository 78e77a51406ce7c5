"""Who has a stream open: room for so many, and each one's turn for a heartbeat."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.stream.channel import Watcher
from checklists.stream.requests import NoRoom, TooManyStreams
from checklists.stream.source import Viewer

_random = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the hub takes. Times are in seconds."""

    streams: int = 5000
    streams_per_person: int = 30
    waiting_at_door: int = 1000
    heartbeat: int = 20
    sweep: float = 30.0
    recheck: float = 60.0
    authenticate_again: float = 600.0
    keep_unwatched: float = 60.0
    stalled: float = 20.0


class Places:
    """The open streams, and the limits on them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._slots: list[set[Watcher]] = [set() for _ in range(limits.heartbeat)]
        self._next_slot = itertools.cycle(range(limits.heartbeat))
        self._by_person: Counter[int] = Counter()
        self._waiting = 0
        self._taken = 0

    def __len__(self) -> int:
        return self._taken

    def __iter__(self) -> Iterator[Watcher]:
        return itertools.chain.from_iterable(map(tuple, self._slots))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A turn at the door. Raises NoRoom before any work is done for the request."""
        if self._waiting >= self._limits.waiting_at_door:
            raise NoRoom(_("Too many are connecting at this moment. Try again in a few seconds."))
        if self._taken + self._waiting >= self._limits.streams:
            raise NoRoom(_("This server has as many live streams open as it takes."))
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def take(self, viewer: Viewer) -> None:
        """Take a place for this viewer, to be given back. Raises TooManyStreams."""
        if self._by_person[viewer.person_id] >= self._limits.streams_per_person:
            raise TooManyStreams(
                _(
                    "You have %(streams_per_person)s live pages open, and no more are "
                    "allowed. Close some of them."
                )
                % {"streams_per_person": self._limits.streams_per_person}
            )
        self._taken += 1
        self._by_person[viewer.person_id] += 1

    def give_back(self, viewer: Viewer) -> None:
        self._taken -= 1
        self._by_person[viewer.person_id] -= 1
        if not self._by_person[viewer.person_id]:
            del self._by_person[viewer.person_id]

    def sit(self, watcher: Watcher) -> None:
        """From now on the watcher gets heartbeats, until its right to be here is asked again."""
        watcher.slot = next(self._next_slot)
        # Spread, so that streams opened together do not all end together.
        lifetime = self._limits.authenticate_again * _random.uniform(0.8, 1.2)
        watcher.until = asyncio.get_running_loop().time() + lifetime
        self._slots[watcher.slot].add(watcher)

    def rise(self, watcher: Watcher) -> None:
        self._slots[watcher.slot].discard(watcher)

    def in_slot(self, second: int) -> tuple[Watcher, ...]:
        """Those whose heartbeat is due in that second."""
        return tuple(self._slots[second % len(self._slots)])
