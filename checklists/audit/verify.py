"""Proving the log: links, heads and columns, and then that the tables hold what it says.

A finding names a table, a row and a field. No finding means: every event is there and unchanged
since it was written, and every verified column holds what the events add up to. What the log
cannot see of itself, a chain rewritten whole, needs a copy outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from checklists.audit import triggers
from checklists.audit.current import tree_by_digest
from checklists.audit.differences import Difference, differences
from checklists.audit.format import event_hash, write_time
from checklists.audit.replay import Replay
from checklists.audit.tables import from_models
from checklists.audit.verify_rows import (
    commitment_findings,
    installation_findings,
    moved_rows,
    probe_findings,
    template_findings,
)
from checklists.models import AuditChain, AuditEvent, Release
from checklists.models.audit import EMPTY_HASH


@dataclass
class Report:
    """What verifying found. `events` counts those read."""

    chains: int = 0
    events: int = 0
    findings: list[Difference] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing was found."""
        return not self.findings


def verify_all() -> Report:
    """Verify the guard, every chain, and every verified column of every table."""
    report = Report()
    report.findings += _guard_findings()
    report.findings += template_findings()
    for chain in AuditChain.objects.order_by("pk").iterator():
        _verify_chain(chain, report)
    for pk in Release.objects.filter(chain=None).values_list("pk", flat=True):
        report.findings.append(Difference("release", pk, "chain", "a chain", "none"))
    return report


def verify_release(release: Release) -> Report:
    """Verify the guard and one release: its chain, and the tables against it."""
    report = Report()
    report.findings += _guard_findings()
    _verify_chain(release.chain, report)
    return report


def _guard_findings() -> Iterator[Difference]:
    for name in triggers.missing(connection):
        yield Difference("trigger", name, "definition", "installed", "missing or changed")


def _verify_chain(chain: AuditChain, report: Report) -> None:
    report.chains += 1
    bodies: list[dict[str, Any]] = []
    report.findings += _link_findings(chain, bodies)
    report.events += len(bodies)
    report.findings += commitment_findings(bodies)
    if chain.release_id is None:
        report.findings += installation_findings(bodies)
        return
    report.findings += _table_findings(chain, bodies)


def _link_findings(chain: AuditChain, bodies: list[dict[str, Any]]) -> Iterator[Difference]:
    """Each event against the one before it and against its own columns; the head at the end."""
    seq, prev_hash, at = 0, EMPTY_HASH, ""
    rows = (
        AuditEvent.objects.filter(chain=chain)
        .order_by("seq")
        .values_list("pk", "seq", "prev_hash", "body", "hash", "at", "action", "item_id")
    )
    for pk, row_seq, row_prev, text, row_hash, row_at, action, item_id in rows.iterator():
        seq += 1
        if row_seq != seq:
            yield Difference("auditevent", pk, "seq", str(seq), str(row_seq))
            seq = row_seq
        if row_prev != prev_hash:
            yield Difference("auditevent", pk, "prev_hash", prev_hash, row_prev)
        if event_hash(row_prev, text) != row_hash:
            yield Difference("auditevent", pk, "body, hash", "a body of this hash", row_hash)
        prev_hash = row_hash
        try:
            body = json.loads(text)
            said = (body["chain"], body["seq"], body["at"], body["action"], _item_of(body))
        except (ValueError, KeyError, TypeError):
            yield Difference("auditevent", pk, "body", "a JSON object", text[:40])
            continue
        found = (chain.key, row_seq, write_time(row_at), action, item_id)
        for name, logged, there in zip(_COLUMNS, said, found, strict=True):
            if logged != there:
                yield Difference("auditevent", pk, name, str(logged), str(there))
        if body["at"] < at:
            yield Difference("auditevent", pk, "at", f"not before {at}", body["at"])
        at = body["at"]
        bodies.append(body)
    yield from _head_findings(chain, seq, prev_hash, at)


_COLUMNS = ("chain_id", "seq", "at", "action", "item_id")


def _item_of(body: dict[str, Any]) -> int | None:
    subject = body["subject"]
    return subject["id"] if subject["type"] == "item" else None


def _head_findings(chain: AuditChain, seq: int, last_hash: str, at: str) -> Iterator[Difference]:
    key = f"release:{chain.release_id}" if chain.release_id else "installation"
    head_at = write_time(chain.head_at) if chain.head_at else ""
    for name, logged, there in (
        ("key, release_id", key, chain.key),
        ("head_seq", seq, chain.head_seq),
        ("head_hash", last_hash, chain.head_hash),
        ("head_at", at, head_at),
    ):
        if logged != there:
            yield Difference("auditchain", chain.pk, name, str(logged), str(there))


def _table_findings(chain: AuditChain, bodies: list[dict[str, Any]]) -> Iterator[Difference]:
    """The release as replayed, against the release as its tables have it."""
    folded = Replay(tree_by_digest)
    try:
        for body in bodies:
            folded.apply(body)
        logged = folded.state()
    except (ValueError, KeyError, TypeError) as broken:
        yield Difference("auditchain", chain.pk, "events", "events that replay", str(broken))
        return
    release = Release.objects.select_related("chain", "opened_by").get(chain=chain)
    found, _ = from_models(release)
    # Heads are compared above; a release that is being changed now may be an event ahead.
    for difference in differences(logged, found):
        if difference.field != "seq" or difference.table != "release":
            yield from moved_rows(difference)
    yield from probe_findings(release, bodies)
