"""One event looked at closely: what it changed, found by replaying, and its place in the chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.audit.current import events_of, tree_by_digest
from checklists.audit.format import event_hash, write_time
from checklists.audit.replay import Replay
from checklists.models import AuditEvent, Release
from checklists.models.audit import EMPTY_HASH
from checklists.pages.entries import Entry, entry
from checklists.pages.event_changes import changes_between, mentioned
from checklists.pages.event_names import MAKES_NO_SENSE, body_of, names_for
from checklists.pages.event_parts import Change
from checklists.pages.event_words import full_stamp
from checklists.pages.fingerprint import grouped
from checklists.state import ReleaseState


@dataclass(frozen=True, slots=True)
class Link:
    """An event's place in the chain: its seq and hash."""

    seq: int
    note: str
    hash: str
    here: bool


@dataclass(frozen=True, slots=True)
class EventDetail:
    """One event: `links` are the ones before and after it; `holds` says that the hashes fit."""

    entry: Entry
    at: str
    changes: tuple[Change, ...]
    links: tuple[Link, ...]
    holds: bool
    body: str
    as_of: str


def event_detail(
    release: Release, seq: int, state: ReleaseState, roles: Mapping[str, str]
) -> EventDetail | None:
    """The event of a release; None if there is none of this seq."""
    near = {e.seq: e for e in events_of(release).filter(seq__range=(seq - 1, seq + 1))}
    event = near.get(seq)
    if event is None:
        return None
    body = body_of(event)
    before, after = _around(release, seq) if body else (None, None)
    people, texts = mentioned(before, after)
    names = names_for(filter(None, [body]), state, roles, people=people, texts=texts)
    changes = tuple(changes_between(before, after, names)) if after else ()
    return EventDetail(
        entry=entry(event, body, names),
        at=full_stamp(event.at),
        changes=changes,
        links=tuple(_links(near, seq)),
        holds=_holds(near, event),
        body=event.body,
        as_of=write_time(event.at),
    )


def _around(release: Release, seq: int) -> tuple[ReleaseState | None, ReleaseState | None]:
    """The release just before the event and just after it; nothing if the log does not replay."""
    replay = Replay(tree_by_digest)
    before = None
    try:
        for body in events_of(release).filter(seq__lte=seq).values_list("body", flat=True):
            if replay.seq == seq - 1 and replay.seq > 0:
                before = replay.state()
            replay.apply(json.loads(body))
    except MAKES_NO_SENSE:
        return None, None
    return before, replay.state()


def _links(near: Mapping[int, AuditEvent], seq: int) -> list[Link]:
    notes = {seq - 1: "before", seq: _("this event"), seq + 1: "after"}
    return [
        Link(at, note, " ".join(grouped(near[at].hash, 8)), at == seq)
        for at, note in notes.items()
        if at in near
    ]


def _holds(near: Mapping[int, AuditEvent], event: AuditEvent) -> bool:
    """The event's hash is that of its body, and fits those beside it."""
    previous = near.get(event.seq - 1)
    following = near.get(event.seq + 1)
    return (
        event_hash(event.prev_hash, event.body) == event.hash
        and event.prev_hash == (previous.hash if previous else EMPTY_HASH)
        and (following is None or following.prev_hash == event.hash)
    )
