"""What earlier and running releases say of themselves over time, read from the log's columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from checklists.models import AuditEvent, Item, Project, Release
from checklists.progress import WATCHED, Point, Step, burn_up, ready_at, settled_after
from checklists.state import ReleaseStatus, Stage

MOST_RELEASES = 20
"""So many of a project's newest releases are looked back on."""
WENT_LIVE = (ReleaseStatus.DEPLOYED, ReleaseStatus.CLOSED, ReleaseStatus.ROLLED_BACK)


@dataclass(frozen=True, slots=True)
class Story:
    """One release over time: its items of the deploy stage, and how they were settled.

    `keys` are ``checklist/item`` by item id; `taken` is how long after the opening each was
    settled for good.
    """

    release: Release
    keys: Mapping[int, str]
    points: Sequence[Point]
    taken: Mapping[str, timedelta]

    @property
    def ready_at(self) -> datetime | None:
        """When everything before the deployment was settled, and stayed so."""
        return ready_at(self.points)

    @property
    def open_keys(self) -> list[str]:
        """The items that are not settled."""
        return [key for key in self.keys.values() if key not in self.taken]


def past_releases(project: Project, *, without: Release | None = None) -> list[Release]:
    """The newest releases of a project that went live, newest first."""
    found = Release.objects.filter(project=project, status__in=WENT_LIVE)
    if without is not None:
        found = found.exclude(pk=without.pk)
    return list(found.order_by("-opened_at", "-pk")[:MOST_RELEASES])


def stories_of(releases: Collection[Release]) -> list[Story]:
    """The stories of these releases, in two queries."""
    pks = [release.pk for release in releases]
    items: dict[int, dict[int, str]] = defaultdict(dict)
    own: set[int] = set()
    rows = Item.objects.filter(release__in=pks, stage=Stage.DEPLOY).values_list(
        "release_id", "pk", "checklist__key", "key", "added_by_id", "removed_at"
    )
    for release, pk, checklist, key, added_by, removed_at in rows:
        if added_by is not None:
            own.add(pk)
        elif removed_at is not None:
            continue
        items[release][pk] = f"{checklist}/{key}"
    steps: dict[int, list[Step]] = defaultdict(list)
    events = AuditEvent.objects.filter(chain__release__in=pks, action__in=WATCHED)
    for release, at, action, item in events.order_by("chain", "seq").values_list(
        "chain__release_id", "at", "action", "item_id"
    ):
        if item in items[release]:
            steps[release].append(Step(at, action, item))
    return [_story(release, items[release.pk], own, steps[release.pk]) for release in releases]


def _story(
    release: Release, keys: Mapping[int, str], own: Collection[int], steps: Sequence[Step]
) -> Story:
    taken = settled_after(steps, release.opened_at)
    removed = {step.item for step in steps if step.action == "item.removed"}
    there = {pk: key for pk, key in keys.items() if pk not in removed}
    return Story(
        release=release,
        keys=there,
        points=burn_up(steps, [pk for pk in keys if pk not in own], release.opened_at),
        taken={key: taken[pk] for pk, key in there.items() if pk in taken},
    )
