"""Who is on the pages of a release now: faces in its head, and in the room who of those asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from checklists.models import Person, Release
from checklists.pages.faces import Face, face_of
from checklists.pages.meeting import CallLine
from checklists.pages.snapshot import Snapshot

MOST_FACES = 5
MOST_READ_OUT = 20
MOST_NAMED = 200
"""People that are looked up; a release with more of them says how many more there are."""
ENOUGH = 2
"""Somebody alone on a page need not be told that they are there."""


@dataclass(frozen=True, slots=True)
class Present:
    """Those who are there and may be seen, in the order in which they came, and how many more."""

    faces: Sequence[Face]
    more: int = 0

    @property
    def pids(self) -> Collection[str]:
        """Who they are."""
        return {face.pid for face in self.faces}


@dataclass(frozen=True, slots=True)
class Asked:
    """A role that the meeting asks, and its holders: those who are here, and those who are not."""

    name: str
    here: Sequence[Face]
    missing: Sequence[Face]


def present_in(release: Release, people: Sequence[int]) -> Present:
    """Those of these people who are members and wish to be seen: one query."""
    seen = Person.objects.filter(
        pk__in=people[:MOST_NAMED],
        is_active=True,
        shows_presence=True,
        memberships__project=release.project_id,
    ).in_bulk()
    faces = [face_of(seen[pk]) for pk in people[:MOST_NAMED] if pk in seen]
    return Present(faces, max(len(people) - MOST_NAMED, 0))


def presence_frame(present: Present, look: Callable[[], Snapshot]) -> str:
    """What the stream sends of who is there; `look` gives the release, for its roles."""
    shown = present.faces if len(present.faces) + present.more >= ENOUGH else ()
    context = {
        "faces": shown[:MOST_FACES],
        "further": max(len(shown) - MOST_FACES, 0) + present.more,
        "names": shown[:MOST_READ_OUT],
        "unread": max(len(shown) - MOST_READ_OUT, 0) + present.more,
        "asked": [asked_of(line, present) for line in look().counters.calls],
    }
    return render_to_string("checklists/_presence.html", context).strip()


def asked_of(line: CallLine, present: Present) -> Asked:
    """A role of the meeting, against who is there."""
    here = [face for face in line.holders if face.pid in present.pids]
    missing = [face for face in line.holders if face.pid not in present.pids]
    return Asked(line.name, here, missing)
