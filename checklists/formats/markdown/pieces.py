"""What the lines of a source are, one piece after the other, before they become a checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from checklists.formats.markdown.drafts import Draft
from checklists.formats.markdown.words import Why
from checklists.formats.tree import LineKind

SECTION_LEVEL, GROUP_LEVEL, LINE_LEVEL = 2, 3, 7
"""Levels of headings; the last is that of a line which is a heading only by its looks."""


@dataclass(slots=True, eq=False)
class Piece:
    """A heading, item, text or setting on the lines `numbers` (from 1).

    `text` is Markdown: a title, or what guidance says. `level` is a heading's. `under` is the item
    that an item is nested in, or that a text belongs to; without one it belongs to the heading
    above. `answer`, `words`, `na` and `requirement` are an item's, beside what its title says.
    `odd` says why a line is reported. `part` is what the piece became or belongs to.
    """

    kind: LineKind
    numbers: Sequence[int]
    text: str = ""
    level: int = 0
    under: Piece | None = None
    answer: str = ""
    words: str = ""
    na: bool = False
    requirement: str = ""
    odd: dict[int, Why] = field(default_factory=dict)
    part: Draft | None = None

    @property
    def line(self) -> int:
        """The number of its first line."""
        return self.numbers[0]

    def report(self, why: Why, line: int = 0) -> None:
        """Report a line of it, the first if none is named. The first reason counts."""
        self.odd.setdefault(line or self.line, why)

    def report_all(self, why: Why) -> None:
        """Report each of its lines."""
        for number in self.numbers:
            self.odd.setdefault(number, why)
