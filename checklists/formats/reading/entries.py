"""What a source says, one thing after the other, before anybody decides what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise

from checklists.formats.tree import LineKind

Words = str | Promise
"""A sentence for people, put into their language when it is shown."""


@dataclass(slots=True)
class Fact:
    """Something said of an entry: the field it names, the name as written, and the value's text.

    `field` is empty for a name that no checklist knows. `parts` are the values of a list. The
    value stands on the lines from `line` to `end`, counted from 1.
    """

    field: str
    name: str
    text: str
    line: int
    end: int = 0
    parts: tuple[str, ...] = ()


@dataclass(slots=True)
class Entry:
    """A title, heading, item, text or document; SETTING entries are about the whole checklist.

    `level` is how deep an item is nested in items. An `implied` entry shares its line with the
    one that the line is about (the section that a row of a table names). `why` says what is odd.
    """

    kind: LineKind
    text: str
    line: int
    end: int = 0
    level: int = 0
    facts: list[Fact] = field(default_factory=list)
    implied: bool = False
    why: Words = ""
