"""The waivers of a project: asked for, holding, lapsing soon, ended; and its budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from checklists.models import Project, Waiver
from checklists.operations.waiver_limits import waived_items
from checklists.pages.faces import Face, face_of
from checklists.pages.waivers import ERASED, forecast_words
from checklists.pages.words import short_day
from checklists.state import RUNNING, Answer, WaiverStatus

SOON = timedelta(days=7)
MOST_ENDED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One waiver of the project."""

    number: str
    title: str
    url: str
    release: str
    until: str
    forecast: str
    reason: str
    asked_by: Face
    decided_by: Face | None
    ended: str
    settled: bool


@dataclass(frozen=True, slots=True)
class ProjectWaivers:
    """All of them, by what becomes of them; and how much of the budget is used."""

    asked: tuple[Line, ...]
    lapsing: tuple[Line, ...]
    holding: tuple[Line, ...]
    ended: tuple[Line, ...]
    more_ended: int
    used: int
    budget: int | None

    @property
    def is_spent(self) -> bool:
        """No more are approved."""
        return self.budget is not None and self.used >= self.budget


def project_waivers(project: Project, now: datetime) -> ProjectWaivers:
    """The waivers of a project, in three queries, whatever their number."""
    rows = (
        Waiver.objects.filter(item__release__project=project, item__removed_at=None)
        .select_related("item__release", "item__own_title", "reason", "requested_by", "decided_by")
        .order_by("expires_at", "pk")
    )
    stands = rows.filter(
        status__in=(WaiverStatus.REQUESTED, WaiverStatus.APPROVED),
        expires_at__gt=now,
        item__release__status__in=RUNNING,
    )
    ended = rows.exclude(pk__in=stands.values("pk")).order_by("-expires_at", "-pk")
    listed = list(ended[: MOST_ENDED + 1])
    asked, lapsing, holding = _sorted(stands, now)
    return ProjectWaivers(
        asked=tuple(asked),
        lapsing=tuple(lapsing),
        holding=tuple(holding),
        ended=tuple(_line(row, now) for row in listed[:MOST_ENDED]),
        more_ended=len(listed) - MOST_ENDED if len(listed) > MOST_ENDED else 0,
        used=waived_items(project, now),
        budget=project.waiver_budget,
    )


def _sorted(rows: Iterable[Waiver], now: datetime) -> tuple[list[Line], list[Line], list[Line]]:
    asked: list[Line] = []
    lapsing: list[Line] = []
    holding: list[Line] = []
    for row in rows:
        if row.status == WaiverStatus.REQUESTED:
            asked.append(_line(row, now))
        elif row.expires_at <= max(now + SOON, _go_live(row, now)):
            lapsing.append(_line(row, now))
        else:
            holding.append(_line(row, now))
    return asked, lapsing, holding


def _go_live(row: Waiver, now: datetime) -> datetime:
    return max(now, row.item.release.target_at)


def _line(row: Waiver, now: datetime) -> Line:
    release, item = row.item.release, row.item
    ended = _ended(row, now)
    live = release.deployed_at is not None
    return Line(
        number=item.number,
        title=item.called,
        url=f"/releases/{release.pk}/#item-{item.pk}",
        release=release.version,
        until=short_day(row.expires_at, now),
        forecast="" if ended else forecast_words(row.expires_at, _go_live(row, now), is_live=live),
        reason=row.reason.value if row.reason else str(ERASED),
        asked_by=face_of(row.requested_by),
        decided_by=face_of(row.decided_by) if row.decided_by else None,
        ended=ended,
        settled=item.answer != Answer.OPEN,
    )


def _ended(row: Waiver, now: datetime) -> str:
    """Why it does not hold any more, or never did; nothing if it may."""
    if row.status == WaiverStatus.REJECTED:
        return _("Rejected")
    if row.status == WaiverStatus.WITHDRAWN:
        return _("Withdrawn")
    if row.expires_at <= now:
        return _("Over")
    return _("Release over") if row.item.release.is_over else ""


def shown(waivers: ProjectWaivers) -> Sequence[tuple[str, str, tuple[Line, ...]]]:
    """The lists that stand, each with its title and the glyph of its kind, but for empty ones."""
    lists = (
        (_("Waiting to be decided"), "open", waivers.asked),
        (_("Lapsing before go-live, or within a week"), "stale", waivers.lapsing),
        (_("Holding"), "waived", waivers.holding),
    )
    return [(title, glyph, lines) for title, glyph, lines in lists if lines]
