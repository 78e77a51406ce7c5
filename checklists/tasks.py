"""Background work: edges that call operations. The database is the queue; messages are hints."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from celery import shared_task
from kombu.exceptions import OperationalError

from checklists.operations.idempotency import forget_old_answers
from checklists.operations.link_checks import look_at_due_links
from checklists.operations.probe_claims import Claim, claim_due, give_back, in_chunks
from checklists.operations.probe_runs import reap_lost
from checklists.operations.probe_runs import run_chunk as run_claimed
from checklists.operations.stored_files import sweep_files

logger = logging.getLogger(__name__)


@shared_task(acks_late=False, soft_time_limit=20, time_limit=30)
def tick() -> None:
    """Every few seconds: claim the probes that are due and hand them out in chunks."""
    reap_lost()
    for chunk in in_chunks(claim_due(datetime.now(UTC))):
        _hand_out(chunk)


@shared_task(soft_time_limit=60, time_limit=75)
def forget() -> None:
    """Every hour: let go of answers kept for repeated calls of the API."""
    while forget_old_answers():
        pass


@shared_task(soft_time_limit=100, time_limit=110)
def look_at_links() -> None:
    """Every minute: see whether linked evidence is still there."""
    look_at_due_links()


@shared_task(soft_time_limit=250, time_limit=270)
def sweep() -> None:
    """Every few hours: take away stored files that nothing names."""
    sweep_files()


# Acknowledged early on purpose: the lease, not the broker, brings a lost run back.
@shared_task(acks_late=False, soft_time_limit=60, time_limit=75)
def run_chunk(probe_ids: list[int], token: str) -> None:
    """Run claimed probes."""
    run_claimed(probe_ids, token)


def _hand_out(chunk: list[Claim]) -> None:
    ids = [claim.probe_id for claim in chunk]
    try:
        run_chunk.apply_async((ids, chunk[0].token), expires=60, retry=False)
    except (OperationalError, OSError):
        # The broker is down: as if they had never been claimed.
        logger.warning("No broker for %d probes; the next tick tries again.", len(chunk))
        give_back(chunk)
