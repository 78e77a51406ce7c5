"""Waivers in words: whether they last until go-live, the how manieth in a row, and who decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from checklists.models import Item, Release, Waiver
from checklists.operations.waiver_limits import approved_in_a_row
from checklists.pages.faces import Face, face_of
from checklists.pages.loading import recent_snapshot
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import short_day, stamp
from checklists.state import ItemState, Stage, Verdict, current_verdict
from checklists.waiving import NEEDS_MANAGER_FROM, Forecast, days_between, forecasts, lapsing

ERASED = gettext_lazy("The words were erased.")


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """A waiver of one item, asked or decided. `forecast` is empty for one that never will hold."""

    pk: int
    status: str
    reason: str
    expires_at: datetime
    asked_by: Face
    asked_by_pid: str
    decided_by: Face | None
    decided_at: datetime | None
    decision_reason: str
    over: bool
    forecast: str
    renewal: str


@dataclass(frozen=True, slots=True)
class ReleaseWaiver:
    """A waiver as the list of its release shows it."""

    number: str
    title: str
    href: str
    until: str
    forecast: str
    css: str
    glyph: str
    is_asked: bool


def forecast_words(expires_at: datetime, go_live: datetime, *, is_live: bool = False) -> str:
    """ "lapses 2 days before go-live", "holds 12 days beyond go-live"; of a release that is live,
    whose go-live is now, "holds 12 more days".
    """
    holds, days = expires_at > go_live, days_between(expires_at, go_live)
    if not days:
        return _in_less_than_a_day(holds, is_live)
    if is_live and holds:
        return ngettext("holds %(days)s more day", "holds %(days)s more days", days) % {
            "days": days
        }
    if is_live:
        return ngettext("lapsed %(days)s day ago", "lapsed %(days)s days ago", days) % {
            "days": days
        }
    if holds:
        return ngettext(
            "holds %(days)s day beyond go-live", "holds %(days)s days beyond go-live", days
        ) % {"days": days}
    return ngettext(
        "lapses %(days)s day before go-live", "lapses %(days)s days before go-live", days
    ) % {"days": days}


def _in_less_than_a_day(holds: bool, is_live: bool) -> str:
    if is_live:
        return _("lapses within a day") if holds else _("lapsed within the last day")
    if holds:
        return _("lapses within a day after go-live")
    return _("lapses less than a day before go-live")


def renewal_words(before: int) -> str:
    """What a waiver is after so many in a row: nothing, "first renewal", "second renewal"…"""
    if before == 0:
        return ""
    said = {1: _("first renewal"), 2: _("second renewal"), 3: _("third renewal")}.get(
        before, _("renewal %(number)s") % {"number": before}
    )
    if before + 1 >= NEEDS_MANAGER_FROM:
        return _("%(renewal)s, for a release manager to approve") % {"renewal": said}
    return said


def is_live(snapshot: Snapshot) -> bool:
    """Whether the release went live, so that waivers are judged by now."""
    return snapshot.decision.stage == Stage.CLOSE


def waiver_lines(item: Item, snapshot: Snapshot) -> Sequence[WaiverLine]:
    """Every waiver of an item, the newest first."""
    rows: Iterable[Waiver] = list(
        item.waivers.select_related(
            "reason", "decision_reason", "requested_by", "decided_by"
        ).order_by("-pk")
    )
    now = snapshot.decision.as_of
    in_a_row = approved_in_a_row(item) if any(row.status == "requested" for row in rows) else 0
    return [_line(row, snapshot, now, in_a_row) for row in rows]


def _line(row: Waiver, snapshot: Snapshot, now: datetime, in_a_row: int) -> WaiverLine:
    go_live = snapshot.state.go_live(now)
    counts = row.status in ("requested", "approved")
    return WaiverLine(
        pk=row.pk,
        status=row.status,
        reason=row.reason.value if row.reason else str(ERASED),
        expires_at=row.expires_at,
        asked_by=face_of(row.requested_by),
        asked_by_pid=row.requested_by.pid,
        decided_by=face_of(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason.value if row.decision_reason else "",
        over=row.expires_at <= now,
        forecast=forecast_words(row.expires_at, go_live, is_live=is_live(snapshot))
        if counts
        else "",
        renewal=renewal_words(in_a_row) if row.status == "requested" else "",
    )


def needed_no_more(item: ItemState, snapshot: Snapshot) -> str:
    """Why the waiver of an item is needed no more, if its probe says so: it ran all the while."""
    now, waiver, probe = snapshot.decision.as_of, item.waiver, item.probe
    if waiver is None or not waiver.holds(now) or probe is None or probe.confirmed_at is None:
        return ""
    if current_verdict(probe, snapshot.observed.get(probe.id), now) != Verdict.PASS:
        return ""
    return _("Its probe passes since %(moment)s, so the waiver is no longer needed.") % {
        "moment": stamp(probe.confirmed_at)
    }


def release_waivers(snapshot: Snapshot) -> Sequence[ReleaseWaiver]:
    """The waivers of a release that hold or are asked for, in the order of its items."""
    now = snapshot.decision.as_of
    return [
        _shown(f, snapshot, now) for f in forecasts(snapshot.state, snapshot.state.go_live(now))
    ]


def lapsed_by_move(release: Release, before: datetime) -> str:
    """Which waivers last until the go-live that was, and not until the one that is; or nothing."""
    snapshot = recent_snapshot(release)
    now = snapshot.decision.as_of
    found = lapsing(snapshot.state, max(now, before), snapshot.state.go_live(now))
    if not found:
        return ""
    named = ", ".join(f"{f.item.number} {snapshot.rows[f.item.id].title}" for f in found)
    return ngettext(
        "%(number)s waiver lapses before the new target: %(named)s.",
        "%(number)s waivers lapse before the new target: %(named)s.",
        len(found),
    ) % {"number": len(found), "named": named}


def _shown(forecast: Forecast, snapshot: Snapshot, now: datetime) -> ReleaseWaiver:
    row, end = snapshot.rows[forecast.item.id], forecast.waiver.expires_at
    glyph = "open" if forecast.is_asked else "waived" if forecast.holds else "stale"
    return ReleaseWaiver(
        number=row.number,
        title=row.title,
        href=f"#{row.dom_id}",
        until=short_day(end, now),
        forecast=forecast_words(end, forecast.go_live, is_live=is_live(snapshot)),
        css=f"st-{glyph}",
        glyph=glyph,
        is_asked=forecast.is_asked,
    )
