"""What stands beside the rows of a release: all that counts them, and the filters' numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checklists.pages.counters import SectionCount
from checklists.pages.meeting import CallLine
from checklists.pages.rows import ItemRow
from checklists.pages.sign_cells import SignCell
from checklists.pages.verdict import VerdictButton
from checklists.pages.words import BLOCKERS, counted
from checklists.state import RowStatus

DENSE_FROM = 240
"""From so many items on, the marks of the strip are drawn thinner."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Everything beside the rows: absolute, and the same for everybody."""

    seq: int
    percent: int
    settled: int
    total: int
    digest: str
    verdict: VerdictButton
    signs: tuple[SignCell, ...]
    sign_url: str
    calls: tuple[CallLine, ...]
    sections: tuple[SectionCount, ...]
    chips: Mapping[str, int]
    several: bool

    @property
    def called(self) -> bool:
        """Somebody has spoken in the meeting."""
        return any(line.said for line in self.calls)

    @property
    def dense(self) -> bool:
        """Too many marks for full width."""
        return sum(section.total for section in self.sections) >= DENSE_FROM

    @property
    def mini_css(self) -> str:
        """The colour of the small verdict above the sections."""
        return f"st-{self.verdict.glyph}"

    @property
    def mini_words(self) -> str:
        """ "4 blockers", or nothing."""
        blockers = self.chips["blockers"]
        return counted(blockers, BLOCKERS) if blockers else ""


def chip_counts(rows: Iterable[ItemRow]) -> dict[str, int]:
    """How many rows each filter shows, but for "mine", which depends on who asks."""
    rows = list(rows)
    statuses = Counter(row.status for row in rows)
    unsettled = [row for row in rows if not RowStatus(row.status).settled]
    return {
        "all": len(rows),
        "blockers": sum(bool(row.block) for row in rows),
        "failed": statuses[RowStatus.FAILED],
        "progress": statuses[RowStatus.PROGRESS],
        "open": statuses[RowStatus.OPEN],
        "unsettled": len(unsettled),
        "unassigned": sum(row.nobody for row in unsettled),
        "carried": sum(bool(row.carried) for row in rows),
    }
