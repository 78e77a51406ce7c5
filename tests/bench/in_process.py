"""What the gate, replaying and verifying take, in a process of their own. Prints JSON.

python -m tests.bench.in_process EVENTS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.utils import timezone  # noqa: E402

from checklists.audit.current import current_state, events_of, tree_by_digest  # noqa: E402
from checklists.audit.replay import replay  # noqa: E402
from checklists.audit.table_items import observed_last  # noqa: E402
from checklists.audit.verify import verify_links, verify_release  # noqa: E402
from checklists.gate import decide  # noqa: E402
from checklists.models import Release  # noqa: E402
from checklists.operations.decisions import decide_release  # noqa: E402
from checklists.state import Stage  # noqa: E402
from tests.bench.long_log import grow  # noqa: E402
from tests.bench.queries import cast_there  # noqa: E402
from tests.bench.world import opened  # noqa: E402

TIMES = 30


def main(events: int) -> None:
    """Measure, and print."""
    half = Release.objects.select_related("chain").earliest("pk")
    state, observed, now = current_state(half), observed_last(half), timezone.now()
    cast = cast_there()
    release = opened(cast, "9.0.0")
    wrote = _seconds(lambda: grow(release, cast.priya, events))
    release = Release.objects.select_related("chain").get(pk=release.pk)
    bodies = [json.loads(body) for body in events_of(release).values_list("body", flat=True)]
    found: dict[str, object] = {
        "decide_ms": _best(lambda: decide(state, stage=Stage.DEPLOY, at=now, observed=observed)),
        "asked_ms": _best(lambda: decide_release(half)),
        "events": len(bodies),
        "written": events / wrote,
        "replayed": len(bodies) / _seconds(lambda: replay(bodies, tree_by_digest)),
        "linked": len(bodies) / _seconds(lambda: verify_links(release.chain)),
        "verified": len(bodies) / _seconds(lambda: verify_release(release)),
        "findings": [str(finding) for finding in verify_release(release).findings[:5]],
    }
    json.dump(found, sys.stdout)


def _seconds(act: Callable[[], object]) -> float:
    """CPU seconds that it takes."""
    began = time.process_time()
    act()
    return time.process_time() - began


def _best(act: Callable[[], object]) -> float:
    """Milliseconds of the fastest of many times: what is left when nobody disturbs."""
    return min(_seconds(act) for _ in range(TIMES)) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]))
