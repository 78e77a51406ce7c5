"""The log's tables. Rows are added by `audit.append` and changed by nobody: triggers refuse it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from checklists.models.release import Release

INSTALLATION = "installation"
EMPTY_HASH = "0" * 64


class AuditChain(models.Model):
    """One chain per release and one for the installation. Its row is the lock of its writers."""

    key = models.CharField(max_length=40, unique=True)
    release = models.OneToOneField(
        Release, models.PROTECT, null=True, blank=True, related_name="chain"
    )
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=EMPTY_HASH)
    head_at = models.DateTimeField(null=True, blank=True)

    # The time of the transaction that holds the lock; set by audit.locked(), never stored.
    moment: datetime

    def __str__(self) -> str:
        return self.key


class AuditEvent(models.Model):
    """One thing that happened. `body` is canonical JSON and the only truth of the row.

    `at`, `action` and `item_id` repeat what the body says, so that history can be searched;
    verifying compares them with it.
    """

    chain = models.ForeignKey(AuditChain, models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    body = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    item_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["chain", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_event_seq_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["chain", "item_id", "seq"], name="audit_event_item"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}:{self.seq} {self.action}"


class Disclosable(models.Model):
    """Personal data or free text, once. The log holds only the salted commitment.

    Erasing is deleting the row: the proof stays whole, the words are gone.
    """

    kind = models.CharField(max_length=24)
    value = models.TextField()
    salt = models.CharField(max_length=32)
    commitment = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.commitment[:12]}"
