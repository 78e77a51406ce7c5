"""The first page: every running release a person may see, and what waits for that person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Person, Release, Watch
from checklists.pages.loading import recent_snapshot
from checklists.pages.overview import ReleaseLine, Standing, release_line
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import VERDICT_LOOKS
from checklists.pages.work import work_of
from checklists.pages.work_lines import WAIVER, Task
from checklists.state import RUNNING, ReleaseStatus, Verdict, current_verdict
from checklists.words import noun_inside

MOST_RELEASES = 30
MOST_TASKS = 8
MOST_WAIVERS = 20
LIVE_FOR = timedelta(days=7)

HEADINGS = {
    Standing.BLOCKED: gettext_lazy("Blocked"),
    Standing.PROGRESS: gettext_lazy("In progress"),
    Standing.READY: gettext_lazy("Ready"),
    Standing.LIVE: gettext_lazy("Live and lately closed"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The releases under one heading."""

    name: str
    heading: str
    lines: tuple[ReleaseLine, ...]


@dataclass(frozen=True, slots=True)
class ProbeHealth:
    """What all probes of the running releases say now."""

    total: int
    parts: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """All counts in one sentence."""
        return ", ".join(words for _, words in self.words)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the first page."""

    groups: tuple[Group, ...]
    tasks: tuple[Task, ...]
    more_tasks: int
    waivers: tuple[Task, ...]
    probes: ProbeHealth
    cut: bool

    @property
    def lines(self) -> list[ReleaseLine]:
        """All releases shown."""
        return [line for group in self.groups for line in group.lines]

    @property
    def running(self) -> list[ReleaseLine]:
        """Those on their way, not live yet."""
        return [line for line in self.lines if line.standing not in (Standing.LIVE, Standing.OVER)]

    @property
    def next(self) -> ReleaseLine | None:
        """The one that goes live next."""
        ahead = [line for line in self.running if not line.late]
        return min(ahead, key=lambda line: line.day_iso, default=None)

    def count(self, name: str) -> int:
        """How many releases stand under a heading."""
        return sum(line.standing == name for line in self.lines)


def dashboard_of(person: Person) -> Dashboard:
    """The first page of a person."""
    now = timezone.now()
    releases = list(_releases(person, now)[: MOST_RELEASES + 1])
    shown = [(release, recent_snapshot(release)) for release in releases[:MOST_RELEASES]]
    work = work_of(person)
    news = {one.release.pk: one.words for one in work.watched}
    lines = [
        release_line(release, snapshot, news.get(release.pk, "")) for release, snapshot in shown
    ]
    tasks = [task for task in work.tasks if task.kind != WAIVER]
    return Dashboard(
        groups=tuple(_groups(lines)),
        tasks=tuple(tasks[:MOST_TASKS]),
        more_tasks=max(len(tasks) - MOST_TASKS, 0),
        waivers=tuple(work.of_kind(WAIVER)[:MOST_WAIVERS]),
        probes=_probe_health([snapshot for _, snapshot in shown], now),
        cut=len(releases) > MOST_RELEASES,
    )


def _releases(person: Person, now: datetime) -> QuerySet[Release]:
    """Those that run, and those that went live lately: what the person watches, then the next to
    go live first.
    """
    lately = Q(status=ReleaseStatus.CLOSED, deployed_at__gte=now - LIVE_FOR)
    return (
        Release.objects.visible_to(person)
        .for_page()
        .filter(Q(status__in=RUNNING) | lately, project__archived_at=None)
        .annotate(watched=Exists(Watch.objects.filter(person=person, release=OuterRef("pk"))))
        .order_by("-watched", "target_at", "pk")
    )


def _groups(lines: Sequence[ReleaseLine]) -> Iterable[Group]:
    """What the person watches comes first, and is not repeated below."""
    watched = tuple(line for line in lines if line.news)
    if watched:
        yield Group("watched", _("Watching"), watched)
    lines = [line for line in lines if not line.news]
    for standing, heading in HEADINGS.items():
        names = (Standing.LIVE, Standing.OVER) if standing == Standing.LIVE else (standing,)
        under = tuple(line for line in lines if line.standing in names)
        if under:
            yield Group(str(standing), str(heading), under)


_HEALTH = (
    Verdict.PASS,
    Verdict.WARN,
    Verdict.FAIL,
    Verdict.STALE,
    Verdict.ERROR,
    Verdict.NEVER,
)


def _probe_health(snapshots: Iterable[Snapshot], now: datetime) -> ProbeHealth:
    seen = Counter(
        current_verdict(item.probe, snapshot.observed.get(item.probe.id), now)
        for snapshot in snapshots
        for item in snapshot.state.items
        if item.probe is not None
    )
    total = sum(seen.values())
    found = [verdict for verdict in _HEALTH if seen[verdict]]
    return ProbeHealth(
        total=total,
        parts=tuple((VERDICT_LOOKS[v][0], round(seen[v] * 100 / total, 2)) for v in found),
        words=tuple(
            (VERDICT_LOOKS[v][0], f"{seen[v]} {noun_inside(VERDICT_LOOKS[v][1])}") for v in found
        ),
    )
