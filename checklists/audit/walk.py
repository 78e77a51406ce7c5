"""Reading a chain from its beginning, each event held against the one before it and its columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from checklists.audit.differences import Difference
from checklists.audit.format import event_hash, read_time
from checklists.models import AuditChain, AuditEvent
from checklists.models.audit import EMPTY_HASH

Body = dict[str, Any]

COLUMNS = ("pk", "seq", "prev_hash", "body", "hash", "at", "action", "item_id")


class Walk:
    """One pass over a chain, an event at a time, so that its length costs no memory.

    What `findings` holds is complete when `bodies` has come to its end. Read again, `bodies` goes
    on with what was written meanwhile.
    """

    def __init__(self, chain: AuditChain) -> None:
        self.chain = chain
        self.events = 0
        self._found: list[Difference] = []
        self._found_at_the_end: list[Difference] = []
        self._seq = 0
        self._hash = EMPTY_HASH
        self._at: datetime | None = None

    @property
    def findings(self) -> list[Difference]:
        """Where the chain does not hold together."""
        return self._found + self._found_at_the_end

    def bodies(self) -> Iterator[Body]:
        """The bodies that can be read, in order; at last the head is held against them."""
        events = AuditEvent.objects.filter(chain=self.chain, seq__gt=self._seq).order_by("seq")
        # First the events and then the head, which moves with them: so it is never behind.
        last = events.values_list("seq", flat=True).last() or 0
        self.chain = AuditChain.objects.get(pk=self.chain.pk)
        rows = events.filter(seq__lte=max(last, self.chain.head_seq)).values_list(*COLUMNS)
        for pk, seq, prev_hash, text, stored, at, action, item_id in rows.iterator():
            self._follow(pk, seq, prev_hash, text, stored)
            body = self._read(pk, text, (self.chain.key, seq, at, action, item_id))
            if body is not None:
                self.events += 1
                yield body
        self._found_at_the_end = list(self._at_the_end())

    def has_moved(self) -> bool:
        """Whether the chain has grown since it was read."""
        heads = AuditChain.objects.filter(pk=self.chain.pk).values_list("head_seq", flat=True)
        return heads.first() != self.chain.head_seq

    def _follow(self, pk: int, seq: int, prev_hash: str, text: str, stored: str) -> None:
        self._seq += 1
        if seq != self._seq:
            self._find(pk, "seq", self._seq, seq)
            self._seq = seq
        if prev_hash != self._hash:
            self._find(pk, "prev_hash", self._hash, prev_hash)
        if event_hash(prev_hash, text) != stored:
            self._find(pk, "body, hash", "a body of this hash", stored)
        self._hash = stored

    def _read(self, pk: int, text: str, columns: tuple[Any, ...]) -> Body | None:
        """The body, held against the columns that repeat it; None if there is no reading it."""
        try:
            body: Body = json.loads(text)
            at, subject = read_time(body["at"]), body["subject"]
            item_id = subject["id"] if subject["type"] == "item" else None
            said = (body["chain"], body["seq"], at, body["action"], item_id)
            _require_lists(body)
        except (ValueError, KeyError, TypeError):
            self._find(pk, "body", "a JSON object", text[:40])
            return None
        if said != columns:
            names = ("chain_id", "seq", "at", "action", "item_id")
            for name, logged, there in zip(names, said, columns, strict=True):
                if logged != there:
                    self._find(pk, name, logged, there)
        if self._at is not None and at < self._at:
            self._find(pk, "at", f"not before {self._at}", at)
        self._at = at
        return body

    def _at_the_end(self) -> Iterator[Difference]:
        chain = self.chain
        key = f"release:{chain.release_id}" if chain.release_id else "installation"
        for name, logged, there in (
            ("key, release_id", key, chain.key),
            ("head_seq", self._seq, chain.head_seq),
            ("head_hash", self._hash, chain.head_hash),
            ("head_at", self._at, chain.head_at),
        ):
            if logged != there:
                yield Difference("auditchain", chain.pk, name, str(logged), str(there))

    def _find(self, pk: int, field: str, logged: object, found: object) -> None:
        self._found.append(Difference("auditevent", pk, field, str(logged), str(found)))


def _require_lists(body: Body) -> None:
    """Raise ValueError unless the commitments and rows, if there are any, can be gone through."""
    committed, rows = body.get("commit", {}), body.get("rows", [])
    if not (isinstance(committed, dict) and all(isinstance(c, str) for c in committed.values())):
        raise ValueError("the commitments are none")
    if not isinstance(rows, list):
        raise ValueError("the rows are none")
    for row in rows:
        if not (isinstance(row, dict) and {"table", "id", "is"} <= row.keys()):
            raise ValueError("a row is none")
