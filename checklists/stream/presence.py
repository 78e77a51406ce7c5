"""Who is on the pages of a release now: counted as streams come and go, told when it changed.

At most once a second for a release, and more seldom where many are; whoever comes later is told at
once what was told last. With Redis the processes tell each other; what one has not repeated for a
while is forgotten. Runs on the event loop alone. Nothing of it is recorded.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field

from checklists.stream.source import Viewer

logger = logging.getLogger(__name__)

Publish = Callable[[str], Awaitable[None]]

MANY = 100
"""From so many people on, changes are told every MANY_SECONDS only."""
MANY_SECONDS = 10.0
REPEAT_SECONDS = 10.0
FORGET_SECONDS = 30.0
MOST_TOLD = 200
"""People of a process that are named to the others; further ones come and go unseen."""


@dataclass(slots=True)
class _Elsewhere:
    """Who is there in another process, as it said last."""

    people: tuple[int, ...]
    heard_at: float


@dataclass(slots=True)
class _Place:
    """The people of one release: how many streams each has here, and those of other processes.

    `streams` counts also those of people who are not shown.
    """

    streams: int = 0
    here: Counter[int] = field(default_factory=Counter)
    elsewhere: dict[str, _Elsewhere] = field(default_factory=dict)
    changed: bool = False
    tell: bool = False
    told_at: float = 0.0

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody who is there, each once; those of this process first, as they came."""
        others = (pid for other in self.elsewhere.values() for pid in other.people)
        return tuple(dict.fromkeys([*self.here, *others]))


class Presence:
    """Who is where. `publish` gives a note to the other processes, as far as they are reached."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._name = secrets.token_hex(8)
        self._places: defaultdict[int, _Place] = defaultdict(_Place)
        self._repeat_at = 0.0

    def arrive(self, viewer: Viewer) -> None:
        """A stream was opened."""
        place = self._places[viewer.release_id]
        place.streams += 1
        if viewer.shown:
            place.here[viewer.person_id] += 1
            if place.here[viewer.person_id] == 1:
                place.changed = place.tell = True

    def leave(self, viewer: Viewer) -> None:
        """A stream was closed."""
        place = self._places[viewer.release_id]
        place.streams -= 1
        if viewer.shown:
            place.here[viewer.person_id] -= 1
            if not place.here[viewer.person_id]:
                del place.here[viewer.person_id]
                place.changed = place.tell = True

    def look_again(self) -> None:
        """Somebody may have changed their name, or wish to be seen no more."""
        for place in self._places.values():
            place.changed = True

    def due(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The releases whose people changed and may be told now, with the ids of their people."""
        now = time.monotonic()
        for release, place in tuple(self._places.items()):
            self._forget_silent(place, now)
            people = place.people if place.changed else ()
            if place.changed and (len(people) < MANY or now - place.told_at >= MANY_SECONDS):
                place.changed, place.told_at = False, now
                yield release, people

    def hear(self, message: str) -> None:
        """Another process said who is there."""
        try:
            said = json.loads(message)
            name, release, people = (
                said["of"],
                int(said["release"]),
                tuple(map(int, said["people"])),
            )
        except (ValueError, TypeError, KeyError):
            logger.warning("A note on who is present could not be read")
            return
        if name == self._name or release not in self._places:
            return
        place = self._places[release]
        before = place.elsewhere.get(name)
        # One that is new here does not know us either.
        place.tell |= before is None
        place.changed |= before is None or before.people != people
        place.elsewhere[name] = _Elsewhere(people, time.monotonic())

    async def tell(self) -> None:
        """Tell the other processes what they do not know, and everything now and then; and forget
        the releases that nobody looks at here any more.
        """
        now = time.monotonic()
        everything = now >= self._repeat_at
        if everything:
            self._repeat_at = now + REPEAT_SECONDS
        for release, place in tuple(self._places.items()):
            if place.tell or everything:
                place.tell = False
                await self._publish(self._note(release, place.here))
            if not place.streams and not place.tell:
                self._places.pop(release, None)

    def _note(self, release: int, people: Iterable[int]) -> str:
        told = list(people)[:MOST_TOLD]
        return json.dumps({"of": self._name, "release": release, "people": told})

    @staticmethod
    def _forget_silent(place: _Place, now: float) -> None:
        for name, other in tuple(place.elsewhere.items()):
            if now - other.heard_at > FORGET_SECONDS:
                del place.elsewhere[name]
                place.changed = True
