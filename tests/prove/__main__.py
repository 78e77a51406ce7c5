"""`python -m tests.prove [NAME…]`: run the long proofs, all or those named; exit 1 if one fails."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tests.prove import live_chaos, outages, writers

PROOFS: dict[str, Callable[[], int]] = {
    "writers": writers.main,
    "outages": outages.main,
    "live": live_chaos.main,
}


def main(names: list[str]) -> int:
    """Run them one after the other. Each prints what it found and answers 0 if it held."""
    unknown = sorted(set(names) - PROOFS.keys())
    if unknown:
        print(f"No proof {', '.join(unknown)}; known are {', '.join(PROOFS)}.")
        return 2
    failed = []
    for name in names or PROOFS:
        began = time.monotonic()
        print(f"== {name}: {(sys.modules[PROOFS[name].__module__].__doc__ or '').splitlines()[0]}")
        if PROOFS[name]():
            failed.append(name)
        print(f"== {name}: {time.monotonic() - began:.0f} s", flush=True)
    print(f"Failed: {', '.join(failed)}." if failed else "All held.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
