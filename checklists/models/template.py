"""Templates: a checklist's master, and its versions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from checklists.formats.content import known_content
from checklists.formats.tree import ChecklistTree


class Template(models.Model):
    """A checklist's master. Releases pin one of its published versions."""

    slug = models.SlugField(max_length=64, unique=True, allow_unicode=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def newest_published(self) -> TemplateVersion | None:
        """The version a new release gets, if there is one."""
        return self.versions.filter(published_at__isnull=False).order_by("-number").first()


class TemplateVersion(models.Model):
    """One state of a template. A draft may change; published, it is immutable and has a digest."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField(help_text="Canonical JSON, as formats.content writes it.")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["template", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(published_at=None),
                name="template_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"

    @property
    def is_published(self) -> bool:
        """Published versions never change again."""
        return self.published_at is not None

    @property
    def tree(self) -> ChecklistTree:
        """The content, parsed. Raises Invalid if somebody has changed it to what is none."""
        return known_content(self.content)


class RuleApproval(models.Model):
    """A holder of a role agrees that a draft loosens what the published rules ask of that role.

    It counts for the content of that digest only.
    """

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="rule_approvals")
    role = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    approved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "role", "person", "digest"], name="rule_approval_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} agrees to {self.version}"
