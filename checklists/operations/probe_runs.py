"""Running claimed probes: look in threads, without transaction or database, then record."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Final

from checklists.errors import Refused
from checklists.models import Probe, Release
from checklists.operations.probe_claims import (
    Claim,
    begin_claims,
    claim_due,
    lost_claims,
)
from checklists.operations.probe_results import Finished, record_results
from checklists.operations.probes import operators_policy
from checklists.probes.base import Context, Fault, Observation
from checklists.probes.judge import judge, unseen
from checklists.probes.registry import ProbeSpec

logger = logging.getLogger(__name__)

THREADS: Final = 16
JOIN_S: Final = 35.0
"""How long a chunk may take before what still runs is left to its lease."""

GATHER_S: Final = 0.2
_CHANGED: Final = Fault("spec", "The stored probe is not the one that was saved.", ours=True)


def run_claims(claims: Sequence[Claim], context: Context | None = None) -> list[Finished]:
    """Run every claim and record what it saw, as it comes in.

    What does not finish in time is left to its lease. Not to be called in a transaction.
    """
    done: list[Finished] = []
    for batch in _observed(claims, context or Context.under(operators_policy())):
        record_results(batch)
        done += batch
    return done


def run_chunk(probe_ids: Sequence[int], token: str) -> list[Finished]:
    """Run those of the claims that still hold: a message may come late, or twice."""
    return run_claims(begin_claims(probe_ids, token))


def run_due(*, release: Release | None = None) -> list[Finished]:
    """Claim and run in this process what is due now, and not what becomes due meanwhile."""
    done: list[Finished] = []
    start = datetime.now(UTC)
    # As many as run at once, so that no lease runs out in a queue of our own.
    while claims := claim_due(datetime.now(UTC), THREADS, release=release, due_by=start):
        done += run_claims(claims)
    return done


def run_release(release: Release) -> list[Finished]:
    """Run all probes of a release now, whenever they are due; what runs elsewhere is left alone."""
    idle = Probe.objects.attached().filter(item__release=release, lease_until=None)
    idle.update(next_run_at=datetime.now(UTC))
    return run_due(release=release)


def reap_lost() -> int:
    """Record ERROR for probes whose workers died as often as is tried; answers how many."""
    now = datetime.now(UTC)
    lost = lost_claims(now)
    fault = Fault("lease-lost", "The run was lost with its worker, twice.", ours=True)
    return record_results([_not_seen(claim, fault, now) for claim in lost])


def _observed(claims: Sequence[Claim], context: Context) -> Iterator[list[Finished]]:
    """The results, a batch whenever some are there."""
    pool = ThreadPoolExecutor(min(THREADS, len(claims)) or 1, thread_name_prefix="probe")
    running: set[Future[Finished]] = {pool.submit(_look, claim, context) for claim in claims}
    end = time.monotonic() + JOIN_S
    try:
        while running and (left := end - time.monotonic()) > 0:
            wait(running, timeout=left, return_when=FIRST_COMPLETED)
            # One slow target holds nobody up, and yet results are written together.
            finished, running = wait(running, timeout=min(GATHER_S, left))
            if finished:
                yield [future.result() for future in finished]
        if running:
            logger.warning("%d probes did not end in time; their leases will.", len(running))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _look(claim: Claim, context: Context) -> Finished:
    """Look and judge, in a thread, without the database."""
    try:
        spec = ProbeSpec.parse(claim.kind, claim.params, claim.conditions, claim.interval_s)
        if spec.digest != claim.spec_digest:
            return _not_seen(claim, _CHANGED, context.now())
        return Finished(claim, judge(spec, spec.observe(context), context.redactor))
    except Refused as refused:
        fault = Fault("spec", f"The stored probe cannot be read: {refused.message}", ours=True)
    except Exception:
        logger.exception("Probe %d ended with an error of ours.", claim.probe_id)
        fault = Fault("internal", "The probe ended with an error of ours; see the log.", ours=True)
    return _not_seen(claim, fault, context.now())


def _not_seen(claim: Claim, fault: Fault, now: datetime) -> Finished:
    return Finished(claim, unseen(Observation(now, 0, fault=fault), claim.spec_digest))
