"""The calendar: times in which a project should not go live, and a person's own feed of it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_moment, write_time
from checklists.errors import Invalid, NotAllowed
from checklists.models import CalendarFeed, FreezeWindow, Person, Project
from checklists.operations.people import checked_name
from checklists.operations.projects import managed_project
from checklists.operations.transactions import operation

LONGEST = timedelta(days=366)


@operation
def set_freeze_window(
    project: Project, *, actor: Actor, name: str, starts_at: datetime, ends_at: datetime
) -> FreezeWindow:
    """Say that the project should not go live between two moments.

    The same window again changes nothing. Raises NotVisible, NotAllowed; Invalid for a name or
    times that cannot be; Conflict if the project is archived.
    """
    chain = audit.locked_installation()
    project = managed_project(project, actor)
    name = checked_name(name)
    starts_at = checked_moment(starts_at, field="starts_at")
    ends_at = checked_moment(ends_at, field="ends_at")
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise Invalid(
            _("A freeze ends after it starts, and lasts a year at most."),
            code="bad_window",
            field="ends_at",
        )
    same = {"name": name, "starts_at": starts_at, "ends_at": ends_at}
    there = project.freeze_windows.filter(**same, removed_at=None).first()
    if there is not None:
        return there
    person = actor.person
    if person is None:
        raise NotAllowed(_("Only a person may do this."), code="needs_person")
    window = FreezeWindow.objects.create(project=project, set_by=person, **same)
    audit.append(
        chain,
        "project.freeze_set",
        actor=actor,
        subject=project,
        data={
            "window": window.pk,
            "starts_at": write_time(starts_at),
            "ends_at": write_time(ends_at),
        },
        rows=[window],
    )
    return window


@operation
def remove_freeze_window(window: FreezeWindow, *, actor: Actor) -> FreezeWindow:
    """Take a freeze back. Taking it back again changes nothing. Raises NotVisible, NotAllowed;
    Conflict if the project is archived.
    """
    chain = audit.locked_installation()
    project = managed_project(window.project, actor)
    window = FreezeWindow.objects.get(pk=window.pk)
    if window.removed_at is not None:
        return window
    window.removed_at = audit.moment(chain)
    window.save(update_fields=["removed_at"])
    audit.append(
        chain,
        "project.freeze_removed",
        actor=actor,
        subject=project,
        data={"window": window.pk},
        rows=[window],
    )
    return window


@operation
def make_calendar_feed(person: Person) -> str:
    """A new secret for the person's feed; an earlier one stops to work. Only its hash is kept."""
    secret = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"secret_hash": hash_of(secret), "made_at": timezone.now()}
    )
    return secret


@operation
def close_calendar_feed(person: Person) -> None:
    """Nobody reads the person's calendar any more."""
    CalendarFeed.objects.filter(person=person).delete()


def hash_of(secret: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(f"calendar\n{secret}".encode()).hexdigest()
