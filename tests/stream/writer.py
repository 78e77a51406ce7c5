"""A process that changes releases as people do, and fails now and then before the commit.

`python -m tests.stream.writer CHANGES PAUSE SEED RELEASE…`
"""

from __future__ import annotations

import random
import sys
import time

import django
from django.db import transaction

django.setup()

from checklists import audit  # noqa: E402
from checklists.actors import Actor  # noqa: E402
from checklists.models import Item, Person, Release  # noqa: E402
from checklists.operations.items import tick_item, untick_item  # noqa: E402
from checklists.state import Answer  # noqa: E402

ROLLBACKS = 0.1


class ChangedMind(Exception):
    """What a failing disk or a bug would raise."""


def write_once(items: list[Item], actor: Actor) -> None:
    """Tick or untick something; in one case of ten everything is rolled back."""
    item = random.choice(items)
    if random.random() < ROLLBACKS:
        give_up(item.release, actor)
        return
    item.refresh_from_db(fields=["answer"])
    (untick_item if item.answer == Answer.DONE else tick_item)(item, actor=actor)


def give_up(release: Release, actor: Actor) -> None:
    try:
        with transaction.atomic():
            locked = audit.locked(release)
            audit.append(locked, "release.target_set", actor=actor, subject=locked)
            time.sleep(random.uniform(0, 0.01))
            raise ChangedMind
    except ChangedMind:
        pass


def main(changes: int, pause: float, seed: int, release_ids: list[int]) -> None:
    random.seed(seed)
    items = list(Item.objects.filter(release__in=release_ids).select_related("release"))
    actor = Actor.of_person(Person.objects.get(email="priya@example.com"))
    for _ in range(changes):
        write_once(items, actor)
        time.sleep(random.uniform(0, 2 * pause))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]), float(given[1]), int(given[2]), [int(pk) for pk in given[3:]])
