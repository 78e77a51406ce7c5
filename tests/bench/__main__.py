"""`python -m tests.bench [PART[,PART…]]`: measure, and print the measures beside their targets.

TEST_DATABASE_URL names a PostgreSQL server on which databases may be made (SQLite otherwise),
TEST_REDIS_URL a Redis. Nothing is asserted: times depend on the machine, and so does this table.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable

from tests.bench import (
    browsing,
    lists,
    log,
    pages,
    probing,
    searching,
    ticks,
    watching,
    whole,
)
from tests.bench.side_by_side import Floor, Ours, installations
from tests.bench.table import Row

Part = Callable[[Ours, Floor], Iterable[Row]]

PARTS: dict[str, tuple[str, Part]] = {
    "page": ("Release page of 160 items", pages.measure),
    "tick": ("Ticks", ticks.measure),
    "json": ("JSON", lists.measure),
    "log": ("Gate and log", log.measure),
    "live": ("Live", watching.measure),
    "search": ("Search", searching.measure),
    "browser": ("In Chromium", browsing.measure),
    "probes": ("Probes", probing.measure),
    "whole": ("The embedded whole", whole.measure),
}


def main(arguments: list[str]) -> int:
    """Measure the parts named, or all. Exit 2 if one of them is not known."""
    names = [name for argument in arguments for name in argument.split(",") if name]
    if unknown := [name for name in names if name not in PARTS]:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        return 2
    postgres, redis = (os.environ.get(f"TEST_{name}_URL", "") for name in ("DATABASE", "REDIS"))
    print(
        f"{'PostgreSQL' if postgres else 'SQLite'}, {'Redis' if redis else 'no Redis'}, Python "
        f"{platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. "
        "ms is CPU time of the server; x is the multiple of the floor's.\n"
    )
    with installations(postgres, redis) as (ours, floor):
        for name in names or PARTS:
            title, measure = PARTS[name]
            print(title, flush=True)
            for row in measure(ours, floor):
                print(f"  {row}", flush=True)
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
