"""Rows of a table as items."""

from __future__ import annotations

import re
from dataclasses import replace

from checklists.formats.markdown import options, severity, words
from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.boxes import leading_box
from checklists.formats.markdown.collecting import Collected, take_answer, take_words
from checklists.formats.markdown.columns import Columns, columns_of, mark_of
from checklists.formats.markdown.grid import Row, Table
from checklists.formats.markdown.pieces import LINE_LEVEL, Piece
from checklists.formats.tree import DONE, NOT_APPLICABLE, REQUIREMENTS, LineKind

_BOLD = re.compile(r"(\*\*|__)(.+)\1:?")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_RULE = re.compile(r":?-{2,}:?")


def read_rows(block: Block, found: Collected, parent: Piece | None) -> None:
    """The items in the rows of a table."""
    frame = found.frame(block)
    if frame and block.odd:
        frame.report(block.odd)
    table = block.table
    columns = columns_of(table) if table else None
    if table and columns:
        _Rows(table, columns, found, parent).read()


class _Rows:
    def __init__(
        self, table: Table, columns: Columns, found: Collected, parent: Piece | None
    ) -> None:
        self._table = table
        self._columns = columns
        self._found = found
        self._parent = parent
        titles = [row[columns.item].text for row in table.rows]
        self._has_groups = any(text and not _BOLD.fullmatch(text) for text in titles)

    def read(self) -> None:
        last: Piece | None = None
        for row in self._table.rows:
            if all(not cell.text or _RULE.fullmatch(cell.text) for cell in row):
                continue
            group = self._group(row) if self._has_groups and not self._parent else ""
            if group:
                self._found.add(LineKind.GROUP, _lines(row), group, level=LINE_LEVEL)
                last = None
            elif self._title(row):
                last = self._items(row)
            else:
                self._guidance(row, last, skip=set())

    def _group(self, row: Row) -> str:
        """The title in a row that is nothing but a title."""
        numbers = self._columns.numbers
        texts = [c.text for place, c in enumerate(row) if c.text and place not in numbers]
        found = _BOLD.fullmatch(texts[0]) if len(texts) == 1 and len(row) > 1 else None
        return found.group(2) if found else ""

    def _title(self, row: Row) -> str:
        text = row[self._columns.item].text
        box = leading_box(text)
        return text[box.end :] if box else text

    def _items(self, row: Row) -> Piece:
        """The item of a row, or each of those that its cell lists behind boxes."""
        place = self._columns.item
        cell = row[place]
        parts = [part for part in _BREAK.split(cell.text) if part.strip()]
        if len(parts) < 2 or not all(map(leading_box, parts)):
            return self._item(row)
        for part in parts:
            last = self._item([*row[:place], replace(cell, text=part.strip()), *row[place + 1 :]])
        return last

    def _item(self, row: Row) -> Piece:
        cell = row[self._columns.item]
        text, choices = options.at_end(self._title(row))
        item = self._found.add(LineKind.ITEM, [cell.line], text, under=self._parent)
        box = leading_box(cell.text)
        if box:
            take_answer(item, box.answer, box.mark)
        if choices:
            item.na = choices.na
            take_answer(item, choices.answer, choices.chosen)
        self._answers(row, item)
        item.requirement = self._requirement(row)
        told = [row[place].line for place in self._columns.told() if row[place].text]
        self._found.add(LineKind.SETTING, sorted(set(told)), under=item)
        self._guidance(row, item, skip=self._columns.told())
        return item

    def _answers(self, row: Row, item: Piece) -> None:
        columns = self._columns
        item.na = any(map(_means_na, columns.choices.values()))
        for place in columns.status:
            text = row[place].text
            box = mark_of(text)
            choices = options.in_line(text)
            if box:
                take_answer(item, box.answer, box.mark)
            elif choices:
                item.na = item.na or choices.na
                take_answer(item, choices.answer, choices.chosen)
            elif text:
                answer = options.answer_of(text)
                take_answer(item, answer, "" if answer else text)
        for place, word in columns.choices.items():
            box = mark_of(row[place].text)
            if box and box.answer:
                answer = options.answer_of(word)
                take_answer(item, answer, "" if answer else word)
        for place in columns.words:
            if row[place].text:
                take_words(item, row[place].text)
                item.report(words.ANSWERED)

    def _requirement(self, row: Row) -> str:
        found = [level for place, level in self._columns.levels.items() if _ticked(row[place].text)]
        for place, (yes, no) in self._columns.severity.items():
            text = row[place].text
            box = mark_of(text)
            answer = box.answer if box else options.answer_of(text)
            said = severity.of_word(text) or severity.of_letter(text)
            found.append(said or (yes if answer == DONE else no))
        return next((level for level in REQUIREMENTS if level in found), "")

    def _guidance(self, row: Row, item: Piece | None, skip: set[int]) -> None:
        """The cells that say more about an item, each with the name of its column."""
        parts = []
        numbers = []
        for place, cell in enumerate(row):
            name = self._table.header[place].text
            if place in skip or not cell.text or (name == "#" and cell.text.isdigit()):
                continue
            parts.append(f"**{name.strip('*_: ')}**: {cell.text}" if name else cell.text)
            numbers.append(cell.line)
        if parts:
            text = parts[0] if len(parts) == 1 else "\n".join(f"- {part}" for part in parts)
            self._found.add(LineKind.GUIDANCE, sorted(set(numbers)), text, under=item)


def _ticked(text: str) -> bool:
    box = mark_of(text)
    return box is not None and box.answer == DONE


def _means_na(word: str) -> bool:
    return options.answer_of(word) == NOT_APPLICABLE


def _lines(row: Row) -> list[int]:
    return sorted({cell.line for cell in row if cell.text})
