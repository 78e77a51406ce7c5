"""Everything on a release page that counts rows: verdict, strip, sections, sign-off cells.

Only absolute values, derived in one pass from what the gate decided and what the rows show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.pages.rows import ItemRow
from checklists.pages.words import BLOCKERS, counted, of_total
from checklists.state import ItemState, RowStatus, Stage

GAP = 1.6
"""Percent of the strip's width between two sections."""

# Where a mark begins; all end at 30. Height says the status as well as colour does.
MARK_TOPS = {
    RowStatus.FAILED: 0,
    RowStatus.DONE: 6,
    RowStatus.WAIVED: 6,
    RowStatus.PROGRESS: 18,
    RowStatus.OPEN: 24,
    RowStatus.NOT_APPLICABLE: 28,
}


@dataclass(frozen=True, slots=True)
class Titles:
    """What sections and groups are called; keys are ``checklist/section``, ``checklist/group``."""

    sections: Mapping[str, str]
    groups: Mapping[str, str]
    checklists: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """An item in the strip."""

    pk: str
    css: str
    x: str
    top: str


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group with its settled items. `pks` are its rows, in order; `place` is what a form that
    adds an item to it sends.
    """

    dom_id: str
    title: str
    settled: int
    total: int
    pks: tuple[int, ...]
    place: str

    @property
    def words(self) -> str:
        """ "4 of 5"."""
        return of_total(self.settled, self.total)


@dataclass(frozen=True, slots=True)
class SectionCount:
    """A section with its settled items, its blockers, its groups and its part of the strip."""

    index: int
    number: str
    title: str
    checklist: str
    first_of_checklist: bool
    after_go_live: bool
    settled: int
    total: int
    blockers: int
    by_status: tuple[tuple[str, int], ...]
    groups: tuple[GroupCount, ...]
    marks: tuple[Mark, ...]
    x: str
    width: str

    @property
    def dom_id(self) -> str:
        """The id of the section's root element."""
        return f"section-{self.index}"

    @property
    def percent(self) -> int:
        """Settled, of a hundred; 100 only when all are."""
        return self.settled * 100 // self.total if self.total else 0

    @property
    def done(self) -> int:
        """Items that show as done."""
        return dict(self.by_status).get(RowStatus.DONE, 0)

    @property
    def waived(self) -> int:
        """Items that show as waived."""
        return dict(self.by_status).get(RowStatus.WAIVED, 0)

    @property
    def not_applicable(self) -> int:
        """Items that show as not applicable."""
        return dict(self.by_status).get(RowStatus.NOT_APPLICABLE, 0)

    @property
    def failed(self) -> int:
        """Items that show as failed."""
        return dict(self.by_status).get(RowStatus.FAILED, 0)

    @property
    def unsettled(self) -> int:
        """Items that still need somebody, the failed ones too."""
        return self.total - self.settled

    @property
    def words(self) -> str:
        """ "16 of 20"."""
        return of_total(self.settled, self.total)

    @property
    def blocker_words(self) -> str:
        """ "2 blockers", or nothing."""
        return counted(self.blockers, BLOCKERS) if self.blockers else ""

    @property
    def label(self) -> str:
        """The section in one sentence, for the strip's links."""
        settled = _("%(words)s settled") % {"words": self.words}
        said = f"{self.number} {self.title}: {settled}"
        return f"{said}, {self.blocker_words}" if self.blockers else said


def section_counts(
    items: Sequence[ItemState],
    rows: Mapping[int, ItemRow],
    titles: Titles,
    known: Sequence[SectionCount] = (),
    known_rows: Mapping[int, ItemRow] | None = None,
) -> tuple[SectionCount, ...]:
    """The sections of a release in order, each with its counts and its place in the strip.

    A section of `known` is taken over if every row in it is the same object as in `known_rows`.
    """
    held: dict[str, list[ItemState]] = {}
    for item in items:
        held.setdefault(item.section_ref, []).append(item)
    usable = max(100 - GAP * (len(held) - 1), 1)
    unit = usable / max(len(items), 1)
    sections: list[SectionCount] = []
    x, checklist = 0.0, ""
    for index, (ref, members) in enumerate(held.items(), start=1):
        first = members[0].checklist != checklist
        section = _unchanged(index, members, rows, known, known_rows or {})
        sections.append(section or _section(index, ref, members, rows, titles, x, unit, first))
        checklist = members[0].checklist
        x += unit * len(members) + GAP
    return tuple(sections)


def _unchanged(
    index: int,
    items: Sequence[ItemState],
    rows: Mapping[int, ItemRow],
    known: Sequence[SectionCount],
    known_rows: Mapping[int, ItemRow],
) -> SectionCount | None:
    if index > len(known) or len(rows) != len(known_rows):
        return None
    same = all(known_rows.get(item.id) is rows[item.id] for item in items)
    return known[index - 1] if same else None


def _section(
    index: int,
    ref: str,
    items: Sequence[ItemState],
    rows: Mapping[int, ItemRow],
    titles: Titles,
    x: float,
    unit: float,
    first: bool,
) -> SectionCount:
    shown = [rows[item.id] for item in items]
    by_status = Counter(row.status for row in shown)
    return SectionCount(
        index=index,
        number=items[0].number.partition(".")[0],
        title=titles.sections.get(ref, items[0].section),
        checklist=titles.checklists.get(items[0].checklist, items[0].checklist),
        first_of_checklist=first,
        after_go_live=all(item.stage == Stage.CLOSE for item in items),
        settled=_settled(shown),
        total=len(items),
        blockers=sum(bool(row.block) for row in shown),
        by_status=tuple(sorted(by_status.items())),
        groups=tuple(_groups(index, items, rows, titles)),
        marks=tuple(_mark(row, x + unit * (at + 0.5)) for at, row in enumerate(shown)),
        x=f"{x:.2f}%",
        width=f"{unit * len(items):.2f}%",
    )


def _groups(
    index: int, items: Sequence[ItemState], rows: Mapping[int, ItemRow], titles: Titles
) -> Iterable[GroupCount]:
    held: dict[str, list[ItemState]] = {}
    for item in items:
        held.setdefault(item.group, []).append(item)
    for at, (key, members) in enumerate(held.items(), start=1):
        yield GroupCount(
            dom_id=f"group-{index}-{at}",
            title=titles.groups.get(f"{members[0].checklist}/{key}", key),
            settled=_settled([rows[item.id] for item in members]),
            total=len(members),
            pks=tuple(item.id for item in members),
            place=f"{members[0].checklist}:{key}",
        )


def _mark(row: ItemRow, x: float) -> Mark:
    return Mark(
        pk=row.pk,
        css=f"st-{row.status}",
        x=f"{x:.2f}%",
        top=str(MARK_TOPS[RowStatus(row.status)]),
    )


def _settled(rows: Iterable[ItemRow]) -> int:
    return sum(RowStatus(row.status).settled for row in rows)
