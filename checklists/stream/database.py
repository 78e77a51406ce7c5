"""The hub's source: the log, the tables and the templates, asked on the hub's own threads."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import close_old_connections, connection, connections
from django.db.models import Model, Q
from django.utils import timezone, translation

from checklists.models import (
    AuditChain,
    AuditEvent,
    Comment,
    Evidence,
    Item,
    Probe,
    Release,
    Waiver,
)
from checklists.models.audit import INSTALLATION
from checklists.pages.loading import recent_snapshot
from checklists.pages.presence import presence_frame, present_in
from checklists.pages.render import counter_frame, row_frames
from checklists.pages.said import said_frames
from checklists.pages.snapshot import Snapshot
from checklists.state import WaiverStatus
from checklists.stream import access
from checklists.stream.source import Ask, Audience, Change, Head, Viewer

SQLITE_POLL = 0.1
SERVER_POLL = 0.5

BELONGS_TO_ITEM: Mapping[str, type[Model]] = {
    "waiver": Waiver,
    "evidence": Evidence,
    "comment": Comment,
    "probe": Probe,
}
ONLY_COUNTED = {"signoff", "rolecall"}
"""Subjects that no row shows, only what counts the rows."""

MEMBERSHIP = {"item.added", "item.removed"}
"""Actions after which the page has other rows than before."""


class ReleasePicture:
    """A release as the pages show it in one language."""

    def __init__(self, snapshot: Snapshot, language: str) -> None:
        self._snapshot = snapshot
        self._language = language

    def rows(self, item_ids: Collection[int] | None = None) -> Mapping[int, str]:
        with translation.override(self._language):
            wanted = self._snapshot.rows if item_ids is None else item_ids
            return row_frames(self._snapshot, wanted)

    def counters(self, item_ids: Collection[int]) -> str:
        with translation.override(self._language):
            return counter_frame(self._snapshot, item_ids)

    def said(self, changes: Sequence[Change]) -> Sequence[tuple[str, str]]:
        with translation.override(self._language):
            return said_frames(self._snapshot, [(each.event, each.item_ids) for each in changes])


class DatabaseSource:
    """Answers the hub from Django's database; every method may be called on any thread."""

    def __init__(self) -> None:
        self._versions: tuple[int, int] | None = None

    @property
    def poll_every(self) -> float:
        """Asking SQLite for its version costs microseconds, asking a server a round trip."""
        return SQLITE_POLL if connection.vendor == "sqlite" else SERVER_POLL

    def authenticate(self, ask: Ask) -> Viewer:
        return access.viewer_of(ask)

    def still_allowed(self, viewers: Collection[Viewer]) -> set[Viewer]:
        return access.still_allowed(viewers)

    def changed(self) -> bool:
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = cursor.fetchone()[0]
        # The number means something only within one connection.
        before, self._versions = self._versions, (id(connection.connection), version)
        return before != self._versions

    def heads(self, release_ids: Collection[int]) -> tuple[Mapping[int, Head], int]:
        chains = AuditChain.objects.filter(Q(release__in=release_ids) | Q(key=INSTALLATION))
        found = chains.values_list("release_id", "head_seq", "release__probe_rev")
        heads: dict[int, Head] = {}
        installation = 0
        for release_id, seq, revision in found:
            if release_id is None:
                installation = seq
            else:
                heads[release_id] = Head(seq, revision or 0)
        return heads, installation

    def changes(self, release_id: int, after: int, upto: int) -> Sequence[Change]:
        events = AuditEvent.objects.filter(
            chain__release=release_id, seq__gt=after, seq__lte=upto
        ).order_by("seq")
        subjects = {event: json.loads(event.body)["subject"] for event in events}
        items = _items_of(subjects.values())
        return [_change(event, subject, items) for event, subject in subjects.items()]

    def picture(self, audience: Audience) -> ReleasePicture:
        release = Release.objects.for_page().get(pk=audience.release_id)
        with translation.override(audience.language):
            return ReleasePicture(recent_snapshot(release), audience.language)

    def present(self, audience: Audience, people: Sequence[int]) -> str:
        release = Release.objects.for_page().get(pk=audience.release_id)
        with translation.override(audience.language):
            return presence_frame(present_in(release, people), partial(recent_snapshot, release))

    def volatile(self, release_id: int, since: datetime) -> Collection[int]:
        now = timezone.now()
        probes = Probe.objects.attached().filter(item__release=release_id)
        waivers = Waiver.objects.filter(
            item__release=release_id,
            status=WaiverStatus.APPROVED,
            expires_at__gt=since,
            expires_at__lte=now,
        )
        items = Item.objects.filter(
            Q(pk__in=probes.values("item"))
            | Q(pk__in=waivers.values("item"))
            | Q(due_at__gt=since, due_at__lte=now),
            release=release_id,
            removed_at=None,
        )
        return list(items.values_list("pk", flat=True))

    def rest(self) -> None:
        close_old_connections()

    def leave(self) -> None:
        connections.close_all()


def _items_of(subjects: Iterable[Mapping]) -> dict[tuple[str, int], int]:
    """The items that waivers, evidence and the like belong to, by (type, id)."""
    wanted: dict[str, set[int]] = {}
    for subject in subjects:
        if subject["type"] in BELONGS_TO_ITEM:
            wanted.setdefault(subject["type"], set()).add(subject["id"])
    return {
        (kind, pk): item_id
        for kind, ids in wanted.items()
        for pk, item_id in BELONGS_TO_ITEM[kind]
        ._default_manager.filter(pk__in=ids)
        .values_list("pk", "item_id")
    }


def _change(event: AuditEvent, subject: Mapping, items: Mapping[tuple[str, int], int]) -> Change:
    if event.action in MEMBERSHIP:
        return Change(event.seq, whole=True, event=event)
    item_id = event.item_id or items.get((subject["type"], subject["id"]))
    if item_id is not None:
        return Change(event.seq, frozenset([item_id]), event=event)
    return Change(event.seq, whole=subject["type"] not in ONLY_COUNTED, event=event)
