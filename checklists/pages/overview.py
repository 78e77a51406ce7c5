"""A release in one line, as dashboard and project pages list it: how far, what is missing, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from checklists.models import Release
from checklists.moments import clock, weekday
from checklists.pages.faces import Face
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import BLOCKERS, counted, iso
from checklists.state import ReleaseStatus, RowStatus

MOST_FACES = 3

_BAR = (
    RowStatus.DONE,
    RowStatus.WAIVED,
    RowStatus.NOT_APPLICABLE,
    RowStatus.PROGRESS,
    RowStatus.OPEN,
    RowStatus.FAILED,
)
_BAR_WORDS = {
    RowStatus.DONE: gettext_lazy("done"),
    RowStatus.WAIVED: gettext_lazy("waived"),
    RowStatus.NOT_APPLICABLE: gettext_lazy("not applicable"),
    RowStatus.PROGRESS: gettext_lazy("in progress"),
    RowStatus.OPEN: pgettext_lazy("items", "open"),
    RowStatus.FAILED: gettext_lazy("failed"),
}
_SIGN_WORDS = {
    "done": gettext_lazy("signed"),
    "stale": gettext_lazy("stale"),
    "failed": gettext_lazy("rejected"),
    "open": gettext_lazy("waiting"),
}


class Standing(StrEnum):
    """The heading a release stands under."""

    BLOCKED = "blocked"
    PROGRESS = "progress"
    READY = "ready"
    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One release in a list. Every field is ready to print."""

    url: str
    name: str
    environment: str
    standing: Standing
    percent: int
    css: str
    glyph: str
    words: str
    parts: tuple[tuple[str, float], ...]
    parts_label: str
    signs: tuple[str, ...]
    signs_label: str
    faces: tuple[Face, ...]
    days: str
    day: str
    day_iso: str
    late: bool
    blockers: int
    stale_signs: int
    news: str


def release_line(release: Release, snapshot: Snapshot, news: str = "") -> ReleaseLine:
    """The line of a release that was read just now; `news` is for somebody who watches it."""
    counters, decision = snapshot.counters, snapshot.decision
    standing = standing_of(release, snapshot)
    marked = counters.chips["blockers"]
    css, glyph, words = _words(standing, snapshot, marked)
    moment = _moment(release, standing)
    days, day, late = _days(moment, decision.as_of, past=standing in (Standing.LIVE, Standing.OVER))
    return ReleaseLine(
        url=f"/releases/{release.pk}/",
        name=str(release),
        environment=release.environment,
        standing=standing,
        percent=counters.percent,
        css=css,
        glyph=glyph,
        words=words,
        parts=_parts(snapshot),
        parts_label=_parts_label(snapshot),
        signs=tuple(cell.glyph for cell in counters.signs),
        signs_label=_signs_label(snapshot),
        faces=_faces(snapshot),
        days=days,
        day=day,
        day_iso=iso(moment),
        late=late,
        blockers=marked,
        stale_signs=sum(cell.glyph == "stale" for cell in counters.signs),
        news=news,
    )


def standing_of(release: Release, snapshot: Snapshot) -> Standing:
    """Where the release stands: what the gate says, and whether something needs a person."""
    if release.is_over:
        return Standing.OVER
    if release.status == ReleaseStatus.DEPLOYED:
        return Standing.LIVE
    if snapshot.decision.may_go:
        return Standing.READY
    bad = snapshot.counters.verdict.glyph in ("failed", "unknown") or _rejected(snapshot)
    return Standing.BLOCKED if bad else Standing.PROGRESS


def _rejected(snapshot: Snapshot) -> bool:
    return any(cell.glyph == "failed" for cell in snapshot.counters.signs)


def _words(standing: Standing, snapshot: Snapshot, marked: int) -> tuple[str, str, str]:
    """Colour, glyph and words at the end of the bar; without glyph it is plain text."""
    verdict = snapshot.counters.verdict
    left = snapshot.counters.total - snapshot.counters.settled
    match standing:
        case Standing.BLOCKED if marked:
            return "st-failed", "failed", counted(marked, BLOCKERS)
        case Standing.BLOCKED if _rejected(snapshot):
            return "st-failed", "failed", _("Rejected")
        case Standing.PROGRESS if left:
            return "", "", _("%(left)s left") % {"left": left}
        case Standing.LIVE if left:
            return "st-progress", "progress", _("Live, %(left)s to verify") % {"left": left}
        case Standing.LIVE:
            return "st-done", "done", _("Live")
        case Standing.READY if verdict.glyph == "done":
            return "st-done", "done", _("Gate open")
    return f"st-{verdict.glyph}", verdict.glyph, verdict.title


def _parts(snapshot: Snapshot) -> tuple[tuple[str, float], ...]:
    total = max(snapshot.decision.counts["items"], 1)
    return tuple(
        (str(status), round(snapshot.decision.counts[str(status)] * 100 / total, 2))
        for status in _BAR
    )


def _parts_label(snapshot: Snapshot) -> str:
    counts = snapshot.decision.counts
    said = [
        f"{number} {word}" for status, word in _BAR_WORDS.items() if (number := counts[str(status)])
    ]
    return ", ".join(said) or _("No items")


def _signs_label(snapshot: Snapshot) -> str:
    glyphs = [cell.glyph for cell in snapshot.counters.signs]
    said = [
        f"{number} {word}" for glyph, word in _SIGN_WORDS.items() if (number := glyphs.count(glyph))
    ]
    return _("Sign-offs: %(said)s") % {"said": ", ".join(said)} if said else _("No sign-offs asked")


def _faces(snapshot: Snapshot) -> tuple[Face, ...]:
    """The people with most items left."""
    left: dict[Face, int] = {}
    for row in snapshot.rows.values():
        if row.who is not None and not RowStatus(row.status).settled:
            left[row.who] = left.get(row.who, 0) + 1
    return tuple(sorted(left, key=lambda face: -left[face])[:MOST_FACES])


def _moment(release: Release, standing: Standing) -> datetime:
    live = standing in (Standing.LIVE, Standing.OVER)
    return release.deployed_at if live and release.deployed_at else release.target_at


def _days(moment: datetime, now: datetime, *, past: bool) -> tuple[str, str, bool]:
    """How far away, the day itself, and whether that is late."""
    moment, now = moment.astimezone(UTC), now.astimezone(UTC)
    day = weekday(moment, now)
    distance = (moment.date() - now.date()).days
    if distance == 0:
        return _("today"), clock(moment), not past and moment < now
    if distance > 0:
        return _("%(days)s d") % {"days": distance}, day, False
    words = _("%(days)s d ago") if past else _("%(days)s d late")
    return words % {"days": -distance}, day, not past
