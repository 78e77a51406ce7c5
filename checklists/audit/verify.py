"""Proving the log: links, heads and columns, and then that the tables hold what it says.

A finding names a table, a row and a field. No finding means: every event is there and unchanged
since it was written, and every verified column holds what the events add up to. What the log
cannot see of itself, a chain rewritten whole, needs a copy outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction

from checklists.audit import triggers
from checklists.audit.current import tree_by_digest
from checklists.audit.differences import Difference, differences
from checklists.audit.replay import Replay
from checklists.audit.tables import from_models
from checklists.audit.verify_files import file_findings
from checklists.audit.verify_rows import (
    Commitments,
    Installation,
    Spans,
    misplaced_items,
    moved_rows,
    overlay_findings,
    spec_findings,
    template_findings,
)
from checklists.audit.walk import Body, Walk
from checklists.models import AuditChain, Release
from checklists.models.audit import INSTALLATION

READS = 3
"""How often a chain that grows is read on before its writers have to wait."""


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
    if not AuditChain.objects.filter(key=INSTALLATION).exists():
        report.findings.append(Difference("auditchain", INSTALLATION, "row", "it exists", "none"))
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


def verify_links(chain: AuditChain) -> Report:
    """Verify one chain by itself: its links, its events' columns and its head."""
    walk = Walk(chain)
    for _ in walk.bodies():
        pass
    return Report(chains=1, events=walk.events, findings=walk.findings)


def _verify_chain(chain: AuditChain, report: Report) -> None:
    """Read the chain once; whatever holds it against tables takes each event as it comes.

    Tables are read after the events. When they differ because somebody wrote between, the rest of
    the chain is read, and the tables again; in the end while writers wait.
    """
    walk = Walk(chain)
    commitments = Commitments()
    tables = Installation() if chain.release_id is None else Tables(chain)

    def differing() -> list[Difference]:
        for body in walk.bodies():
            commitments.take(body)
            tables.take(body)
        return list(tables.findings())

    for _ in range(READS):
        found = differing()
        if not found or not walk.has_moved():
            break
    else:
        with transaction.atomic():
            AuditChain.objects.select_for_update().get(pk=chain.pk)
            found = differing()
    report.chains += 1
    report.events += walk.events
    report.findings += walk.findings
    report.findings += commitments.findings()
    report.findings += found
    # Files never change, so nobody waits while they are read.
    report.findings += file_findings(chain)


class Tables:
    """A release as its events add up to, against the release as its tables have it."""

    def __init__(self, chain: AuditChain) -> None:
        self._chain = chain
        self._folded = Replay(tree_by_digest)
        self._spans = Spans()
        self._broken = ""

    def take(self, body: Body) -> None:
        """Fold one event in, as long as they make sense."""
        if self._broken:
            return
        try:
            self._folded.apply(body)
            self._spans.take(body)
        except (ValueError, KeyError, TypeError) as broken:
            self._broken = str(broken)

    def findings(self) -> Iterator[Difference]:
        """Where the tables hold something else than the log says."""
        try:
            logged = self._folded.state()
        except ValueError as broken:
            self._broken = self._broken or str(broken)
        if self._broken:
            found = "events that replay"
            yield Difference("auditchain", self._chain.pk, "events", found, self._broken)
            return
        releases = Release.objects.select_related("chain", "opened_by")
        release = releases.filter(chain=self._chain).first()
        if release is None:
            yield Difference("auditchain", self._chain.pk, "release_id", "a release", "none")
            return
        there, _ = from_models(release)
        # Heads are compared above; a release that is being changed now may be an event ahead.
        for difference in differences(logged, there):
            if difference.field != "seq" or difference.table != "release":
                yield from moved_rows(difference)
        yield from misplaced_items(release)
        yield from overlay_findings(release, logged.checklists)
        yield from spec_findings(release)
        yield from self._spans.findings()
