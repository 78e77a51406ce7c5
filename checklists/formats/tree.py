"""A checklist as content: what every format reads into and writes from.

Pure values, frozen and comparable. Nothing here knows a database, a version number or a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

DEPLOY, CLOSE = "deploy", "close"
STAGES = (DEPLOY, CLOSE)
MUST, SHOULD, MAY = "must", "should", "may"
REQUIREMENTS = (MUST, SHOULD, MAY)
CONDITIONS = ("", "if needed", "if applicable")
EVIDENCE_KINDS = ("", "file", "link", "text")
"""What an item's evidence must be; nothing means that any kind will do."""
DONE, NOT_APPLICABLE = "done", "not_applicable"

TITLE_MAX = 500
"""Characters in a title of a checklist, section, group, item or related document."""
GUIDANCE_MAX = 20_000
"""Characters of Markdown under one heading or one item."""
ROLE_MAX = 64
ROLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""A sign-off role, by the slug that it has in a project."""
URL_MAX = 2_000
"""Characters in the address of a related document."""
NOTE_MAX = 1_000
"""Characters in the note beside a related document."""
PROBE_MAX = 10_000
"""Characters of the JSON that suggests a probe."""
COUNT_MAX = 20
"""Signatures that one rule may ask for."""

DUE = re.compile(r"T(?:[+-][0-9]{1,4}[mhdw])?")
"""Relative to a release's target: `T`, `T-2d`, `T+4h` (minutes, hours, days, weeks)."""
VALIDITY = re.compile(r"[1-9][0-9]{0,3}[hdw]")
"""How long an answer may be believed: `12h`, `90d`, `26w`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to answer. `parent` is the key of the item of its group that it is nested under.

    `justification_required`: a tick needs words, too. `valid_for` says how long an answer may be
    believed, in this release and when a later one carries it over. `probe` suggests one, as the
    canonical JSON of its kind, params, conditions and interval_s.
    """

    key: str
    title: str
    guidance: str = ""
    stage: str = DEPLOY
    requirement: str = MUST
    na_allowed: bool = False
    condition: str = ""
    evidence_required: bool = False
    due: str = ""
    owner_role: str = ""
    parent: str = ""
    justification_required: bool = False
    evidence_kind: str = ""
    valid_for: str = ""
    probe: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading. Only the first group of a section may be without a title.

    A nested item follows its parent at once, or another item nested below that parent.
    """

    key: str
    title: str
    guidance: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Groups under one heading. Only the first section of a checklist may be without a title."""

    key: str
    title: str
    guidance: str = ""
    groups: tuple[Group, ...] = ()

    def items(self) -> Iterator[Item]:
        """Every item of the section, in order."""
        for group in self.groups:
            yield from group.items


@dataclass(frozen=True, slots=True)
class RelatedDocument:
    """A document to read beside the checklist. `url` is relative, http, https or mailto."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignoffRule:
    """How many signatures of a role a stage needs, over which sections.

    `sections` are section keys; none means all that have items of the stage.
    """

    role: str
    count: int = 1
    sections: tuple[str, ...] = ()
    stage: str = DEPLOY


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a checklist holds. `deploy` and `close` are items of that stage."""

    sections: int
    groups: int
    items: int
    na_allowed: int
    deploy: int
    close: int
    related: int


@dataclass(frozen=True, slots=True)
class ChecklistTree:
    """A whole checklist. `intro` and `guidance` are Markdown source; titles are plain text.

    With `extends`, the slug of a template, it is an overlay: whenever that template is pinned to a
    release of one of `projects` (slugs) going to one of `environments`, it is merged into it. None
    named means all.
    """

    title: str
    intro: str = ""
    sections: tuple[Section, ...] = ()
    related: tuple[RelatedDocument, ...] = ()
    rules: tuple[SignoffRule, ...] = ()
    extends: str = ""
    projects: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    def items(self) -> Iterator[Item]:
        """Every item, in order."""
        for section in self.sections:
            yield from section.items()

    def counts(self) -> Counts:
        """What the import report and the template page say about the size."""
        items = list(self.items())
        return Counts(
            sections=len(self.sections),
            groups=sum(len(section.groups) for section in self.sections),
            items=len(items),
            na_allowed=sum(item.na_allowed for item in items),
            deploy=sum(item.stage == DEPLOY for item in items),
            close=sum(item.stage == CLOSE for item in items),
            related=len(self.related),
        )


class LineKind(StrEnum):
    """What a line of a source became. A person may say otherwise before it is imported."""

    TITLE = "title"
    SECTION = "section"
    GROUP = "group"
    ITEM = "item"
    GUIDANCE = "guidance"
    RELATED = "related"
    SETTING = "setting"
    IGNORED = "ignored"
    BLANK = "blank"


Said = Mapping[int, LineKind]
"""What a person says that lines of a source are, by number."""
NOTHING_SAID: Said = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source and what it became. `number` counts from 1.

    `key` names the part it became or belongs to, where there is one; `why` says in words why it
    is ignored, or what is odd about it.
    """

    number: int
    text: str
    kind: LineKind
    key: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a filled form says of an item. `answer` is `done` or `not_applicable`.

    `words` are what somebody wrote as the answer, if anything; `answer` is empty where there are
    words and no box says whether the item is done.
    """

    key: str
    answer: str
    line: int
    words: str = ""


Answers = Mapping[str, Filled]
"""What a form says of items, by their keys."""
NO_ANSWERS: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ignored:
    """A line of the source that did not become what it looks like, and why. `line` counts from 1.

    `why` also says where the text went, if it was kept.
    """

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A checklist as read: what each line became, the answers of a filled form, and every line
    that was not understood, by line.
    """

    tree: ChecklistTree
    ignored: tuple[Ignored, ...] = ()
    lines: tuple[Line, ...] = ()
    answers: tuple[Filled, ...] = ()
