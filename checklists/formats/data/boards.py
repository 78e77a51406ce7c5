"""A board's export: lists, cards and checklists that name each other, put where people see them.

A list is a section. A card with checklists is a group of their entries, any other card an item.
What is archived is not seen on the board; it is left out, and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from checklists.formats.data.nodes import (
    Mapping,
    Node,
    Text,
    mappings_of,
    text_of,
    texts_in,
    value_of,
)
from checklists.formats.reading.entries import Entry, Fact
from checklists.formats.reading.names import GUIDANCE, STATUS
from checklists.formats.tree import LineKind

ARCHIVED = gettext_lazy("This is archived, so nobody sees it on the board. It was left out.")
OTHERWISE = gettext_lazy("This part of the board holds nothing to answer. It was left out.")
_PARTS = frozenset({"lists", "cards", "checklists"})
_BUILT = frozenset({"id", "pos", "closed", "idList", "idCard", "idBoard", "idChecklist"})
"""Names by which the parts of a board are put together."""


def is_board(node: Node) -> bool:
    """Whether a value is the export of a board."""
    if not isinstance(node, Mapping):
        return False
    lists, cards = (mappings_of(node, name) for name in ("lists", "cards"))
    return bool(lists and cards and any(text_of(card, "idList") for card in cards))


def board_entries(board: Mapping) -> Iterator[Entry]:
    """What a person sees on the board."""
    cards, checklists = defaultdict(list), defaultdict(list)
    for card in _in_order(board, "cards"):
        cards[value_of(card, "idList")].append(card)
    for checklist in _in_order(board, "checklists"):
        checklists[value_of(checklist, "idCard")].append(checklist)
    yield _named(LineKind.TITLE, board)
    for key, value in board.pairs:
        if not isinstance(value, Text):
            yield _part(key, value)
    yield from _structure(board)
    for column in _in_order(board, "lists"):
        if value_of(column, "closed") == "true":
            yield _archived(column)
            continue
        yield _named(LineKind.SECTION, column)
        # Cards with entries are groups; items after a group would become part of it.
        below = cards[value_of(column, "id")]
        for card in sorted(below, key=lambda card: bool(checklists[value_of(card, "id")])):
            if value_of(card, "closed") == "true":
                yield _archived(card)
            else:
                yield from _card(card, checklists[value_of(card, "id")])


def _card(card: Mapping, checklists: list[Mapping]) -> Iterator[Entry]:
    if not checklists:
        yield _named(LineKind.ITEM, card, "dueComplete")
        return
    yield _named(LineKind.GROUP, card)
    for checklist in checklists:
        if len(checklists) > 1:
            name = text_of(checklist, "name")
            card_name = value_of(card, "name")
            if name and checklist is not checklists[0]:
                text = f"{card_name} / {name.text}"
                yield Entry(LineKind.GROUP, text, name.line, name.end)
        for entry in _in_order(checklist, "checkItems"):
            yield _named(LineKind.ITEM, entry, "state")


def _named(kind: LineKind, node: Mapping, status: str = "") -> Entry:
    name = text_of(node, "name")
    line, end = (name.line, name.end) if name else (node.line, node.line)
    entry = Entry(kind, name.text if name else "", line, end)
    for key, value in node.pairs:
        if isinstance(value, Text) and value is not name:
            field = {"desc": GUIDANCE, status: STATUS}.get(key.text)
            if field and value.text:
                entry.facts.append(Fact(field, key.text, value.text, key.line, value.end))
    return entry


def _part(key: Text, value: Node) -> Entry:
    end = max((text.end for text in texts_in(value)), default=key.line)
    if key.text in _PARTS:
        return Entry(LineKind.SETTING, "", key.line, implied=True)
    return Entry(LineKind.IGNORED, key.text, key.line, end, implied=True, why=str(OTHERWISE))


def _structure(board: Mapping) -> Iterator[Entry]:
    """The lines that only say how the board is put together."""
    parts = [part for name in sorted(_PARTS) for part in mappings_of(board, name)]
    parts += [entry for part in parts for entry in mappings_of(part, "checkItems")]
    for part in (board, *parts):
        for key, value in part.pairs:
            if key.text in _BUILT or (key.text == "checkItems" and not isinstance(value, Text)):
                yield Entry(LineKind.SETTING, "", key.line, implied=True)


def _archived(node: Mapping) -> Entry:
    name = text_of(node, "name")
    line, end = (name.line, name.end) if name else (node.line, node.line)
    return Entry(LineKind.IGNORED, name.text if name else "", line, end, why=str(ARCHIVED))


def _in_order(node: Mapping, name: str) -> list[Mapping]:
    """The parts of that name by their position on the board."""
    return sorted(mappings_of(node, name), key=_position)


def _position(node: Mapping) -> float:
    try:
        return float(value_of(node, "pos"))
    except ValueError:
        return 0.0
