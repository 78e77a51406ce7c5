"""Anybody's table: one item in each row, in the section and group that its row names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checklists.formats.reading.entries import Entry, Fact
from checklists.formats.reading.names import GROUP, GUIDANCE, SECTION, TITLE
from checklists.formats.table.cells import Row
from checklists.formats.table.columns import Columns
from checklists.formats.tree import LineKind

Placed = tuple[str, str, Row]


def entries_of(rows: Sequence[Row], columns: Columns) -> Iterator[Entry]:
    """The rows section by section and group by group, each in the order of its first row."""
    sections: dict[str, dict[str, list[Row]]] = {}
    for section, group, row in _placed(rows, columns):
        sections.setdefault(section, {}).setdefault(group, []).append(row)
    for section in sorted(sections, key=bool):  # what stands under no heading comes first
        groups = sections[section]
        line = next(iter(groups.values()))[0].line
        if section:
            yield Entry(LineKind.SECTION, section, line, implied=True)
        for group in sorted(groups, key=bool):
            if group:
                yield Entry(LineKind.GROUP, group, groups[group][0].line, implied=True)
            for row in groups[group]:
                yield from _row(row, columns)


def _placed(rows: Sequence[Row], columns: Columns) -> Iterator[Placed]:
    """Each row with its section and group; an empty cell means the one above, as if merged."""
    section_at, group_at = columns.column(SECTION), columns.column(GROUP)
    section = group = ""
    for row in rows:
        named = row.cell(section_at).strip() if section_at is not None else ""
        if named and named != section:
            section, group = named, ""
        if group_at is not None:
            group = row.cell(group_at).strip() or group
        yield section, group, row


def _row(row: Row, columns: Columns) -> Iterator[Entry]:
    title_at = columns.fields.index(TITLE)
    title = row.cell(title_at)
    facts = [
        Fact(field, columns.names[at], row.cell(at), row.line, row.end)
        for at, field in enumerate(columns.fields)
        if at != title_at and field not in (SECTION, GROUP) and row.cell(at).strip()
    ]
    if title.strip():
        yield Entry(LineKind.ITEM, title, row.line, row.end, facts=facts)
    elif facts:
        text = "\n".join(
            fact.text if fact.field == GUIDANCE else f"{fact.name}: {fact.text}" for fact in facts
        )
        yield Entry(LineKind.GUIDANCE, text, row.line, row.end)
