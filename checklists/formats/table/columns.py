"""Which column of a table holds what: by its header, or by what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.formats.keys import slug
from checklists.formats.reading.facts import answer_of
from checklists.formats.reading.names import GROUP, SECTION, STATUS, TITLE, field_of
from checklists.formats.table.cells import Row

_ENOUGH = 4
"""Rows from which on a column without a header can be judged by what it holds."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The field and the name of each column. `header` is the row that names them, if any."""

    fields: tuple[str, ...]
    names: tuple[str, ...]
    header: Row | None

    def column(self, field: str) -> int | None:
        """The first column of that field."""
        return self.fields.index(field) if field in self.fields else None


def columns_of(rows: Sequence[Row]) -> Columns:
    """What the columns of somebody's table hold. There is always one of titles."""
    first = rows[0]
    width = max(len(row.cells) for row in rows)
    named = [_named(first.cell(at), len(rows)) for at in range(width)]
    has_header = any(named) and len(rows) > 1
    body = rows[1:] if has_header else rows
    if has_header:
        names = [
            first.cell(at).strip() or _("Column %(at)s") % {"at": at + 1} for at in range(width)
        ]
        fields = [_once(field, named[:at]) for at, field in enumerate(named)]
    else:
        names = [_("Column %(at)s") % {"at": at + 1} for at in range(width)]
        fields = [""] * width
    if TITLE not in fields:
        _choose_title(fields, names, body)
    if not has_header:
        _guess(fields, body)
    return Columns(tuple(fields), tuple(names), first if has_header else None)


def _named(name: str, rows: int) -> str:
    """The field that a header means. A table of one row has none."""
    return field_of(name) if rows > 1 and len(name) < 60 else ""


def _once(field: str, before: Sequence[str]) -> str:
    """A second column of titles or headings is an ordinary one, with its name."""
    return "" if field in (TITLE, SECTION, GROUP) and field in before else field


def _choose_title(fields: list[str], names: Sequence[str], body: Sequence[Row]) -> None:
    """Let the column of “Requirement” hold the titles, or the longest that says nothing else."""
    for at, name in enumerate(names):
        if slug(name) in ("requirement", "control", "anforderung", "kriterium", "criterion"):
            fields[at] = TITLE
            return
    free = [at for at, field in enumerate(fields) if not field] or range(len(fields))
    longest = max(free, key=lambda at: sum(len(row.cell(at)) for row in body))
    fields[longest] = TITLE


def _guess(fields: list[str], body: Sequence[Row]) -> None:
    """Know a column of headings before the titles, and one of answers, without a header."""
    if len(body) < _ENOUGH:
        return
    title = fields.index(TITLE)
    for at in range(len(fields)):
        values = [row.cell(at).strip() for row in body]
        said = [value for value in values if value]
        if at == title or not said:
            continue
        if STATUS not in fields and all(answer_of(value) is not None for value in values):
            fields[at] = STATUS
        elif at < title and SECTION not in fields and 2 * len(set(said)) <= len(values):
            fields[at] = SECTION
