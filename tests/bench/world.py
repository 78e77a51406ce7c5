"""What the product is measured on: releases with the Production Checklist, half way through.

    python -m tests.bench.world

fills the installation of this process's environment and prints, as JSON, who may do what where.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from checklists.actors import Actor  # noqa: E402
from checklists.formats.markdown import read_markdown  # noqa: E402
from checklists.formats.tree import ChecklistTree, Group, Item, Section, SignoffRule  # noqa: E402
from checklists.models import Evidence, Release, Template  # noqa: E402
from checklists.models import Item as ItemRow  # noqa: E402
from checklists.operations.evidence import attach_evidence  # noqa: E402
from checklists.operations.items import mark_not_applicable, start_item, tick_item  # noqa: E402
from checklists.operations.planning import assign_item, comment_item  # noqa: E402
from checklists.operations.releases import open_release  # noqa: E402
from tests.audit.full_release import log_rows_of_factories  # noqa: E402
from tests.cast import Cast, make_cast  # noqa: E402
from tests.checklist_data import publish  # noqa: E402
from tests.stream.world import make_token, sign_in  # noqa: E402

SOURCE = Path(settings.BASE_DIR) / "checklists" / "builtin" / "production-checklist.md"
ITEMS = 160
RULES = (
    SignoffRule(role="security", count=1, sections=("security",)),
    SignoffRule(role="release-manager", count=1),
)


@dataclass(frozen=True)
class Place:
    """Where to measure: releases with their items, and the credentials of people in them."""

    releases: dict[int, list[int]]
    cookie: str
    other_cookie: str
    token: str
    email: str
    titles: list[tuple[str, str]]

    @property
    def release(self) -> int:
        """The first release."""
        return next(iter(self.releases))


def checklist(items: int) -> ChecklistTree:
    """The Production Checklist, cut to so many items or gone through for more regions."""
    source = read_markdown(SOURCE.read_bytes()).tree
    sections = tuple(_sections(source, items))
    rules = tuple(rule for rule in RULES if not rule.sections or len(sections) > 1)
    return replace(source, sections=sections, rules=rules)


def _sections(source: ChecklistTree, left: int) -> Iterator[Section]:
    for region in count(1):
        for section in source.sections:
            if left <= 0:
                return
            taken = tuple(_groups(section, region, left))
            left -= sum(len(group.items) for group in taken)
            yield Section(*_named(section, region), groups=taken)


def _groups(section: Section, region: int, left: int) -> Iterator[Group]:
    for group in section.groups:
        taken = tuple(_item(item, region) for item in islice(group.items, max(left, 0)))
        left -= len(taken)
        if taken:
            yield Group(*_named(group, region), items=taken)


def _named(part: Section | Group, region: int) -> tuple[str, str]:
    if region == 1:
        return part.key, part.title
    return f"region-{region}-{part.key}", f"{part.title} (region {region})"


def _item(item: Item, region: int) -> Item:
    if region == 1:
        return item
    key, title = f"region-{region}-{item.key}", f"{item.title} (region {region})"
    return replace(item, key=key, title=title, parent="")


def opened(cast: Cast, version: str, items: int = ITEMS) -> Release:
    """A release of so many items, nothing said of them yet."""
    slug = f"production-{items}"
    template = Template.objects.filter(slug=slug).first()
    return open_release(
        cast.project,
        actor=Actor.of_person(cast.marta),
        version=version,
        environment="production",
        target_at=timezone.now() + timedelta(days=30),
        templates=[template or publish(checklist(items), slug=slug)],
    )


def half_way(release: Release, cast: Cast) -> None:
    """Every second item done, and a little of everything else that a row can show.

    Of a very long checklist only the beginning.
    """
    priya = Actor.of_person(cast.priya)
    items = ItemRow.objects.filter(release=release).select_related("release", "checklist")
    for number, item in enumerate(items[:ITEMS]):
        if number % 7 == 1:
            assign_item(item, actor=priya, to=cast.priya)
        if number % 11 == 2:
            attach_evidence(item, actor=priya, kind=Evidence.Kind.TEXT, content="Seen in the run.")
        if number % 13 == 3:
            comment_item(item, actor=priya, text="Nearly there.")
        if item.na_allowed:
            mark_not_applicable(item, actor=priya, reason="No static assets in this service.")
        elif number % 2:
            tick_item(item, actor=priya)
        elif number % 12 == 4:
            start_item(item, actor=priya)


def make_place(releases: int = 11) -> Place:
    """The first release half way through, the others just opened."""
    cast = make_cast()
    made = [opened(cast, f"2.{number}.0") for number in range(releases)]
    half_way(made[0], cast)
    log_rows_of_factories()
    pairs = ItemRow.objects.filter(release=made[0]).order_by("pk").values_list("section", "title")
    return Place(
        releases={release.pk: _ids(release) for release in made},
        cookie=sign_in(cast.priya)["Cookie"],
        other_cookie=sign_in(cast.marta)["Cookie"],
        token=make_token(cast.priya, scopes=("read", "items")),
        email=cast.priya.email,
        titles=list(pairs),
    )


def _ids(release: Release) -> list[int]:
    items = ItemRow.objects.filter(release=release, na_allowed=False)
    return list(items.order_by("pk").values_list("pk", flat=True))


if __name__ == "__main__":
    json.dump(asdict(make_place()), sys.stdout)
