"""What one person likes to see: watching, saved filters, feeds. Theirs alone, and no history."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from checklists.models.release import Release

PERSON = settings.AUTH_USER_MODEL


class Watch(models.Model):
    """Somebody follows a release; `seen_seq` is how far they have read its history."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="watches")
    release = models.ForeignKey(Release, models.CASCADE, related_name="watches")
    seen_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "release"], name="watch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} watches {self.release}"


class SavedFilter(models.Model):
    """A filter of a release's items that somebody named; `query` is the page's query string."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_filter_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """An address at which a calendar reads somebody's releases. Only its secret's hash is kept."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Calendar of {self.person}"
