"""A release of very many items, with something said of every fourth, and of every eighth twice.

    python -m tests.bench.large ITEMS

opens it in the installation of this process's environment, beside those of `world`, and prints
its id as JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from checklists.actors import Actor  # noqa: E402
from checklists.models import Item  # noqa: E402
from checklists.operations.items import tick_item  # noqa: E402
from checklists.operations.planning import comment_item  # noqa: E402
from tests.bench.queries import cast_there  # noqa: E402
from tests.bench.world import opened  # noqa: E402

SAID = (
    "Looked at the dashboards of region {n}: latency is fine, nothing is throttled.",
    "The runbook of step {n} was tried by the night shift, and the rollback took four minutes.",
    "Waiting for the vendor: ticket {n} is open since Monday.",
)


def main(items: int) -> None:
    """Open it, and print its id."""
    cast = cast_there()
    release = opened(cast, "16.0.0", items)
    priya = Actor.of_person(cast.priya)
    for number, item in enumerate(Item.objects.filter(release=release).order_by("pk")):
        if number % 4 == 0:
            text = SAID[number % len(SAID)].format(n=number)
            comment_item(item, actor=priya, text=text)
        if number % 8 == 0:
            tick_item(item, actor=priya, reason=f"Proved in run {number}.")
    json.dump({"release": release.pk}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
