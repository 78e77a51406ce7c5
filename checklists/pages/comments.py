"""The comments of an item: whose they are, whom they name, and how to name somebody in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from checklists.mentions import Named, how_to_call, named_in
from checklists.models import Comment, Item, Mention, Project
from checklists.operations.mentions import people_to_name
from checklists.pages.faces import Face, face_of
from checklists.pages.markdown import render_markdown

ERASED = gettext_lazy("The words were erased.")


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment with its words as HTML.

    `also` are those it names by something they are not called any more, so that its words do not
    show it; `names` are the pids of all whom it names.
    """

    pk: int
    who: Face
    at: datetime
    html: SafeString
    also: tuple[Face, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nameable:
    """Somebody who can be named, and what to write behind the @."""

    face: Face
    call: str


def comment_lines(item: Item) -> list[CommentLine]:
    """The comments of an item, oldest first: two queries for any number."""
    named = Prefetch("mentions", Mention.objects.order_by("pk").select_related("person"))
    rows = item.comments.select_related("body", "author").prefetch_related(named)
    return [comment_line(row) for row in rows]


def comment_line(row: Comment) -> CommentLine:
    """A comment that was read with its words, its author and its mentions."""
    people = [mention.person for mention in row.mentions.all()]
    named = tuple(Named(person.pid, person.name, person.email) for person in people)
    words = row.body.value if row.body else f"*{ERASED}*"
    shown = named_in(words, named)
    return CommentLine(
        pk=row.pk,
        who=face_of(row.author),
        at=row.written_at,
        html=render_markdown(words, named),
        also=tuple(face_of(person) for person in people if person.pid not in shown),
        names=tuple(person.pid for person in people),
    )


def nameable_people(project: Project) -> Sequence[Nameable]:
    """The members whom a comment can name, by name."""
    people = people_to_name(project)
    named = [Named(pid, person.name, person.email) for pid, person in people.items()]
    found = [Nameable(face_of(people[pid]), call) for pid, call in how_to_call(named).items()]
    return sorted(found, key=lambda one: one.face.name.casefold())
