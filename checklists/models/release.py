"""Releases and the checklists pinned to them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from checklists.models.project import Project, VisibleQuerySet
from checklists.models.template import TemplateVersion
from checklists.state import RUNNING, ReleaseStatus
from checklists.words import RELEASE_WORDS


class ReleaseQuerySet(VisibleQuerySet["Release"]):
    """Reads of releases."""

    members = "project__memberships__person"

    def for_page(self) -> Self:
        """With what every look at a release needs: project, opener, and the chain's head."""
        return self.select_related("project", "chain", "opened_by")


class Release(models.Model):
    """One version of a project going to one environment, with the moment it should go live.

    Approved and verifying are derived by the gate, never stored. `probe_rev` grows with each
    batch of probe results, so that pages and streams know that an age or a verdict moved.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="releases")
    version = models.CharField(max_length=64)
    environment = models.CharField(max_length=64)
    status = models.CharField(
        max_length=12,
        choices=[(status.value, words) for status, words in RELEASE_WORDS.items()],
        default=ReleaseStatus.PREPARING,
    )
    target_at = models.DateTimeField()
    commit = models.CharField(max_length=64, blank=True)
    artifact_digest = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    deployed_at = models.DateTimeField(null=True, blank=True)
    probe_rev = models.PositiveBigIntegerField(default=0)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["target_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "version"], name="release_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.version}"

    @property
    def is_over(self) -> bool:
        """Nothing in it may change any more."""
        return self.status not in RUNNING


class Checklist(models.Model):
    """One template version pinned to one release. `key` is the template's slug at that moment.

    Overlays are merged into it: see ChecklistOverlay.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="checklists")
    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    upgraded_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "key"], name="checklist_once_per_release"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.release}"


class ChecklistOverlay(models.Model):
    """A template version merged into a pinned one: the strictest of both holds."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="overlays")
    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["checklist", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "position"], name="overlay_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template_version} over {self.checklist}"
