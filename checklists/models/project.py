"""Projects, who belongs to them, and the sign-off roles that people hold there."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    """What a membership lets a person do; the policy table in `permissions` says what."""

    VIEWER = "viewer", gettext_lazy("Viewer")
    CONTRIBUTOR = "contributor", gettext_lazy("Contributor")
    RELEASE_MANAGER = "release_manager", gettext_lazy("Release manager")
    AUDITOR = "auditor", gettext_lazy("Auditor")
    OWNER = "owner", gettext_lazy("Owner")


Row = TypeVar("Row", bound=models.Model, covariant=True)


class VisibleQuerySet(models.QuerySet[Row]):
    """Rows of projects, of which only the members know. `members` is the way to them."""

    members: ClassVar[str]

    def visible_to(self, person: object) -> Self:
        """Those of the projects a person is a member of, archived ones too."""
        if not getattr(person, "is_active", False):
            return self.none()
        return self.filter(**{self.members: person})


class ProjectQuerySet(VisibleQuerySet["Project"]):
    """Reads of projects."""

    members = "memberships__person"


class Project(models.Model):
    """What is released: a service, an app, a library. Access is granted here."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    waiver_budget = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Waivers that may hold at the same time in its running releases.",
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a project."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "person"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} is {self.get_role_display()} of {self.project}"


class SignoffRole(models.Model):
    """A named duty in a project: Security, SRE, QA. Rules name it by its slug."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="signoff_roles")
    slug = models.SlugField(max_length=64)
    name = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "slug"], name="signoff_role_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleHolder(models.Model):
    """A person who may sign for a sign-off role. Only members hold roles."""

    role = models.ForeignKey(SignoffRole, models.PROTECT, related_name="holders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="held_roles")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "person"], name="role_holder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} holds {self.role}"


class FreezeWindow(models.Model):
    """A time in which a project should not go live: shown in the calendar."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="freeze_windows")
    name = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="freeze_ends_after_it_starts",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
