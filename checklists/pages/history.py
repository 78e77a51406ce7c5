"""The history of a release: its events newest first, by day, and whether its log holds together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from checklists.audit.current import events_of
from checklists.models import Release
from checklists.moments import weekday
from checklists.operations.decisions import Look
from checklists.pages.entries import Entry, entries_of
from checklists.pages.fingerprint import short
from checklists.pages.history_filter import (
    Facet,
    HistoryFilter,
    kind_facets,
    people_facets,
)

PAGE = 50
LOG_PROBLEMS = ("log_broken", "log_mismatch", "guard_missing")


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day in UTC."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ChainBadge:
    """Whether the log holds together: every link counted again, tables compared with the replay."""

    verified: bool
    word: str
    seq: int
    head: str
    head_short: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """One page of events with the filters around it."""

    days: tuple[Day, ...]
    matching: int
    total: int
    older: int | None
    kinds: Sequence[Facet]
    people: Sequence[Facet]


def history_of(
    release: Release,
    look: Look,
    roles: Mapping[str, str],
    wanted: HistoryFilter,
    before: int | None = None,
) -> History:
    """The newest events that match, those before a seq if it is given."""
    every = events_of(release)
    matching = wanted.apply(every, release)
    newest = matching.order_by("-seq")
    if before is not None:
        newest = newest.filter(seq__lt=before)
    events = list(newest[: PAGE + 1])
    shown = events[:PAGE]
    entries = entries_of(shown, look.state, roles)
    by_day = groupby(
        zip(shown, entries, strict=True), key=lambda pair: localtime(pair[0].at).date()
    )
    days = tuple(
        Day(day_title(day, look.at), tuple(entry for _, entry in pairs)) for day, pairs in by_day
    )
    return History(
        days=days,
        matching=matching.count() if wanted.in_use else release.chain.head_seq,
        total=release.chain.head_seq,
        older=shown[-1].seq if len(events) > PAGE else None,
        kinds=kind_facets(every, wanted.kinds),
        people=people_facets(every, wanted.people) if _whole(look) else (),
    )


def _whole(look: Look) -> bool:
    """The log holds together, so every body in it is JSON."""
    return not any(problem.code in LOG_PROBLEMS for problem in look.problems)


def chain_badge(release: Release, look: Look) -> ChainBadge:
    """What the look at the release found out about its log."""
    problems = tuple(p.message for p in look.problems if p.code in LOG_PROBLEMS)
    chain = release.chain
    return ChainBadge(
        verified=not problems,
        word=_("Chain broken") if problems else _("Chain verified"),
        seq=chain.head_seq,
        head=chain.head_hash,
        head_short=short(chain.head_hash),
        problems=problems,
    )


def day_title(day: date, now: datetime) -> str:
    """ "Today, Mon 23 Nov 2026"."""
    said = weekday(day)
    return _("Today, %(day)s") % {"day": said} if day == localtime(now).date() else said
