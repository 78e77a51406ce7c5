"""The words of the pages: one per state, everywhere, and how days and times are written."""

from __future__ import annotations

from datetime import UTC, datetime

from checklists.state import RowStatus, Verdict

STATUS_WORDS = {
    RowStatus.OPEN: "Open",
    RowStatus.PROGRESS: "In progress",
    RowStatus.DONE: "Done",
    RowStatus.FAILED: "Failed",
    RowStatus.WAIVED: "Waived",
    RowStatus.NOT_APPLICABLE: "Not applicable",
}

# The row's word is left to the glyph where the glyph says it all; screen readers get it anyway.
QUIET = frozenset({RowStatus.OPEN, RowStatus.DONE})

# Verdict -> (status whose colour and glyph it takes, word).
VERDICT_LOOKS = {
    Verdict.PASS: ("done", "Pass"),
    Verdict.WARN: ("stale", "Warn"),
    Verdict.FAIL: ("failed", "Fail"),
    Verdict.ERROR: ("unknown", "No answer"),
    Verdict.STALE: ("stale", "Stale"),
    Verdict.NEVER: ("open", "Never"),
}


def short_day(moment: datetime, now: datetime) -> str:
    """A day in UTC: "25 Nov", with the year only when it is not this one."""
    moment = moment.astimezone(UTC)
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}"


def stamp(moment: datetime) -> str:
    """A full stamp: "23 Nov 2026, 10:02 UTC"."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def iso(moment: datetime) -> str:
    """The moment for `<time datetime>`, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 blocker", "4 blockers"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
