"""What a person sees in JSON or YAML: which lists are sections, groups and items, and their words.

- A name that means a list of parts (sections, groups, items, tasks, children …) holds them. Any
  other name of a list or mapping is a heading, as in `{"Before": ["Check DNS"]}`.
- Two levels of headings are sections and groups; what lies deeper are items with nested items.
- A name with yes, no or nothing beside it is an item, as in `{"Check DNS": true}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy

from checklists.formats.data.nodes import Listing, Mapping, Node, Text, texts_in
from checklists.formats.reading.entries import Entry, Fact
from checklists.formats.reading.facts import answer_of
from checklists.formats.reading.names import (
    CHILDREN,
    CONTAINERS,
    GROUP,
    GUIDANCE,
    LEFT_OUT,
    SECTION,
    STATUS,
    TITLE,
    WORDS,
)
from checklists.formats.tree import LineKind

_LEVELS = (LineKind.SECTION, LineKind.GROUP, LineKind.ITEM)
_OF_NAME = {"sections": 0, "groups": 1, "items": 2}
_LISTS = frozenset({GUIDANCE, WORDS, "projects", "environments", "owner_role"})
"""Fields whose value may be a list of texts."""
_FLAT = gettext_lazy("“{}” holds values that no checklist has. It was left out.")
_REPLACED = gettext_lazy("This name was left out: the title below it says what it is.")


class Shapes:
    """Tells the entries of one value. `field_of` says what a name means."""

    def __init__(self, field_of: Callable[[str], str]) -> None:
        self._field = field_of

    def whole(self, node: Node, *, first: bool = True) -> Iterator[Entry]:
        """A whole document; the title of any but the first is a section's."""
        if isinstance(node, Mapping):
            kind = LineKind.TITLE if first else LineKind.SECTION
            yield from self._heading(node, kind, None, 0 if first else 1)
        elif isinstance(node, Listing):
            yield from self._parts(node, "", 0, 0)
        elif node.text.strip():
            yield Entry(LineKind.ITEM, node.text, node.line, node.end)

    def _heading(
        self, node: Mapping, kind: LineKind, name: Text | None, level: int
    ) -> Iterator[Entry]:
        """A title or heading and what stands below it."""
        title = self._title(node) or name
        yield self._entry(node, title, kind, name)
        named = self._named_items(node)
        for key, value in node.pairs:
            yield from self._below(key, value, level, titled=id(key) not in named)

    def _below(self, key: Text, value: Node, level: int, *, titled: bool) -> Iterator[Entry]:
        field = self._field(key.text)
        if field in ("rules", "related") and isinstance(value, Listing):
            yield from self._listed(key, value, field)
        elif field in CONTAINERS and not isinstance(value, Text):
            yield Entry(LineKind.SETTING, "", key.line, implied=True)
            yield from self._inside(value, field, level)
        elif isinstance(value, Text):
            if not field and not titled:
                yield from self._named_item(key, value)
        elif field == LEFT_OUT or (field and field not in ("section", "group")):
            if field not in _LISTS or not self._is_list_fact(value):
                yield self._left_out(key, value)
        elif isinstance(value, Listing):
            yield self._named(key, level)
            yield from self._parts(value, "", level + 1, 0)
        elif self._has_parts(value) or not self._looks_like_item(value):
            yield from self._heading(value, _LEVELS[min(level, 1)], key, level + 1)
        else:
            yield from self._item(value, 0, key)

    def _inside(self, value: Node, field: str, level: int) -> Iterator[Entry]:
        if isinstance(value, Listing):
            yield from self._parts(value, field, level, 0)
        elif isinstance(value, Mapping):
            for key, inner in value.pairs:
                yield from self._below(key, inner, level, titled=False)

    def _parts(self, node: Listing, container: str, level: int, depth: int) -> Iterator[Entry]:
        """The parts of a list that stands under `level` headings and `depth` items."""
        level = max(level, 0) if container not in _OF_NAME else _OF_NAME[container]
        for part in node.parts:
            if isinstance(part, Listing):
                yield from self._parts(part, container, level, depth)
            elif isinstance(part, Text):
                kind = _LEVELS[level] if container in ("sections", "groups") else LineKind.ITEM
                if part.text.strip():
                    yield Entry(kind, part.text, part.line, part.end, depth)
            elif container not in _OF_NAME and not self._title(part) and self._has_parts(part):
                for key, value in part.pairs:
                    yield from self._below(key, value, level, titled=False)
            elif level < 2 and (container in ("sections", "groups") or self._has_parts(part)):
                yield from self._heading(part, _LEVELS[level], None, level + 1)
            else:
                yield from self._item(part, depth, None)

    def _item(self, node: Mapping, depth: int, name: Text | None) -> Iterator[Entry]:
        title = self._title(node) or name
        if title is None and len(node.pairs) == 1:
            key, value = node.pairs[0]
            if isinstance(value, Text) and not self._field(key.text):
                yield from self._named_item(key, value, depth)
                return
        entry = self._entry(node, title, LineKind.ITEM, name)
        entry.level = depth
        yield entry
        for key, value in node.pairs:
            if isinstance(value, Text):
                continue
            field = self._field(key.text)
            if field in CONTAINERS and isinstance(value, Listing):
                yield Entry(LineKind.SETTING, "", key.line, implied=True)
                yield from self._parts(value, "items", 2, depth + 1)
            elif not field and isinstance(value, Listing) and self._has_texts(value):
                yield Entry(LineKind.ITEM, key.text, key.line, key.end, depth + 1)
                yield from self._parts(value, "items", 2, depth + 2)
            else:
                yield self._left_out(key, value)

    def _entry(self, node: Mapping, title: Text | None, kind: LineKind, name: Text | None) -> Entry:
        """The entry of a mapping with its facts: all texts in it but the title."""
        text, line, end = (title.text, title.line, title.end) if title else ("", node.line, 0)
        entry = Entry(kind, text, line, end)
        known = self._title(node)
        named = self._named_items(node) if kind != LineKind.ITEM else ()
        if name and title is not name:
            entry.facts.append(Fact(LEFT_OUT, name.text, name.text, name.line, name.end))
        for key, value in node.pairs:
            if value is known:
                continue
            field = self._field(key.text)
            if isinstance(value, Text):
                if id(key) in named:
                    continue
                field = "" if field == TITLE else field
                shown = "" if value.nothing else value.text
                entry.facts.append(Fact(field, key.text, shown, key.line, value.end))
            elif isinstance(value, Listing) and self._is_list_fact(value) and field in _LISTS:
                entry.facts.append(self._list_fact(field, key, value))
        return entry

    def _list_fact(self, field: str, key: Text, value: Listing) -> Fact:
        parts = tuple(part.text for part in value.parts if isinstance(part, Text))
        end = max((text.end for text in texts_in(value)), default=key.end)
        text = "\n\n".join(parts) if field == GUIDANCE else ", ".join(parts)
        return Fact(field, key.text, text, key.line, end, parts)

    def _listed(self, key: Text, value: Listing, field: str) -> Iterator[Entry]:
        """Related documents or sign-off rules."""
        yield Entry(LineKind.SETTING, "", key.line, implied=True)
        kind = LineKind.RELATED if field == "related" else LineKind.SETTING
        for part in value.parts:
            if isinstance(part, Mapping):
                facts = []
                title = self._title(part) if field == "related" else None
                for name, inner in part.pairs:
                    if inner is title:
                        continue
                    if isinstance(inner, Text):
                        facts.append(Fact("", name.text, inner.text, name.line, inner.end))
                    elif isinstance(inner, Listing):
                        facts.append(self._list_fact(name.text, name, inner))
                text = title.text if title else "" if field == "related" else "rules"
                yield Entry(kind, text, title.line if title else part.line, facts=facts)
            elif isinstance(part, Text):
                fact = Fact("", "url", part.text, part.line, part.end)
                yield Entry(kind, "" if field == "related" else "rules", part.line, facts=[fact])

    def _named(self, key: Text, level: int) -> Entry:
        return Entry(_LEVELS[min(level, 1)], key.text, key.line, key.end)

    def _named_item(self, key: Text, value: Text, depth: int = 0) -> Iterator[Entry]:
        """A name beside a text: done or not if the text says so, otherwise guidance."""
        means_status = value.nothing or answer_of(value.text) is not None
        field = STATUS if means_status else GUIDANCE
        fact = Fact(field, key.text, "" if value.nothing else value.text, value.line, value.end)
        yield Entry(LineKind.ITEM, key.text, key.line, key.end, depth, [fact])

    def _left_out(self, key: Text, value: Node) -> Entry:
        end = max((text.end for text in texts_in(value)), default=key.end)
        why = _FLAT.format(key.text[:80])
        return Entry(LineKind.IGNORED, key.text, key.line, end, implied=True, why=why)

    def _title(self, node: Mapping) -> Text | None:
        """The title in a mapping: by the plainest of the names that mean one."""
        wanted = (TITLE, SECTION, GROUP) if self._has_parts(node) else (TITLE,)
        found = [
            (wanted.index(field), key.text.casefold() not in ("title", "name", "label"), value)
            for key, value in node.pairs
            if isinstance(value, Text) and (field := self._field(key.text)) in wanted
        ]
        return min(found, key=lambda found: found[:2])[2] if found else None

    def _named_items(self, node: Mapping) -> set[int]:
        """The names (by `id`) beside a text that are items: none if the mapping has a title; if it
        lists its parts, only those whose text says whether they are done."""
        if self._title(node):
            return set()
        lists = any(self._field(key.text) in CONTAINERS for key, _value in node.pairs)
        return {
            id(key)
            for key, value in node.pairs
            if isinstance(value, Text) and not self._field(key.text)
            if not lists or value.nothing or answer_of(value.text) is not None
        }

    def _has_parts(self, node: Mapping) -> bool:
        """Whether a mapping is a heading: it holds parts of a checklist."""
        return any(
            self._field(key.text) in (*CONTAINERS, CHILDREN)
            or (not self._field(key.text) and isinstance(value, Listing) and self._has_texts(value))
            for key, value in node.pairs
            if not isinstance(value, Text)
        )

    def _looks_like_item(self, node: Mapping) -> bool:
        return any(
            self._field(key.text) not in ("", LEFT_OUT)
            for key, value in node.pairs
            if isinstance(value, Text)
        )

    def _has_texts(self, node: Listing) -> bool:
        return any(
            isinstance(part, Text) or (isinstance(part, Mapping) and self._title(part))
            for part in node.parts
        )

    def _is_list_fact(self, node: Node) -> bool:
        return isinstance(node, Listing) and all(isinstance(part, Text) for part in node.parts)
