"""What one person prefers for themselves. No history: see docs/adr/0013."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.errors import Invalid, NotAllowed
from checklists.models import Person
from checklists.operations.transactions import operation
from checklists.zones import is_zone


@operation
def set_own_language_and_zone(language: str, time_zone: str, *, actor: Actor) -> Person:
    """Choose the language and the time zone in which one reads; empty is what the browser says.

    Raises NotAllowed for anybody but a person, Invalid for a language or zone that is not known.
    """
    if actor.in_person is None:
        raise NotAllowed(_("Only people read pages, and choose how for themselves."))
    if language and not is_language(language):
        raise Invalid(_("This language is not known here."), code="no_language", field="language")
    if time_zone and not is_zone(time_zone):
        raise Invalid(_("This time zone is not known here."), code="no_zone", field="time_zone")
    person = Person.objects.get(pk=actor.in_person.pk)
    if (person.language, person.time_zone) != (language, time_zone):
        person.language, person.time_zone = language, time_zone
        person.save(update_fields=["language", "time_zone"])
    return person


@operation
def set_own_presence(shown: bool, *, actor: Actor) -> Person:
    """Choose whether others see on which release pages one is. Raises NotAllowed for anybody but
    a person.
    """
    if actor.in_person is None:
        raise NotAllowed(_("Only people read pages, and choose how for themselves."))
    person = Person.objects.get(pk=actor.in_person.pk)
    if person.shows_presence != shown:
        person.shows_presence = shown
        person.save(update_fields=["shows_presence"])
    return person


def is_language(code: str) -> bool:
    """Whether pages can be read in it."""
    return code in dict(settings.LANGUAGES)
