"""Rows against the log: free text against commitments, the installation's tables against images,
template contents and probe specs against their digests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import models

from checklists.audit.differences import Difference
from checklists.audit.format import commitment, read_time
from checklists.audit.images import COLUMNS, of_row
from checklists.audit.walk import Body
from checklists.errors import Invalid
from checklists.formats.content import digest, from_content
from checklists.models import (
    Checklist,
    ChecklistOverlay,
    Comment,
    Disclosable,
    Evidence,
    Item,
    Probe,
    ProbeSpan,
    Release,
    RoleCall,
    Signoff,
    TemplateVersion,
    Waiver,
)
from checklists.probes.registry import ProbeSpec
from checklists.probes.spans import Span
from checklists.state import ChecklistState, Verdict

_PARENTS: dict[str, tuple[type[models.Model], str]] = {
    "checklist": (Checklist, "release_id"),
    "item": (Item, "release_id"),
    "evidence": (Evidence, "item_id"),
    "comment": (Comment, "item_id"),
    "waiver": (Waiver, "item_id"),
    "probe": (Probe, "item_id"),
    "signoff": (Signoff, "release_id"),
    "rolecall": (RoleCall, "release_id"),
}

BATCH = 500


class Commitments:
    """Free text that no longer opens the commitment the log holds, or that is gone."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._found: list[Difference] = []

    def take(self, body: Body) -> None:
        """Note what an event commits to; it is looked up with others."""
        self._waiting += body.get("commit", {}).values()
        if len(self._waiting) >= BATCH:
            self._look_up()

    def findings(self) -> list[Difference]:
        """All of it, with what still waited."""
        self._look_up()
        return self._found

    def _look_up(self) -> None:
        wanted, self._waiting = self._waiting, []
        there = set()
        for row in Disclosable.objects.filter(commitment__in=wanted):
            there.add(row.commitment)
            if commitment(row.kind, row.salt, row.value) != row.commitment:
                self._found.append(
                    Difference(
                        "disclosable", row.pk, "kind, salt, value", row.commitment, "other words"
                    )
                )
        self._found += [_lost(text) for text in wanted if text not in there]


def _lost(text: str) -> Difference:
    """Words that no row is committed to any more; or the row that was, if it can be recognised."""
    for row in Disclosable.objects.iterator():
        if commitment(row.kind, row.salt, row.value) == text:
            return Difference("disclosable", row.pk, "commitment", text, row.commitment)
    return Difference("disclosable", text[:12], "row", "it exists", "it is missing")


class Installation:
    """Rows of people, projects, roles, tokens and templates against their newest images."""

    def __init__(self) -> None:
        self._images: dict[str, dict[int, dict[str, Any] | None]] = {}

    def take(self, body: Body) -> None:
        """Remember the newest image of each row."""
        for image in body.get("rows", ()):
            self._images.setdefault(image["table"], {})[image["id"]] = image["is"]

    def findings(self) -> Iterator[Difference]:
        """Rows that are not as the log has them last."""
        for model in COLUMNS:
            table = str(model._meta.model_name)
            images = self._images.get(table, {})
            logged = {pk: image for pk, image in images.items() if image is not None}
            for row in model._default_manager.order_by("pk").iterator():
                image = logged.pop(row.pk, None)
                if image is None:
                    yield Difference(table, row.pk, "row", "nothing", "a row")
                    continue
                for column, there in of_row(row).items():
                    if image.get(column) != there:
                        yield Difference(table, row.pk, column, str(image.get(column)), str(there))
            for pk in logged:
                yield Difference(table, pk, "row", "it exists", "it is missing")


def template_findings() -> Iterator[Difference]:
    """Contents that no longer have the digest of their version."""
    for version in TemplateVersion.objects.order_by("pk").iterator():
        try:
            found = digest(from_content(version.content))
        except Invalid as unreadable:
            found = unreadable.message
        if found != version.digest:
            yield Difference("templateversion", version.pk, "content", version.digest, found)


