"""The part of live_chaos that runs on one database: that of this process's environment, empty."""

from __future__ import annotations

import os
import signal
import sys

import django

django.setup()

from tests.stream.chaos import Plan, run_chaos  # noqa: E402
from tests.stream.installation import MANAGE  # noqa: E402
from tests.stream.measure import measure_tick_latency, measure_watchers, the_world  # noqa: E402

PLAN = Plan(
    clients=200,
    writers=4,
    changes=700,
    kills=(signal.SIGTERM, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL),
)
WATCHERS = (100, 1000)


def main() -> int:
    """Chaos, then costs and latency."""
    outcome = run_chaos(the_world(), PLAN, command=[*MANAGE, "serve"], environ=os.environ)
    kept = not outcome.faults and not outcome.behind
    print(f"  {outcome}: {'kept' if kept else 'BROKEN'}", flush=True)
    for fault in outcome.faults[:10]:
        print(f"    {fault}")
    for watchers in WATCHERS:
        print(f"  {measure_tick_latency(watchers)}", flush=True)
        print(f"  elsewhere: {measure_tick_latency(watchers, elsewhere=True)}", flush=True)
        print(f"  {measure_watchers(watchers)}", flush=True)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
