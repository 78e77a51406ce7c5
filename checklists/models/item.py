"""Items of a release, and what people add to them: evidence, comments, waivers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models.audit import Disclosable
from checklists.models.project import SignoffRole, VisibleQuerySet
from checklists.models.release import Checklist, Release
from checklists.state import Answer, Requirement, Stage, WaiverStatus

PERSON = settings.AUTH_USER_MODEL


class ItemQuerySet(VisibleQuerySet["Item"]):
    """Reads of items."""

    members = "release__project__memberships__person"


class Item(models.Model):
    """One thing that must be true before a release ships.

    `answer` is what people said; failed, late and the like are derived (state.py). Only
    checklists.operations may change it: each change needs an event beside it. `version` grows
    with anything a row shows; `decided_seq` is the event that last changed what a signature covers.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="items")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=1000)
    number = models.CharField(max_length=24)
    title = models.CharField(max_length=500)
    section = models.CharField(max_length=300)
    group = models.CharField(max_length=600)
    condition = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=8, choices=[(s, s.capitalize()) for s in Stage])
    requirement = models.CharField(max_length=8, choices=[(r, r.capitalize()) for r in Requirement])
    na_allowed = models.BooleanField(default=False)
    evidence_required = models.BooleanField(default=False)
    justification_required = models.BooleanField(default=False)
    evidence_kind = models.CharField(max_length=8, blank=True)
    valid_for = models.CharField(max_length=8, blank=True)
    added_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    own_title = models.ForeignKey(
        Disclosable, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    answer = models.CharField(
        max_length=16,
        choices=[(a, a.replace("_", " ").capitalize()) for a in Answer],
        default=Answer.OPEN,
    )
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.ForeignKey(
        Disclosable, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    carried_from = models.ForeignKey(
        Release, models.PROTECT, null=True, blank=True, related_name="+"
    )
    carried_reason = models.CharField(max_length=12, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="assigned_items"
    )
    assignee_role = models.ForeignKey(
        SignoffRole, models.PROTECT, null=True, blank=True, related_name="assigned_items"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    due_offset = models.CharField(
        max_length=8, blank=True, help_text="T-2d: moves with the release's target."
    )
    version = models.PositiveIntegerField(default=1)
    decided_seq = models.PositiveBigIntegerField(default=1)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["release", "checklist__position", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "key"], name="item_key_once"),
            models.CheckConstraint(
                name="item_answered_by_and_at_together",
                condition=Q(answered_by=None, answered_at=None, answer=Answer.OPEN)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="item_assigned_to_one",
                condition=Q(assignee=None) | Q(assignee_role=None),
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """The title; a one-off item's own one is kept apart, where it can be erased."""
        if self.added_by_id is None:
            return self.title
        return self.own_title.value if self.own_title else _("One-off item")


class Evidence(models.Model):
    """What shows that an item is true. `observed_at` is not `attached_at`, and both are shown.

    The words of a link or a text, and the name of a file, are in `content`. A file's bytes are in
    the evidence store under their `sha256`.
    """

    class Kind(models.TextChoices):
        """What kind of evidence it is."""

        FILE = "file", gettext_lazy("File")
        LINK = "link", gettext_lazy("Link")
        TEXT = "text", gettext_lazy("Text")

    item = models.ForeignKey(Item, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=12, choices=Kind)
    content = models.ForeignKey(Disclosable, models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    observed_at = models.DateTimeField()
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.item}"


class LinkCheck(models.Model):
    """Whether a linked document was there when we looked last. Observed, so not part of the log.

    `since` is when it began to be as it was seen last.
    """

    evidence = models.OneToOneField(Evidence, models.CASCADE, related_name="link_check")
    checked_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    alive = models.BooleanField(null=True)
    fault = models.CharField(max_length=40, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    next_check_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Look at {self.evidence_id}"


class Comment(models.Model):
    """Somebody's words on an item."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="comments")
    body = models.ForeignKey(Disclosable, models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"Comment on {self.item}"


class Mention(models.Model):
    """Somebody is named in a comment, and has or has not seen it. Derived from the event."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "person"], name="mention_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in a comment"


class Waiver(models.Model):
    """Permission to go without an item: asked by one person, decided by another, never for ever."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="waivers")
    status = models.CharField(
        max_length=10,
        choices=[(s, s.capitalize()) for s in WaiverStatus],
        default=WaiverStatus.REQUESTED,
    )
    reason = models.ForeignKey(Disclosable, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    requested_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.ForeignKey(
        Disclosable, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status=WaiverStatus.REQUESTED),
                name="waiver_one_request_per_item",
            ),
            models.CheckConstraint(
                name="waiver_approved_by_somebody_else",
                condition=~Q(status=WaiverStatus.APPROVED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Waiver of {self.item}"
