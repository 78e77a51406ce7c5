"""Tables: what stands in each cell, and on which line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_RULE = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
MAX_COLUMNS = 100
"""A line with more cells is no row of a checklist."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds, as Markdown, and the line it stands on, from 1."""

    text: str
    line: int


Row = list[Cell]


@dataclass(slots=True)
class Table:
    """A table's header and rows. `numbers` are its lines, from 1; the first `frame` hold no row.
    `taken`: its rows are items.
    """

    header: Row
    rows: list[Row] = field(default_factory=list)
    numbers: Sequence[int] = ()
    taken: bool = False
    frame: int = 2


def row_of(line: str, number: int) -> Row:
    """The cells of a line between its pipes; an escaped pipe is a character like any other."""
    text = line.strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [Cell(part.strip().replace("\\|", "|"), number) for part in _PIPE.split(text)]


def begins_table(line: str, below: str) -> bool:
    """Whether the line is the header of a table, seen from the line below it."""
    if "|" not in line or "-" not in below or not ("|" in below or line.count("|") < 3):
        return False
    if below.lstrip()[:1] not in ("|", ":", "-") or below.count("|") > MAX_COLUMNS:
        return False
    rules = row_of(below, 0)
    if not all(_RULE.fullmatch(rule.text) for rule in rules):
        return False
    return len(row_of(line, 0)) == len(rules)


def padded(row: Row, width: int) -> Row:
    """The row with as many cells as there are columns; what is too much joins the last."""
    if len(row) > width:
        rest = " | ".join(cell.text for cell in row[width - 1 :] if cell.text)
        return [*row[: width - 1], Cell(rest, row[width - 1].line)]
    line = row[-1].line if row else 0
    return [*row, *(Cell("", line) for _ in range(width - len(row)))]
