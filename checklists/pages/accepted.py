"""What a signature accepts that nobody answered here: waivers, and answers carried over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checklists.models import Waiver
from checklists.pages.carried import believed
from checklists.pages.event_names import ERASED
from checklists.pages.snapshot import Snapshot
from checklists.pages.waivers import forecast_words, is_live
from checklists.pages.words import short_day
from checklists.state import ItemState, RowStatus


@dataclass(frozen=True, slots=True)
class AcceptedWaiver:
    """A waiver that signing accepts."""

    number: str
    title: str
    url: str
    until: str
    forecast: str
    reason: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class AcceptedAnswer:
    """An answer carried over from an earlier release that signing accepts."""

    number: str
    title: str
    url: str
    origin: str
    believed: str


def accepted_waivers(snapshot: Snapshot, items: Iterable[ItemState]) -> Iterable[AcceptedWaiver]:
    """The waivers of these items that hold at go-live: one query."""
    waived = {
        item.waiver.id: item
        for item in items
        if item.waiver is not None and snapshot.rows[item.id].status == RowStatus.WAIVED
    }
    if not waived:
        return
    rows: Mapping[int, Waiver] = Waiver.objects.select_related("reason", "decided_by").in_bulk(
        list(waived)
    )
    for pk, item in waived.items():
        waiver = rows[pk]
        yield AcceptedWaiver(
            number=item.number,
            title=item.title,
            url=f"/releases/{snapshot.state.id}/#item-{item.id}",
            until=short_day(waiver.expires_at, snapshot.decision.as_of),
            forecast=forecast_words(
                waiver.expires_at,
                snapshot.state.go_live(snapshot.decision.as_of),
                is_live=is_live(snapshot),
            ),
            reason=waiver.reason.value if waiver.reason else str(ERASED),
            approved_by=str(waiver.decided_by) if waiver.decided_by else "",
        )


def accepted_answers(snapshot: Snapshot, items: Iterable[ItemState]) -> Iterable[AcceptedAnswer]:
    """The answers of these items that were carried over and are still believed."""
    for item in items:
        row = snapshot.rows[item.id]
        if row.carried and RowStatus(row.status).settled:
            yield AcceptedAnswer(
                number=row.number,
                title=row.title,
                url=f"/releases/{snapshot.state.id}/#{row.dom_id}",
                origin=row.carried,
                believed=believed(item, snapshot.decision.as_of),
            )
