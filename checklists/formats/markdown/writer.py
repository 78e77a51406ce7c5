"""From a checklist to Markdown that people like to read and that reads back as the same checklist.

Everything is written as plain Markdown first. What reading that would not give back (a key that was
kept when its title changed, a stage, a due date) goes into one comment beside the title. Text that
would break out of its place (a box in guidance, say) goes into the comment as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from dataclasses import fields as fields_of
from typing import Any

from checklists.formats.content import LATER
from checklists.formats.markdown import comments, severity, words
from checklists.formats.markdown.drafts import (
    DraftGroup,
    DraftItem,
    DraftSection,
    Prose,
    give_keys,
)
from checklists.formats.markdown.places import GROUP, RELATED, SECTION, TREE, Places, indented
from checklists.formats.tree import CLOSE, DEPLOY, MUST, ChecklistTree, Group, Item, Section

_KEY_ROUNDS = 4
_PLAIN = {
    field.name: field.default
    for field in fields_of(Item)
    if field.name not in ("key", "title", "guidance", "condition", "parent")
}
"""What an item is if nothing is said of it."""


class Writer:
    """Writes one checklist once. `places` says what can stand where as plain Markdown."""

    def __init__(self, tree: ChecklistTree, places: Places) -> None:
        self._tree = tree
        self._places = places
        self._explicit = explicit_keys(tree)
        self._bullet = "-"

    def text(self) -> str:
        """The whole file, ending in one line feed."""
        return "\n\n".join(self._parts()) + "\n"

    def _parts(self) -> Iterator[str]:
        tree = self._tree
        if tree.title:
            yield _with(*self._places.heading(TREE, tree.title))
        if tree.rules:
            yield comments.write({"rules": [asdict(rule) for rule in tree.rules]})
        overlay = {name: getattr(tree, name) for name in LATER[ChecklistTree]}
        if any(overlay.values()):
            yield comments.write({name: value for name, value in overlay.items() if value})
        entries = [self._places.document(document) for document in tree.related]
        if not all(entries):
            for document in tree.related:
                yield comments.write({"related": [asdict(document)]})
        if not self._stands(TREE, tree.intro):
            yield comments.write({"intro": tree.intro})
        elif tree.intro:
            yield tree.intro
        for section in tree.sections:
            yield from self._section(section)
        if entries and all(entries):
            yield f"## {RELATED}"
            yield "\n".join(entries)

    def _section(self, section: Section) -> Iterator[str]:
        if section.title:
            # Without a box, such a section would be read as the list of related documents.
            looks_related = words.means_related(section.title) and not any(section.items())
            yield from self._heading(SECTION, section, keep_key=looks_related)
        for group in section.groups:
            if group.title:
                yield from self._heading(GROUP, group)
            if group.items:
                yield "\n".join(self._items(group, section))

    def _heading(
        self, level: int, part: Section | Group, *, keep_key: bool = False
    ) -> Iterator[str]:
        line, fields = self._places.heading(level, part.title)
        if keep_key or part.key in self._explicit:
            fields["key"] = part.key
        stands = self._stands(level, part.guidance)
        if not stands:
            fields["guidance"] = part.guidance
        yield _with(line, fields)
        if stands and part.guidance:
            yield part.guidance

    def _stands(self, level: int, text: str) -> bool:
        """Whether the text can stand under the heading; sets the bullet for what follows it."""
        bullet = self._places.under_heading(level, text)
        self._bullet = bullet or "-"
        return bool(bullet)

    def _items(self, group: Group, section: Section) -> Iterator[str]:
        closing = words.means_close(section.title)
        names = [*reversed(group.title.split(" / ")), section.title]
        requirement = next(filter(None, map(severity.of_heading, names)), MUST)
        depths = {"": -1}
        apart = False
        for number, item in enumerate(group.items):
            depth = depths[item.key] = depths[item.parent] + 1
            text = indented(self._item(item, closing, requirement), "  " * depth)
            was_apart, apart = apart, "\n" in text
            if number and (apart or was_apart):
                yield ""
            yield text

    def _item(self, item: Item, closing: bool, requirement: str) -> str:
        line, fields, shown = self._places.item(item.title, item.condition)
        expected: dict[str, Any] = {
            **_PLAIN,
            "stage": CLOSE if closing else DEPLOY,
            "requirement": requirement,
            "na_allowed": bool(shown.condition),
        }
        actual = {name: getattr(item, name) for name in expected}
        fields |= {
            name: value
            for name, value in actual.items()
            if value != expected[name] or (name == "requirement" and shown.requirement)
        }
        if item.key in self._explicit:
            fields["key"] = item.key
        first = f"{self._bullet} [ ] {line}"
        if not self._places.under_item(item.guidance):
            return _with(first, {**fields, "guidance": item.guidance})
        below = f"\n\n{indented(item.guidance, '  ')}" if item.guidance else ""
        return _with(first, fields) + below


def explicit_keys(tree: ChecklistTree) -> set[str]:
    """The keys that reading would not make from the titles, so that they must be written down."""
    explicit: set[str] = set()
    for _ in range(_KEY_ROUNDS):
        differing = {actual for actual, made in _keys_read_back(tree, explicit) if actual != made}
        if not differing:
            return explicit
        explicit |= differing
    return {actual for actual, _ in _keys_read_back(tree, set())}


def _keys_read_back(tree: ChecklistTree, explicit: set[str]) -> list[tuple[str, str]]:
    """Each key beside the one that reading gives if only those are written down."""

    def fields(key: str) -> dict[str, Any]:
        return {"key": key} if key in explicit else {}

    pairs: list[tuple[str, Any]] = []
    sections = []
    for section in tree.sections:
        groups = []
        for group in section.groups:
            items = [DraftItem(0, i.title, Prose(0), fields=fields(i.key)) for i in group.items]
            groups.append(DraftGroup(0, group.title, Prose(0), items, fields(group.key)))
            pairs += zip((i.key for i in group.items), items, strict=True)
        sections.append(
            DraftSection(0, section.title, Prose(0), groups=groups, fields=fields(section.key))
        )
        pairs += zip((group.key for group in section.groups), groups, strict=True)
        pairs.append((section.key, sections[-1]))
    give_keys(sections)
    return [(actual, draft.key) for actual, draft in pairs]


def _with(line: str, fields: dict[str, Any]) -> str:
    return f"{line} {comments.write(fields)}" if fields else line
