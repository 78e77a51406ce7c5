"""One process that ticks and unticks its own items, and says what was acknowledged.

    python -m tests.processes.ticker RELEASE PERSON FIRST_ITEM ITEMS TICKS

Prints a line `item version` for each change after it is committed, and at last
`worst SECONDS`, the longest wait for one change.
"""

from __future__ import annotations

import sys
import time

import django


def main() -> None:
    django.setup()
    from checklists.actors import Actor, Via  # noqa: PLC0415 (after setup)
    from checklists.models import Item, Person  # noqa: PLC0415
    from checklists.operations.items import tick_item, untick_item  # noqa: PLC0415

    release, person, first, count, ticks = map(int, sys.argv[1:])
    actor = Actor.of_person(Person.objects.get(pk=person), Via.COMMAND)
    items = list(
        Item.objects.filter(release=release)
        .order_by("pk")[first : first + count]
        .select_related("release")
    )
    print("ready", flush=True)
    sys.stdin.readline()
    worst = 0.0
    for turn in range(ticks):
        change = (tick_item, untick_item)[turn // count % 2]
        began = time.monotonic()
        item = change(items[turn % count], actor=actor)
        worst = max(worst, time.monotonic() - began)
        print(item.pk, item.version, flush=True)
    print("worst", f"{worst:.3f}", flush=True)


if __name__ == "__main__":
    main()
