"""Answers kept for repeated calls: a write that carries a key happens once.

The answer is kept in the transaction of the change it answers, so neither can be there without
the other. What was refused changed nothing and is not kept: its key can be used again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.models import ApiToken, IdempotencyRecord
from checklists.operations.transactions import together

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered: an HTTP status and a body. `repeated` if it was kept from before."""

    status: int
    body: str
    repeated: bool = False


def answer_once(
    token: ApiToken, *, route: str, key: str, body_hash: str, act: Callable[[], Answer]
) -> Answer:
    """The answer kept for the token, route and key, or that of `act`, which is then kept.

    `act` calls one operation. A call with the same key that comes meanwhile waits for this one.
    Raises Invalid if the key was used for another body, and whatever `act` raises.
    """
    with together():
        record = _claimed(token, route, key, body_hash)
        if record.body_hash != body_hash:
            raise Invalid(
                _(
                    "This Idempotency-Key was used for another body within the last 24 "
                    "hours. Use a new key for a new request."
                ),
                code="idempotency_key_reused",
            )
        if record.status:
            return Answer(record.status, record.response, repeated=True)
        answer = act()
        record.status, record.response = answer.status, answer.body
        record.save(update_fields=["status", "response"])
        return answer


def forget_old_answers(limit: int = 1000) -> int:
    """Delete answers older than 24 hours, so many at most; returns how many."""
    old = IdempotencyRecord.objects.filter(created_at__lte=timezone.now() - KEPT).order_by("pk")
    chosen = old.values_list("pk", flat=True)[:limit]
    deleted, _ = IdempotencyRecord.objects.filter(pk__in=chosen).delete()
    return deleted


def _claimed(token: ApiToken, route: str, key: str, body_hash: str) -> IdempotencyRecord:
    """The record of the key, new and without a status if there was none.

    The unique constraint makes a second call wait here until the first has ended.
    """
    now = timezone.now()
    place = {"token": token, "route": route, "key": key}
    IdempotencyRecord.objects.filter(**place, created_at__lte=now - KEPT).delete()
    record, _ = IdempotencyRecord.objects.get_or_create(
        **place,
        defaults={"body_hash": body_hash, "status": 0, "response": "", "created_at": now},
    )
    return record
