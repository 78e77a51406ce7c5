"""A checklist while it is being read: parts that still grow, and their keys at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.keys import GENERAL, KeyBook
from checklists.formats.tree import (
    CLOSE,
    DEPLOY,
    GUIDANCE_MAX,
    MUST,
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)

Complete = Callable[[str], str]
"""Gives a text what it needs from elsewhere in the file (its link definitions)."""


class Prose:
    """Markdown source that collects piece by piece. `line` is where its owner stands, from 1."""

    def __init__(self, line: int) -> None:
        self.line = line
        self._pieces: list[str] = []
        self._end = -1

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, text: str, *, lines: Sequence[int] = ()) -> None:
        """Add a piece. It joins the last without an empty line only if it followed at once."""
        if not text.strip():
            return
        if self._pieces:
            self._pieces.append("\n" if lines and lines[0] == self._end + 1 else "\n\n")
        self._pieces.append(text)
        self._end = lines[-1] if lines else -1

    def text(self, complete: Complete) -> str:
        """All of it. Raises Invalid if it is too long to be kept."""
        text = complete("".join(self._pieces))
        if len(text) > GUIDANCE_MAX:
            raise Invalid(
                _(
                    "The text that belongs to line %(line)s is %(count)s characters long; "
                    "the limit is %(guidance_max)s. Move it into a document of its own and "
                    "link to it."
                )
                % {
                    "line": self.line,
                    "count": f"{len(text):,}",
                    "guidance_max": f"{GUIDANCE_MAX:,}",
                },
                code="text_too_long",
                line=self.line,
            )
        return text


@dataclass(slots=True, eq=False)
class DraftItem:
    """An item before it has its key. `fields` are what its comment says."""

    line: int
    title: str
    prose: Prose
    condition: str = ""
    requirement: str = MUST
    na_allowed: bool = False
    parent: DraftItem | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(slots=True, eq=False)
class DraftGroup:
    """A group before it has its key; without a title, the items that stand under no heading."""

    line: int
    title: str
    prose: Prose
    items: list[DraftItem] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(slots=True, eq=False)
class DraftSection:
    """A section before it has its key; without a title, what comes before the first heading."""

    line: int
    title: str
    prose: Prose
    closing: bool = False
    groups: list[DraftGroup] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    key: str = ""


Draft = DraftItem | DraftGroup | DraftSection


@dataclass(slots=True, eq=False)
class DraftTree:
    """A checklist before it has its keys."""

    title: str = ""
    intro: Prose = field(default_factory=lambda: Prose(1))
    sections: list[DraftSection] = field(default_factory=list)
    related: list[RelatedDocument] = field(default_factory=list)
    rules: tuple[SignoffRule, ...] = ()
    extends: str = ""
    projects: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    def finish(self, complete: Complete) -> ChecklistTree:
        """The checklist. Call `give_keys` first."""
        return ChecklistTree(
            title=self.title,
            intro=self.intro.text(complete),
            sections=tuple(_section(section, complete) for section in self.sections),
            related=tuple(self.related),
            rules=self.rules,
            extends=self.extends,
            projects=self.projects,
            environments=self.environments,
        )


def give_keys(sections: list[DraftSection]) -> list[Draft]:
    """Give every part its key: those that a comment asks for first, then those made from titles.

    Returns the parts whose comment asked for a key that was taken.
    """
    refused: list[Draft] = []
    _give([(section, "") for section in sections], "section", refused)
    _give([(g, section.key) for section in sections for g in section.groups], "group", refused)
    groups = [group for section in sections for group in section.groups]
    _give([(item, group.key) for group in groups for item in group.items], "item", refused)
    return refused


def _give(level: list[tuple[Any, str]], fallback: str, refused: list[Draft]) -> None:
    book = KeyBook()
    for part, prefix in level:
        if not part.title:
            part.key = book.make(prefix, GENERAL, fallback=GENERAL)
    for part, _fields in level:
        wanted = part.fields.pop("key", "")
        if wanted and book.reserve(wanted):
            part.key = wanted
        elif wanted:
            refused.append(part)
    for part, prefix in level:
        part.key = part.key or book.make(prefix, part.title, fallback=fallback)


def _section(draft: DraftSection, complete: Complete) -> Section:
    groups = tuple(_group(group, draft, complete) for group in draft.groups)
    return Section(draft.key, draft.title, _guidance(draft, complete), groups)


def _group(draft: DraftGroup, section: DraftSection, complete: Complete) -> Group:
    items = tuple(_item(item, section, complete) for item in draft.items)
    return Group(draft.key, draft.title, _guidance(draft, complete), items)


def _item(draft: DraftItem, section: DraftSection, complete: Complete) -> Item:
    item = Item(
        key=draft.key,
        title=draft.title,
        stage=CLOSE if section.closing else DEPLOY,
        requirement=draft.requirement,
        na_allowed=draft.na_allowed or bool(draft.condition),
        condition=draft.condition,
        parent=draft.parent.key if draft.parent else "",
    )
    return replace(item, **{**draft.fields, "guidance": _guidance(draft, complete)})


def _guidance(draft: Draft, complete: Complete) -> str:
    """What the comment holds, and what is there to read; usually only one of them is."""
    prose = draft.prose.text(complete)
    return "\n\n".join(filter(None, (draft.fields.get("guidance", ""), prose)))
