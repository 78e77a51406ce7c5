"""What HTML is made of, as lines of Markdown and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from checklists.formats.markdown.grid import Cell, Row, Table


@dataclass(slots=True)
class Segment:
    """Lines of one kind (text, summary, dropped), or a table."""

    kind: str
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    table: Table | None = None

    def renumber(self, numbers: Sequence[int]) -> None:
        """Count lines as the file does, not as the text that was read."""
        self.numbers = [numbers[number] for number in self.numbers]
        if self.table:
            self.table.header = _renumbered(self.table.header, numbers)
            self.table.rows = [_renumbered(row, numbers) for row in self.table.rows]


def _renumbered(row: Row, numbers: Sequence[int]) -> Row:
    return [Cell(cell.text, numbers[cell.line]) for cell in row]
