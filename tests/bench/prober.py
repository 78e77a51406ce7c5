"""Looking through probes, in a process that does nothing else. Prints JSON.

python -m tests.bench.prober
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import django

django.setup()

from django.test import override_settings  # noqa: E402

from checklists.actors import Actor  # noqa: E402
from checklists.models import Item, Person, Probe, Release  # noqa: E402
from checklists.operations.probe_claims import claim_due  # noqa: E402
from checklists.operations.probe_runs import run_claims  # noqa: E402
from checklists.operations.probes import attach_probe, operators_policy  # noqa: E402
from checklists.probes.base import Context  # noqa: E402
from checklists.probes.registry import ProbeSpec  # noqa: E402
from tests.bench.queries import cast_there  # noqa: E402
from tests.bench.targets import targets  # noqa: E402
from tests.bench.world import opened  # noqa: E402

LOOKS = 60
PROBES = 160
AT_ONCE = 16


def main() -> None:
    """Measure, and print."""
    with targets() as (ports, ca_file), allowed(ports, ca_file):
        plain, secure, slow = ports
        found = {
            "http_ms": _looking(f"http://127.0.0.1:{plain}/"),
            "https_ms": _looking(f"https://127.0.0.1:{secure}/"),
            **_working(f"https://127.0.0.1:{slow}/"),
        }
    json.dump(found, sys.stdout)


def allowed(ports: Sequence[int], ca_file: str) -> override_settings:
    """Lets probes reach these ports of this host."""
    return override_settings(
        PROBE_ALLOWED=[f"127.0.0.1/32:{port}" for port in ports], PROBE_CA_FILE=ca_file
    )


def _looking(url: str) -> float:
    """Milliseconds of CPU for one look, the middle of several rounds."""
    spec = ProbeSpec.parse("http", {"url": url}, [], 60)
    context = Context.under(operators_policy())
    _look(spec, context, 5)
    return min(_look(spec, context, LOOKS // 3) for _ in range(3)) / (LOOKS // 3) * 1000


def _look(spec: ProbeSpec, context: Context, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        seen = spec.observe(context)
        assert seen.facts.get("status") == 200, seen
    return time.process_time() - began


def _working(url: str) -> dict[str, float]:
    """How many a worker looks through and records, chunk after chunk as messages come."""
    release = opened(cast_there(), "8.0.0")
    actor = Actor.of_person(Person.objects.get(email="marta@example.com"))
    for item in Item.objects.filter(release=release).select_related("release")[:PROBES]:
        attach_probe(
            item, actor=actor, kind="http", params={"url": url}, conditions=[], interval_s=60
        )
    # The first results are events, those that follow only say that nothing has changed.
    _work_through(release)
    cpu, began = time.process_time(), time.perf_counter()
    _work_through(release)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    return {"per_second": PROBES / took, "recorded_ms": spent / PROBES * 1000}


def _work_through(release: Release) -> None:
    Probe.objects.filter(item__release=release).update(next_run_at=datetime.now(UTC))
    claims = claim_due(datetime.now(UTC), PROBES, release=release)
    assert len(claims) == PROBES
    context = Context.under(operators_policy())
    for chunk in _chunks(claims):
        run_claims(chunk, context)


def _chunks(claims: Sequence) -> Iterator[Sequence]:
    for start in range(0, len(claims), AT_ONCE):
        yield claims[start : start + AT_ONCE]


if __name__ == "__main__":
    main()
