"""Which rows of a release to show: read from the address, and written to it again.

The conditions combine: a row is shown if all of them hold. The same address shows the same rows to
everybody, but for what is "mine".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from checklists.pages.rows import ItemRow
from checklists.pages.snapshot import Snapshot
from checklists.search.tokens import LONGEST_QUERY
from checklists.state import (
    ItemState,
    Requirement,
    RowStatus,
    Stage,
    Verdict,
    current_verdict,
)

SHOWN: dict[str, Callable[[ItemRow, str], bool]] = {
    "all": lambda row, me: True,
    "mine": lambda row, me: row.who is not None and row.who.pid == me,
    "blockers": lambda row, me: bool(row.block),
    "failed": lambda row, me: row.status == RowStatus.FAILED,
    "progress": lambda row, me: row.status == RowStatus.PROGRESS,
    "open": lambda row, me: row.status == RowStatus.OPEN,
    "unassigned": lambda row, me: row.nobody,
    "unsettled": lambda row, me: not RowStatus(row.status).settled,
    "carried": lambda row, me: bool(row.carried),
}
"""The filters of one word, that the chips choose."""

FLAGS: dict[str, Callable[[ItemState, ItemRow], bool]] = {
    "late": lambda item, row: row.late,
    "blocker": lambda item, row: bool(row.block),
    "carried": lambda item, row: item.carried_from is not None,
    "missing": lambda item, row: row.evidence_missing,
}

REQUIREMENTS = [str(requirement) for requirement in Requirement]
STAGES = [str(stage) for stage in Stage]
STATES = [str(status) for status in RowStatus]
PROBES = [str(verdict) for verdict in Verdict]
NAME_MAX = 300


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions; one that is empty asks for nothing."""

    show: str = "all"
    state: tuple[str, ...] = ()
    section: str = ""
    role: str = ""
    requirement: str = ""
    stage: str = ""
    probe: str = ""
    only: tuple[str, ...] = ()
    q: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Filter:
        """The filter that an address asks for; what it does not know is left out."""
        show = query.get("show", "all")
        return cls(
            show=show if show in SHOWN else "all",
            state=_known(query.getlist("state"), STATES),
            section=query.get("section", "")[:NAME_MAX],
            role=query.get("role", "")[:NAME_MAX],
            requirement=_one(query.get("requirement", ""), REQUIREMENTS),
            stage=_one(query.get("stage", ""), STAGES),
            probe=_one(query.get("probe", ""), PROBES),
            only=_known(query.getlist("only"), list(FLAGS)),
            q=query.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY],
        )

    @classmethod
    def of_text(cls, query: str) -> Filter:
        """The filter of a query string."""
        return cls.of(QueryDict(query))

    def as_query(self) -> str:
        """The query string of the same filter; nothing for one that shows all."""
        asked: list[tuple[str, Any]] = []
        for name, value in self._asked().items():
            asked += [(name, one) for one in (value if isinstance(value, tuple) else (value,))]
        return urlencode(asked)

    @property
    def conditions(self) -> int:
        """How many conditions there are beside the chip and the words."""
        return len(self._asked().keys() - {"show", "q"})

    def rows_shown(
        self, snapshot: Snapshot, me: str, found: Collection[int] | None
    ) -> frozenset[int] | None:
        """The items that are shown to the person `me`; None for all of them.

        `found` are the items that search finds for the words; numbers are looked for here.
        """
        if not self._asked():
            return None
        return frozenset(
            item.id
            for item in snapshot.state.items
            if self._holds(snapshot, item, snapshot.rows[item.id], me)
            and (not self.q or self._found(snapshot.rows[item.id], item.id, found or ()))
        )

    def _asked(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value and value != "all"}

    def _found(self, row: ItemRow, pk: int, found: Collection[int]) -> bool:
        words = self.q.casefold().split()
        return pk in found or all(word in f"{row.number} {row.title}".casefold() for word in words)

    def _holds(self, snapshot: Snapshot, item: ItemState, row: ItemRow, me: str) -> bool:
        return (
            SHOWN[self.show](row, me)
            and (not self.state or row.status in self.state)
            and self.section in ("", item.section_ref)
            and self.role in ("", item.assignee_role)
            and self.requirement in ("", item.requirement)
            and self.stage in ("", item.stage)
            and (not self.probe or self.probe == _verdict(snapshot, item))
            and all(FLAGS[flag](item, row) for flag in self.only)
        )


def _verdict(snapshot: Snapshot, item: ItemState) -> str:
    if item.probe is None:
        return ""
    seen = snapshot.observed.get(item.probe.id)
    return str(current_verdict(item.probe, seen, snapshot.decision.as_of))


def _known(values: Collection[str], allowed: Collection[str]) -> tuple[str, ...]:
    return tuple(value for value in allowed if value in values)


def _one(value: str, allowed: Collection[str]) -> str:
    return value if value in allowed else ""
