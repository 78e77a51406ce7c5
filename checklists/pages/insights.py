"""What a project can learn from its releases: how long they take, and what is always in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from checklists.models import Item, Probe, Project, Signoff, SignoffRole, Waiver
from checklists.pages.durations import duration
from checklists.pages.past import Story, past_releases, stories_of
from checklists.pages.people import role_name
from checklists.progress import percentile
from checklists.state import Meaning, Verdict, WaiverStatus

MOST_LISTED = 10
QUIET_RELEASES = 3
"""In so many releases a probe must have run, and never failed, to be called never failing."""
BAR_WIDTH, HEIGHT, TOP, BOTTOM = 34, 160, 18, 30
FEWEST_BARS = 16
"""The picture has room for so many, so that a few are not blown up."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One release in the picture of how long they took."""

    x: str
    y: str
    height: str
    middle: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Bars:
    """How long releases took from opening to ready, the oldest first."""

    bars: Sequence[Bar]
    box: str
    base: str
    label_y: str
    half: str
    usual: str


@dataclass(frozen=True, slots=True)
class RoleLatency:
    """How long a role took to sign once there was nothing left to settle."""

    name: str
    signatures: int
    half: str
    most: str


@dataclass(frozen=True, slots=True)
class Counted:
    """An item with how often something was so."""

    title: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Insights:
    """What the page shows."""

    releases: int
    ready: Bars | None
    signing: Sequence[RoleLatency]
    waived: Sequence[Counted]
    never_failing: Sequence[Counted]


def insights_of(project: Project) -> Insights:
    """What the newest releases that went live say."""
    releases = past_releases(project)
    stories = stories_of(releases)
    return Insights(
        releases=len(releases),
        ready=_time_to_ready(stories),
        signing=_signing(project, stories),
        waived=_most_waived(project),
        never_failing=_never_failing(project),
    )


def _time_to_ready(stories: Iterable[Story]) -> Bars | None:
    taken = [
        (story.release.version, ready - story.release.opened_at)
        for story in reversed(list(stories))
        if (ready := story.ready_at) is not None
    ]
    if not taken:
        return None
    longest = max(max(time for _, time in taken), timedelta(minutes=1))
    room = HEIGHT - TOP - BOTTOM
    bars = []
    for at, (version, time) in enumerate(taken):
        height = max(room * (time / longest), 2)
        bars.append(
            Bar(
                x=str(at * BAR_WIDTH + 4),
                y=f"{HEIGHT - BOTTOM - height:.1f}",
                height=f"{height:.1f}",
                middle=str(at * BAR_WIDTH + BAR_WIDTH // 2),
                label=version[:8],
                said=f"{version}: {duration(time)}",
            )
        )
    times = [time for _, time in taken]
    return Bars(
        bars=bars,
        box=f"0 0 {max(len(bars), FEWEST_BARS) * BAR_WIDTH} {HEIGHT}",
        base=str(HEIGHT - BOTTOM),
        label_y=str(HEIGHT - BOTTOM + 16),
        half=duration(percentile(times, 0.5)),
        usual=duration(percentile(times, 0.85)),
    )


def _signing(project: Project, stories: Iterable[Story]) -> list[RoleLatency]:
    points = {story.release.pk: story.points for story in stories}
    waits: dict[str, list[timedelta]] = defaultdict(list)
    rows = Signoff.objects.filter(
        release__in=points, meaning=Meaning.APPROVE, withdrawn_at=None
    ).values_list("release_id", "role", "signed_at")
    for release, role, signed_at in rows:
        waits[role].append(_since_last_step(points[release], signed_at))
    names = dict(SignoffRole.objects.filter(project=project).values_list("slug", "name"))
    return [
        RoleLatency(
            name=role_name(role, names),
            signatures=len(times),
            half=duration(percentile(times, 0.5)),
            most=duration(percentile(times, 0.85)),
        )
        for role, times in sorted(waits.items())
    ]


def _since_last_step(points: Sequence[tuple[datetime, int, int]], signed_at: datetime) -> timedelta:
    """From the last time an item was settled or opened before the signature to the signature."""
    before = [at for at, _, _ in points if at <= signed_at]
    return signed_at - before[-1] if before else timedelta()


def _most_waived(project: Project) -> list[Counted]:
    rows = (
        Waiver.objects.filter(
            item__release__project=project, item__added_by=None, status=WaiverStatus.APPROVED
        )
        .values("item__checklist__key", "item__key")
        .annotate(number=Count("pk"), newest=Max("item_id"))
        .order_by("-number", "item__key")[:MOST_LISTED]
    )
    return _named([(row["newest"], row["number"]) for row in rows])


def _never_failing(project: Project) -> list[Counted]:
    """Items whose probes looked in several releases and never once saw a failure."""
    failed = Q(spans__verdict__in=[Verdict.FAIL, Verdict.ERROR])
    rows = (
        Probe.objects.filter(item__release__project=project, spans__isnull=False)
        .values("item__checklist__key", "item__key")
        .annotate(
            number=Count("item__release", distinct=True),
            failures=Count("spans", filter=failed),
            newest=Max("item_id"),
        )
        .filter(number__gte=QUIET_RELEASES, failures=0)
        .order_by("-number", "item__key")[:MOST_LISTED]
    )
    return _named([(row["newest"], row["number"]) for row in rows])


def _named(found: Sequence[tuple[int, int]]) -> list[Counted]:
    items = Item.objects.in_bulk([pk for pk, _ in found])
    return [
        Counted(items[pk].title, number, f"/releases/{items[pk].release_id}/#item-{pk}")
        for pk, number in found
    ]
