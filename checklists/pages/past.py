"""What earlier and running releases say of themselves over time, read from the log's columns."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
    """The stories of these releases, in three queries."""
    pks = [release.pk for release in releases]
    items: dict[int, dict[int, str]] = defaultdict(dict)
    rows = Item.objects.filter(release__in=pks, stage=Stage.DEPLOY)
    for release, pk, checklist, key in rows.values_list(
        "release_id", "pk", "checklist__key", "key"
    ):
        items[release][pk] = f"{checklist}/{key}"
    steps: dict[int, list[tuple[int, Step]]] = defaultdict(list)
    for release, seq, step in [*_answers(pks), *_upgrades(pks)]:
        if step.item in items[release]:
            steps[release].append((seq, step))
    return [
        _story(release, items[release.pk], [step for _, step in sorted(steps[release.pk])])
        for release in releases
    ]


def _answers(pks: Collection[int]) -> Iterator[tuple[int, int, Step]]:
    events = AuditEvent.objects.filter(chain__release__in=pks, action__in=WATCHED)
    for release, seq, at, action, item in events.values_list(
        "chain__release_id", "seq", "at", "action", "item_id"
    ):
        if item is not None:
            yield release, seq, Step(at, action, item)


def _upgrades(pks: Collection[int]) -> Iterator[tuple[int, int, Step]]:
    """What an upgrade did to each of its items, in the words of single steps."""
    events = AuditEvent.objects.filter(chain__release__in=pks, action="checklist.upgraded")
    for release, seq, at, body in events.values_list("chain__release_id", "seq", "at", "body"):
        data = json.loads(body)["data"]
        for action, ids in (
            ("item.reopened", data["changed"]),
            ("waiver.rejected", data["changed"]),
            ("item.removed", data["removed"]),
            ("item.added", data["added"]),
        ):
            for item in ids:
                yield release, seq, Step(at, action, item)


def _story(release: Release, keys: Mapping[int, str], steps: Sequence[Step]) -> Story:
    taken = settled_after(steps, release.opened_at)
    came: dict[int, str] = {}
    went: dict[int, str] = {}
    for _, action, item in steps:
        if action in ("item.added", "item.removed"):
            came.setdefault(item, action)
            went[item] = action
    there = {pk: key for pk, key in keys.items() if went.get(pk) != "item.removed"}
    return Story(
        release=release,
        keys=there,
        points=burn_up(
            steps, [pk for pk in keys if came.get(pk) != "item.added"], release.opened_at
        ),
        taken={key: taken[pk] for pk, key in there.items() if pk in taken},
    )
