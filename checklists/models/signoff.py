"""Signatures."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from checklists.models.audit import Disclosable
from checklists.models.release import Release
from checklists.state import Call, Meaning


class Signoff(models.Model):
    """One person, one role, one meaning, over section digests. Whether it counts is derived."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="signoffs")
    role = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    meaning = models.CharField(max_length=8, choices=[(m, m.capitalize()) for m in Meaning])
    digests = models.JSONField(help_text="checklist/section: digest, as signed")
    rule_digest = models.CharField(max_length=64)
    was_holder = models.BooleanField()
    signed_at = models.DateTimeField()
    seq = models.PositiveBigIntegerField()
    note = models.ForeignKey(Disclosable, models.SET_NULL, null=True, blank=True, related_name="+")
    printed_name = models.ForeignKey(Disclosable, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "seq"], name="signoff_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.get_meaning_display()} as {self.role}: {self.release}"


class RoleCall(models.Model):
    """What somebody said for a role in the go/no-go meeting. The newest of a role counts."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="calls")
    role = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    says = models.CharField(
        max_length=12, choices=[(c, c.replace("_", " ").capitalize()) for c in Call]
    )
    words = models.ForeignKey(Disclosable, models.SET_NULL, null=True, blank=True, related_name="+")
    called_at = models.DateTimeField()
    seq = models.PositiveBigIntegerField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "seq"], name="role_call_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.get_says_display()} of {self.role}: {self.release}"