def misplaced_items(release: Release) -> Iterator[Difference]:
    """Items that hang on a checklist of another release, which may well have the same key."""
    elsewhere = Item.objects.filter(release=release).exclude(checklist__release=release)
    for pk, checklist in elsewhere.order_by("pk").values_list("pk", "checklist_id"):
        yield Difference("item", pk, "checklist_id", "one of this release", str(checklist))


def overlay_findings(release: Release, logged: Iterable[ChecklistState]) -> Iterator[Difference]:
    """Rows that merge overlays into the release's checklists, against those that the log names."""
    rows = ChecklistOverlay.objects.filter(checklist__release=release)
    there: dict[int, list[ChecklistOverlay]] = {}
    for row in rows.select_related("template_version").order_by("position"):
        there.setdefault(row.checklist_id, []).append(row)
    table = "checklistoverlay"
    for checklist in logged:
        pairs = zip_longest(there.pop(checklist.id, []), checklist.overlays)
        for position, (row, wanted) in enumerate(pairs, start=1):
            if row is None:
                yield Difference(table, checklist.id, "row", "it exists", "it is missing")
            elif wanted is None:
                yield Difference(table, row.pk, "checklist_id", "nothing", "a row")
            elif row.position != position:
                yield Difference(table, row.pk, "position", str(position), str(row.position))
            elif row.template_version.digest != wanted:
                said = row.template_version.digest
                yield Difference(table, row.pk, "template_version_id", wanted, said)


def spec_findings(release: Release) -> Iterator[Difference]:
    """Probes whose kind, parameters, conditions or interval no longer have their digest."""
    for probe in Probe.objects.attached().filter(item__release=release):
        try:
            found = ProbeSpec.parse(
                probe.kind, probe.params, probe.conditions, probe.interval_s
            ).digest
        except Invalid as unreadable:
            found = unreadable.message
        if found != probe.spec_digest:
            yield Difference("probe", probe.pk, "params, conditions", probe.spec_digest, found)


class Spans:
    """Spans that are no longer what the log says of them: as the flip that ended them committed
    to, and around each observation that a signature or a deployment rested on.
    """

    def __init__(self) -> None:
        self._ended: set[tuple[int, str]] = set()
        self._relied_on: set[tuple[int, datetime]] = set()

    def take(self, body: Body) -> None:
        """Note which span a flip has ended, and which observations were relied on."""
        data = body["data"]
        if body["action"] == "probe.flipped" and (committed := data["ended_span"]):
            self._ended.add((data["probe"], committed))
        for probe, _, at in data.get("observed", data.get("decision", {}).get("observed", ())):
            if at is not None:
                self._relied_on.add((probe, read_time(at)))

    def findings(self) -> Iterator[Difference]:
        """Those that are not there as they were."""
        probes = {probe for probe, _ in self._ended | self._relied_on}
        if not probes:
            return
        spans = [
            Span(row.probe_id, row.spec_digest, Verdict(row.verdict), row.first_at, row.last_at)
            for row in ProbeSpan.objects.filter(probe__in=probes)
        ]
        there = {(span.probe, span.digest) for span in spans}
        for probe, committed in sorted(self._ended - there):
            yield Difference("probespan", f"of probe {probe}", "row", committed, "no such span")
        for probe, at in sorted(self._relied_on):
            if not any(s.probe == probe and s.first_at <= at <= s.last_at for s in spans):
                yield Difference("probespan", f"of probe {probe}", "row", f"seen {at}", "not seen")


def moved_rows(difference: Difference) -> Iterator[Difference]:
    """The difference; or, for a row that is there but not where it was, what moved it."""
    model, parent = _PARENTS.get(difference.table, (None, ""))
    if model is None or difference.field != "row" or difference.found != "it is missing":
        yield difference
        return
    row = model._default_manager.filter(pk=difference.row).first()
    if row is None:
        yield difference
    elif isinstance(row, Probe) and row.detached_at is not None:
        at = str(row.detached_at)
        yield Difference(difference.table, difference.row, "detached_at", "attached", at)
    else:
        there = str(getattr(row, parent))
        yield Difference(difference.table, difference.row, parent, "another", there)
