"""Naming people in comments, and having seen where one was named.

Who is named is settled when the comment is written, by the names of that moment, and stands in its
event. Whether somebody has seen it is theirs alone and no history.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.errors import NotAllowed
from checklists.mentions import Named, named_in
from checklists.models import Comment, Item, Mention, Person, Project
from checklists.operations.transactions import operation


def people_to_name(project: Project) -> dict[str, Person]:
    """The members of a project who are active, by pid: those whom a comment in it can name."""
    members = Person.objects.filter(memberships__project=project, is_active=True)
    return {person.pid: person for person in members.order_by("pk")}


def named_by(text: str, project: Project, *, author: Person) -> list[Person]:
    """Whom a text by the author names, in order; nobody is told of what they wrote themselves."""
    if "@" not in text:
        return []
    people = people_to_name(project)
    named = [Named(pid, person.name, person.email) for pid, person in people.items()]
    return [people[pid] for pid in named_in(text, named) if pid != author.pid]


def keep_mentions(comment: Comment, people: Sequence[Person]) -> None:
    """Remember whom the comment names, in the transaction that writes it."""
    Mention.objects.bulk_create(Mention(comment=comment, person=person) for person in people)


@operation
def see_mentions(*, actor: Actor, item: Item | None = None) -> int:
    """Mark as seen where one is named in an item's comments; without one, everywhere.

    Returns how many were new. Raises NotAllowed for anybody but a person.
    """
    if actor.in_person is None:
        raise NotAllowed(_("Only a person may do this."), code="needs_person")
    waiting = unseen_mentions(actor.in_person)
    if item is not None:
        waiting = waiting.filter(comment__item=item)
    return waiting.update(seen_at=timezone.now())


def unseen_mentions(person: Person) -> QuerySet[Mention]:
    """Where somebody is named and has not looked yet."""
    return Mention.objects.filter(person=person, seen_at=None)
