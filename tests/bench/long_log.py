"""A long log, made fast: what thousands of ticks would have written, in bulk.

The bodies are those of `audit.append`, chained and checked by the same triggers; the items' rows
are left as the events say. Verifying finds nothing, which is how we know that it was made right.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from checklists.audit.format import event_hash, write_time
from checklists.digests import canonical
from checklists.models import Item, Person, Release
from checklists.models.audit import AuditChain
from checklists.state import Answer

BATCH = 200
_INSERT = (
    "INSERT INTO checklists_auditevent (chain_id, seq, body, prev_hash, hash, at, action, item_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
APART = timedelta(microseconds=1)


@dataclass
class _Line:
    """An item as the next event finds it."""

    item: Item
    key: str
    events: int = 0


def grow(release: Release, person: Person, events: int) -> None:
    """Append so many ticks and unticks to a release whose items are open and untouched."""
    found = Item.objects.filter(release=release).select_related("checklist").order_by("pk")
    lines = [_Line(item, item.checklist.key) for item in found]
    chain = AuditChain.objects.get(release=release)
    rows = _events(chain, lines, person, events)
    while batch := list(islice(rows, BATCH)):
        # Not all in one: within a transaction PostgreSQL keeps every version of the chain's row.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_INSERT, batch)
    changed = ["answer", "answered_by", "answered_at", "version", "decided_seq"]
    Item.objects.bulk_update([line.item for line in lines], changed, batch_size=500)


def _events(
    chain: AuditChain, lines: list[_Line], person: Person, events: int
) -> Iterator[tuple[object, ...]]:
    """The rows, in order. Each is inserted by itself: the trigger moves the head after each."""
    first, hash_before = chain.head_seq + 1, chain.head_hash
    assert chain.head_at is not None  # Opening the release was an event.
    start = chain.head_at
    for seq in range(first, first + events):
        line, at = lines[seq % len(lines)], start + APART * (seq - first + 1)
        tick = line.item.answer == Answer.OPEN
        body = canonical(_body(chain, seq, at, line, person, tick))
        stored = event_hash(hash_before, body)
        action = "item.ticked" if tick else "item.unticked"
        moment = connection.ops.adapt_datetimefield_value(at)
        _change(line.item, person if tick else None, at if tick else None, seq)
        yield chain.pk, seq, body, hash_before, stored, moment, action, line.item.pk
        hash_before = stored


def _body(
    chain: AuditChain, seq: int, at: datetime, line: _Line, person: Person, tick: bool
) -> dict[str, object]:
    return {
        "v": 1,
        "chain": chain.key,
        "seq": seq,
        "at": write_time(at),
        "actor": {"kind": "person", "pid": person.pid},
        "via": "page",
        "action": "item.ticked" if tick else "item.unticked",
        "subject": {
            "type": "item",
            "id": line.item.pk,
            "checklist": line.key,
            "key": line.item.key,
        },
        "data": {"from": "open", "verdict": None} if tick else {"from": "done"},
        "nonce": secrets.token_hex(16),
        "req": None,
    }


def _change(item: Item, person: Person | None, at: datetime | None, seq: int) -> None:
    item.answer = Answer.DONE if person else Answer.OPEN
    item.answered_by, item.answered_at = person, at
    item.version += 1
    item.decided_seq = seq
