"""People: who can sign in. Name and address live here and nowhere else, so they can be erased."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


def new_pid() -> str:
    """A random 128-bit id: all that the log ever says of a person."""
    return f"p_{secrets.token_hex(16)}"


class PersonManager(BaseUserManager["Person"]):
    """Finds people by address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in. `pid` stands for them in the log; the rest is personal data.

    An installation owner creates projects and invites people, and as such cannot tick, waive or
    sign. Nobody is deleted: people are deactivated or erased.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    pid = models.CharField(max_length=40, unique=True, default=new_pid, editable=False)
    is_active = models.BooleanField(default=True)
    is_owner = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    language = models.CharField(max_length=12, blank=True, help_text="Empty: the browser's.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the browser's.")
    shows_presence = models.BooleanField(
        default=True, help_text="Others see on which release pages they are."
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email_unique_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """May open the read-only admin."""
        return self.is_owner

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Only for the admin, which shows and never changes."""
        return self.is_active and self.is_owner and ".view_" in perm

    def has_module_perms(self, app_label: str) -> bool:
        """Only for the admin, which shows and never changes."""
        return self.is_active and self.is_owner

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = str(self).replace("@", " ").split()
        return "".join(word[0] for word in words[:2]).upper()
