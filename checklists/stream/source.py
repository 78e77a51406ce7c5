"""What the hub asks of the outside world. Everything here is plain data; calls may block."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who are given the same bytes: the watchers of one release in one language."""

    release_id: int
    language: str = settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a stream: headers in lower case, `after` the last seq the client has.

    `after` is None for a client that knows nothing and wants what comes from now on. `seen` is
    the server's time, in milliseconds since 1970, of what its page shows; None if it does not care
    for changes that are no events. `language` is one of LANGUAGES.
    """

    release_id: int
    after: int | None = None
    seen: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = settings.LANGUAGE_CODE

    @property
    def audience(self) -> Audience:
        """Whom to join."""
        return Audience(self.release_id, self.language)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who may watch the release, and by what: compared to find out who still may.

    `shown` says whether others may know that they are there: never of a program.
    """

    person_id: int
    release_id: int
    credential: Hashable = None
    shown: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a release has come: the last seq of its chain and its probe revision."""

    seq: int
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One event, as far as the page is concerned.

    `whole` says that rows are not enough (a checklist came or went, the release closed), so the
    page must be fetched again. `event` is what the source itself needs to put it into words.
    """

    seq: int
    item_ids: frozenset[int] = frozenset()
    whole: bool = False
    event: Any = None


class Picture(Protocol):
    """A release at one moment, as HTML that is the same for everybody who reads its language."""

    def rows(self, item_ids: Collection[int] | None = None) -> Mapping[int, str]:
        """Those rows, or all, each ready to be swapped in where it stands."""
        ...

    def counters(self, item_ids: Collection[int]) -> str:
        """What stands beside the rows and counts them, as far as those items matter to it."""
        ...

    def said(self, changes: Sequence[Change]) -> Sequence[tuple[str, str]]:
        """Notes for others of what people did: by whom (a pid), and the HTML."""
        ...


class Source(Protocol):
    """The database, seen by the hub. Called on the hub's own few threads, never on its loop."""

    @property
    def poll_every(self) -> float:
        """Seconds between two calls of `changed` when no hint came."""
        ...

    def authenticate(self, ask: Ask) -> Viewer:
        """Who is watching. Raises Unauthenticated, NotAllowed, NotVisible, Invalid."""
        ...

    def still_allowed(self, viewers: Collection[Viewer]) -> set[Viewer]:
        """Those of them whose session, token and membership still hold."""
        ...

    def changed(self) -> bool:
        """Whether anything can have been committed since the last call; True if it cannot tell."""
        ...

    def heads(self, release_ids: Collection[int]) -> tuple[Mapping[int, Head], int]:
        """The head of each release that is there, and the seq of the installation's chain.

        That is the chain of people and rights: when it grows, every right is checked again.
        """
        ...

    def changes(self, release_id: int, after: int, upto: int) -> Sequence[Change]:
        """The events with after < seq <= upto, in order and without a gap."""
        ...

    def picture(self, audience: Audience) -> Picture:
        """The release as it is now, ready to be shown to them."""
        ...

    def present(self, audience: Audience, people: Sequence[int]) -> str:
        """Who of these people is to be seen on the pages of the release, as HTML; or nothing."""
        ...

    def volatile(self, release_id: int, since: datetime) -> Collection[int]:
        """The items that may look different from then without an event: probed, late, waived."""
        ...

    def rest(self) -> None:
        """Called after each turn on a thread: a borrowed connection goes back."""
        ...

    def leave(self) -> None:
        """Called last on a thread: close what it holds."""
        ...
