"""Whether linked documents are still there: looked at like a probe's target, in the same limits.

What is seen stands beside the link and decides nothing by itself, so it is no event. A row of
LinkCheck is the queue: claiming it moves it into the future by a lease, so what dies with a worker
is looked at again.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from pydantic import ValidationError

from checklists.models import Evidence, LinkCheck
from checklists.operations.probes import operators_policy
from checklists.operations.transactions import operation
from checklists.probes.base import Context
from checklists.probes.http import HttpParams, HttpProbe
from checklists.state import RUNNING

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
BATCH: Final = 24
THREADS: Final = 8
WHEN_ALIVE: Final = timedelta(days=1)
SOONEST: Final = timedelta(minutes=15)

# Somebody is there and wants to know who asks, or how often.
_GUARDED: Final = frozenset({401, 403, 407, 429})


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a link. `alive` is None when we could not look; `fault` says why not."""

    alive: bool | None
    fault: str = ""
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """The right to look at one link until the lease is over."""

    pk: int
    url: str
    lease: datetime
    before: Seen
    since: datetime | None


def look_at_due_links() -> int:
    """Look at the links that are due, if the operator wants that; answers how many.

    Not to be called in a transaction.
    """
    return look_at(claim_links(timezone.now())) if settings.EVIDENCE_LINKS_CHECKED else 0


def look_at(claims: Sequence[LinkClaim]) -> int:
    """Look at what was claimed, and write down what was seen; answers how many."""
    if not claims:
        return 0
    context = Context.under(operators_policy())
    with ThreadPoolExecutor(min(THREADS, len(claims)), thread_name_prefix="link") as pool:
        seen = list(pool.map(lambda claim: look_at_link(claim.url, context), claims))
    for claim, found in zip(claims, seen, strict=True):
        _record(claim, found, timezone.now())
    return len(claims)


def claim_links(now: datetime, limit: int = BATCH) -> list[LinkClaim]:
    """Claim links that are due: of running releases, neither withdrawn nor replaced."""
    # Without the lock, so that an idle minute costs no turn at SQLite's only writer.
    if not (_new_links().exists() or _due(now).exists()):
        return []
    return _claim(now, limit)


def look_at_link(url: str, context: Context) -> Seen:
    """Ask for the link's head, and for the document where that is refused. Network, no database."""
    seen = _ask("HEAD", url, context)
    if seen.http_status is not None and seen.http_status >= 400:
        seen = _ask("GET", url, context)
    return seen


@operation
def _claim(now: datetime, limit: int) -> list[LinkClaim]:
    new = _new_links().values_list("pk", flat=True)[:limit]
    LinkCheck.objects.bulk_create(
        [LinkCheck(evidence_id=pk, next_check_at=now) for pk in new], ignore_conflicts=True
    )
    found = list(
        _due(now)
        .select_related("evidence__content")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("next_check_at")[:limit]
    )
    lease = now + LEASE
    LinkCheck.objects.filter(pk__in=[check.pk for check in found]).update(next_check_at=lease)
    return [_claim_of(check, lease) for check in found]


def _wanted() -> dict[str, Any]:
    return {
        "kind": Evidence.Kind.LINK,
        "content__isnull": False,
        "withdrawn_at": None,
        "replaced_by": None,
        "item__release__status__in": RUNNING,
    }


def _new_links() -> QuerySet[Evidence]:
    return Evidence.objects.filter(link_check=None, **_wanted())


def _due(now: datetime) -> QuerySet[LinkCheck]:
    wanted = {f"evidence__{name}": value for name, value in _wanted().items()}
    return LinkCheck.objects.filter(next_check_at__lte=now, **wanted)


def _claim_of(check: LinkCheck, lease: datetime) -> LinkClaim:
    content = check.evidence.content
    return LinkClaim(
        pk=check.pk,
        url=content.value if content else "",
        lease=lease,
        before=Seen(check.alive, check.fault, check.http_status),
        since=check.since,
    )


def _ask(method: str, url: str, context: Context) -> Seen:
    probe = HttpProbe()
    try:
        observation = probe.observe(HttpParams(url=url, method=method), context)  # type: ignore[arg-type]
    except ValidationError:
        return Seen(None, "url")
    except Exception:
        # One link that we stumble over keeps nobody from looking at the others.
        logger.exception("Looking at a link ended with an error of ours.")
        return Seen(None, "internal")
    if (fault := observation.fault) is not None:
        return Seen(None if fault.ours else False, fault.code[:40])
    status = int(observation.facts["status"])  # type: ignore[arg-type]
    return Seen(status < 400 or status in _GUARDED, "", status)


def _record(claim: LinkClaim, seen: Seen, now: datetime) -> None:
    """Write what was seen, unless the lease is over and somebody else has claimed the link."""
    since = claim.since if claim.since and claim.before == seen else now
    # What is dead is looked at soon, and then as seldom as it has been dead.
    wait = WHEN_ALIVE if seen.alive else min(max(now - since, SOONEST), WHEN_ALIVE)
    LinkCheck.objects.filter(pk=claim.pk, next_check_at=claim.lease).update(
        checked_at=now,
        since=since,
        alive=seen.alive,
        fault=seen.fault,
        http_status=seen.http_status,
        next_check_at=now + wait * random.uniform(0.9, 1.1),  # noqa: S311 (spreads the load)
    )
