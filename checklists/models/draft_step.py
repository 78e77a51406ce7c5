"""The way back in a draft: for each edit, what leads from its content to the one before."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from checklists.models.template import TemplateVersion


class DraftStep(models.Model):
    """One edit of a draft that can be undone.

    Working memory, no history: the log has an event for each edit. `text` in place of the
    characters from `start` to `end` of the content of digest `later` gives that of `former`.
    """

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="steps")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=1000, blank=True)
    former = models.CharField(max_length=64)
    later = models.CharField(max_length=64)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["version", "pk"]

    def __str__(self) -> str:
        return f"{self.version}: {self.former[:8]} to {self.later[:8]}"
