"""Rows of cells from a CSV text and back, each with its line, safe to open in a spreadsheet.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@` or a tab. Such a cell is written with
an apostrophe before it, which spreadsheets take as "this is text", and the apostrophe is taken away
again when it is read. A cell that has apostrophes before such a sign already gets one more, so
every text reads back exactly as it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.errors import Invalid

DELIMITERS = ",;\t|"
MAX_COLUMNS = 200
MAX_CELLS = 500_000
_RISKY = re.compile("'*[=+\\-@\t\uff1d\uff0b\uff0d\uff20]")
_SAFE = re.compile("'+[=+\\-@\t\uff1d\uff0b\uff0d\uff20]")
_SAMPLE = 50
csv.field_size_limit(200_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One row; it stands on the lines from `line` to `end`, counted from 1."""

    cells: tuple[str, ...]
    line: int
    end: int

    def cell(self, column: int) -> str:
        """The text in a column; rows may be shorter than the header."""
        return self.cells[column] if column < len(self.cells) else ""


def read_rows(text: str) -> list[Row]:
    """The rows that hold anything. Raises Invalid (bad_csv, too_complex)."""
    lines = [f"{line}\n" for line in text.split("\n")]
    delimiter = _delimiter(lines)
    rows, cells = [], 0
    for row in _rows(lines, delimiter):
        rows.append(row)
        cells += len(row.cells)
        _refuse_size(row, cells)
    return rows


def write_rows(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV with commas, and the mark by which spreadsheets know that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return f"\ufeff{text.getvalue()}"


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet runs."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if _SAFE.match(cell) else cell


def _refuse_size(row: Row, cells: int) -> None:
    """Raise Invalid if the row is too wide, or if there are too many cells down to it."""
    if len(row.cells) > MAX_COLUMNS:
        raise Invalid(
            _("Line %(line)s has %(count)s columns; the limit is %(max_columns)s.")
            % {"line": row.line, "count": len(row.cells), "max_columns": MAX_COLUMNS},
            code="bad_csv",
            line=row.line,
        )
    if cells > MAX_CELLS:
        raise Invalid(
            _(
                "By line %(line)s the table holds more than %(max_cells)s cells. Leave out the"
                " columns that say nothing, or split it into several checklists."
            )
            % {"line": row.line, "max_cells": f"{MAX_CELLS:,}"},
            code="too_complex",
            line=row.line,
        )


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            end = reader.line_num
            if any(cell.strip() for cell in cells):
                last = cells[-1].removesuffix("\n")  # an open quotation swallows the last line end
                made = (*(bare(cell) for cell in cells[:-1]), bare(last))
                yield Row(made, line, end)
            line = end + 1
    except csv.Error as error:
        raise Invalid(
            _("This is not CSV. Line %(line)s: %(error)s.") % {"line": line, "error": error},
            code="bad_csv",
            line=line,
        ) from None


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that splits the first rows most evenly; a comma if none does."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row.cells) for row in _sample(lines, delimiter))
        width, times = max(widths.items(), key=lambda found: found[1], default=(1, 0))
        return (times if width > 1 else 0, width)

    return max(DELIMITERS, key=evenness)


def _sample(lines: Sequence[str], delimiter: str) -> list[Row]:
    found: list[Row] = []
    try:
        for row in _rows(lines, delimiter):
            found.append(row)
            if len(found) == _SAMPLE:
                break
    except Invalid:
        return found
    return found
