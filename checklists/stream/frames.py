"""Turns what has happened to a release into frames: rendered once for each language in
which somebody watches.

Called on the hub's database threads. The HTML shows rows as they are now, which may already be
later than the seq it travels with; frames hold whole rows and counts, so that does no harm.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError

from checklists.errors import NotVisible
from checklists.stream import wire
from checklists.stream.channel import Frame, Looks, Mark
from checklists.stream.source import Audience, Change, Head, Picture, Source

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 30
"""More events of one release in one turn become one resync: a page is smaller than they are."""
MOST_ROWS_FRESH = 60
PAGE_MS = 5
"""What a page costs the server, about; so long times its watchers is taken to fetch it again."""
COUNTERS = 0
"""Stands for everything beside the rows where rows are named by item id, which is never 0."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """Frames that cover some events, what the rows in them look like, and notes of who did it."""

    frames: Sequence[Frame] = ()
    looks: Looks = field(default_factory=dict)
    said: bytes = b""


@dataclass(frozen=True, slots=True)
class Growth:
    """What one turn found for an audience: frames for new events, bytes for what is no event."""

    audience: Audience
    head: Head
    shown: Looks
    frames: Sequence[Frame] = ()
    said: bytes = b""
    fresh: bytes = b""
    swept_at: float = 0.0
    rewound: bool = False
    """The head went back: another database was put in place under the running process."""


def grown(source: Source, marks: Mapping[Audience, Mark]) -> tuple[list[Growth], int]:
    """What came after these marks, and the seq of the installation's chain."""
    heads, installation = source.heads({audience.release_id for audience in marks})
    found = [
        _growth(source, audience, mark, head)
        for audience, mark in marks.items()
        if (head := heads.get(audience.release_id)) and (mark.sweep or head != mark.head)
    ]
    return found, installation


def replay(source: Source, audience: Audience, after: int, upto: int) -> bytes:
    """The events after < seq <= upto for somebody who was away."""
    return b"".join(frame.body for frame in _render(source, audience, after, upto, 0).frames)


def catch_up(source: Source, audience: Audience, seen: int, seq: int) -> bytes:
    """What became different without an event since that time (milliseconds since 1970)."""
    at = time.time()
    try:
        item_ids = source.volatile(audience.release_id, datetime.fromtimestamp(seen / 1000, UTC))
        picture = source.picture(audience)
        return _fresh_bytes(picture, picture.rows(item_ids), wire.resync(seq), at)
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        logger.exception(
            "Release %s: what changed since %s not rendered", audience.release_id, seen
        )
        return wire.resync(seq)


def prime(source: Source, audience: Audience) -> tuple[Head, Looks]:
    """Where a release stands when the first watcher comes. Raises NotVisible if it is not there."""
    heads, _ = source.heads([audience.release_id])
    if audience.release_id not in heads:
        raise NotVisible
    _, shown = _fresh(source, audience, {}, b"", time.time())
    return heads[audience.release_id], shown


def _growth(source: Source, audience: Audience, mark: Mark, head: Head) -> Growth:
    if head.seq < mark.head.seq:
        return Growth(audience, head, mark.shown, rewound=True)
    within = mark.watchers * PAGE_MS
    made = _render(source, audience, mark.head.seq, head.seq, within)
    growth = Growth(audience, head, {**mark.shown, **made.looks}, made.frames, made.said)
    if head.revision == mark.head.revision and not mark.sweep:
        return growth
    at = time.time()
    instead = wire.resync(head.seq, within=within)
    fresh, shown = _fresh(source, audience, growth.shown, instead, at)
    return replace(growth, fresh=fresh, shown=shown, swept_at=at)


def _render(source: Source, audience: Audience, after: int, upto: int, within: int) -> Rendering:
    if after >= upto:
        return Rendering()
    covering = Rendering([Frame(after + 1, upto, wire.resync(upto, within=within))])
    if upto - after > MOST_AT_ONCE:
        return covering
    try:
        changes = source.changes(audience.release_id, after, upto)
        if any(change.whole for change in changes) or not _complete(changes, after, upto):
            return covering
        return _rendered(source, audience, changes)
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        # A page that cannot be rendered must not stop the stream of every other release.
        logger.exception(
            "Release %s: events %s to %s not rendered", audience.release_id, after + 1, upto
        )
        return covering


def _complete(changes: Sequence[Change], after: int, upto: int) -> bool:
    return [change.seq for change in changes] == list(range(after + 1, upto + 1))


def _rendered(source: Source, audience: Audience, changes: Sequence[Change]) -> Rendering:
    """One frame for each seq. The rows of all of them travel with the last."""
    touched = frozenset[int]().union(*(change.item_ids for change in changes))
    picture = source.picture(audience)
    rows = picture.rows(touched)
    *early, last = (change.seq for change in changes)
    frames = [Frame(seq, seq, wire.message(seq)) for seq in early]
    frames.append(Frame(last, last, wire.message(last, _html(picture, rows))))
    looks = {item_id: hash(row) for item_id, row in rows.items()}
    return Rendering(frames, looks, b"".join(wire.said(*note) for note in picture.said(changes)))


def _fresh(
    source: Source, audience: Audience, shown: Looks, instead: bytes, at: float
) -> tuple[bytes, Looks]:
    """What looks different from what was last given out, and how all of it looks now.

    `instead` is given out if it is too much.
    """
    try:
        picture = source.picture(audience)
        rows = picture.rows()
        looks = _looks(picture, rows)
        changed = {i: row for i, row in rows.items() if shown.get(i) != looks[i]}
        if not changed and shown.get(COUNTERS) == looks[COUNTERS]:
            return b"", looks
        return _fresh_bytes(picture, changed, instead, at), looks
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        logger.exception("Release %s: fresh rows not rendered", audience.release_id)
        return b"", shown


def _fresh_bytes(picture: Picture, rows: Mapping[int, str], instead: bytes, at: float) -> bytes:
    if len(rows) > MOST_ROWS_FRESH:
        return instead + wire.seen(round(at * 1000))
    return wire.fresh(_html(picture, rows), round(at * 1000))


def _html(picture: Picture, rows: Mapping[int, str]) -> str:
    return "\n".join([*rows.values(), picture.counters(rows)])


def _looks(picture: Picture, rows: Mapping[int, str]) -> Looks:
    looks = {item_id: hash(row) for item_id, row in rows.items()}
    return {**looks, COUNTERS: hash(picture.counters(()))}
