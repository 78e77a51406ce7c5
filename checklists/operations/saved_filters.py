"""Filters that somebody named to use again. Theirs alone and no history, so no event is written."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.formats.validate import check_line
from checklists.models import Person, SavedFilter
from checklists.operations.transactions import operation

MOST = 30
NAME_MAX = 60
QUERY_MAX = 500


@operation
def save_filter(*, actor: Actor, name: str, query: str) -> SavedFilter:
    """Keep a page's query string under a name; one of that name is replaced.

    Raises NotAllowed for anybody but a person; Invalid for a name or a query that is none; Conflict
    if there are too many.
    """
    person = _person(actor)
    name = name.strip()
    check_line(name, "name", limit=NAME_MAX, needed=True)
    if not query or len(query) > QUERY_MAX:
        raise Invalid(
            _("Choose a filter first: what shows all items needs no name."),
            code="no_filter",
            field="query",
        )
    own = SavedFilter.objects.select_for_update().filter(person=person)
    saved = own.filter(name=name).first()
    if saved is not None and saved.query == query:
        return saved
    if saved is not None:
        # Written once each: whoever shows them knows by the newest whether any is new.
        saved.delete()
    elif own.count() >= MOST:
        raise Conflict(
            _("You have %(most)s saved filters. Remove one first.") % {"most": MOST},
            code="too_many_filters",
        )
    return SavedFilter.objects.create(person=person, name=name, query=query)


@operation
def forget_filter(pk: int, *, actor: Actor) -> None:
    """Remove one's own saved filter. Raises NotVisible for what is not one's own; NotAllowed."""
    if not SavedFilter.objects.filter(pk=pk, person=_person(actor)).delete()[0]:
        raise NotVisible


def _person(actor: Actor) -> Person:
    person = actor.in_person
    if person is None:
        raise NotAllowed(_("Only a person may do this."), code="needs_person")
    return person
