"""How a person is drawn: a name, two letters, one of six hues."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

from checklists.models import Person

HUES = 6


@dataclass(frozen=True, slots=True)
class Face:
    """A person (or a role) as the avatar shows it. `name` is the printed name."""

    pid: str
    name: str
    initials: str
    hue: int


@lru_cache(maxsize=2048)
def face(pid: str, name: str) -> Face:
    """The face of a pid under its present name. The hue follows the pid and so never changes."""
    return Face(
        pid=pid, name=name, initials=initials(name), hue=zlib.crc32(pid.encode()) % HUES + 1
    )


def face_of(person: Person) -> Face:
    """The face of a person."""
    return face(person.pid, str(person))


def initials(name: str) -> str:
    """Two letters at most: of the first and the last word, or of what stands before an @."""
    words = name.split("@")[0].replace(".", " ").split()
    chosen = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "?"
