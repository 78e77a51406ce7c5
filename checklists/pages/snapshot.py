"""A release at one moment, with everything its page shows: loaded once, in a fixed few queries."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.utils.safestring import SafeString

from checklists.audit.current import tree_of
from checklists.gate import Decision
from checklists.gate.signoffs import signoff_standing
from checklists.pages.carried import origins_of
from checklists.pages.counters import SectionCount, Titles, section_counts
from checklists.pages.faces import Face
from checklists.pages.meeting import call_lines
from checklists.pages.people import People, Roles, people_of, pids_in, role_name
from checklists.pages.rows import ItemRow, Scene, item_row, looks_the_same
from checklists.pages.sign_cells import SignCell, sign_cells
from checklists.pages.sparks import Spark, sparks_of
from checklists.pages.totals import Counters, chip_counts
from checklists.pages.verdict import verdict_button
from checklists.state import (
    RUNNING,
    ChecklistState,
    Observed,
    ReleaseState,
    RowStatus,
    Stage,
)

T = TypeVar("T")


class Snapshot:
    """A release as of now. Rows and counters are worked out when asked for, once.

    They are words, so a snapshot is of one language: the one in which it was asked for.
    """

    def __init__(
        self,
        state: ReleaseState,
        observed: Mapping[int, Observed],
        decision: Decision,
    ) -> None:
        self.state = state
        self.observed = observed
        self.decision = decision
        self.drawing = threading.Lock()
        self.drawn: dict[frozenset[int] | None, str] = {}
        self.sections_drawn: dict[tuple[str, int], SafeString] = {}
        self._kept: dict[str, Any] = {}
        self._before: Snapshot | None = None

    def follow(self, before: Snapshot, *, same_probes: bool) -> None:
        """Take over what cannot have changed since a snapshot of moments ago, in any language.

        Names, if they are all that is needed; runs, if no probe has run since.
        """
        if pids_in(self.state) <= before.people.faces.keys():
            self.people = before.people
        if same_probes:
            self.sparks = before.sparks

    def retold(self) -> Snapshot:
        """The same, to be put into words once more; what was loaded is shared."""
        twin = Snapshot(self.state, self.observed, self.decision)
        twin.people, twin.sparks = self.people, self.sparks
        return twin

    def follow_words(self, before: Snapshot) -> None:
        """Take over from a snapshot in the same language what says the same.

        Rows and sections of items that are the same objects, as a followed log leaves them.
        """
        if self.people is before.people and self.decision.stage == before.decision.stage:
            before._before = None
            self._before = before

    def keep(self, name: str, draw: Callable[[], T]) -> T:
        """What `draw` makes, made once. Two that ask at once may both make it; it is the same."""
        if name not in self._kept:
            self._kept[name] = draw()
        made: T = self._kept[name]
        return made

    @cached_property
    def sparks(self) -> dict[int, Spark]:
        """The last runs of each probe."""
        return sparks_of(self.state, self.decision.as_of)

    @cached_property
    def people(self) -> People:
        """Everybody the rows and cells show, and who holds which role."""
        return people_of(self.state.project, pids_in(self.state))

    @property
    def faces(self) -> dict[str, Face]:
        """The faces of everybody the rows and cells show."""
        return self.people.faces

    @cached_property
    def roles(self) -> Roles:
        """The sign-off roles that the release names, and who holds them."""
        found = self.people.roles
        named = {rule.role for rule in self.state.rules}
        named.update(call.role for call in self.state.calls)
        named.update(item.assignee_role for item in self.state.items if item.assignee_role)
        names = {slug: role_name(slug, found.names) for slug in named}
        return Roles(found.names | names, found.holders)

    @cached_property
    def titles(self) -> Titles:
        """What the sections, groups and checklists are called."""
        return _titles(self.state.checklists)

    @cached_property
    def rows(self) -> dict[int, ItemRow]:
        """Every row by item id, in order."""
        scene, before = self._scene, self._before
        if before is None:
            return {item.id: item_row(item, scene) for item in self.state.items}
        was = {item.id: item for item in before.state.items}
        return {
            item.id: before.rows[item.id]
            if was.get(item.id) is item and looks_the_same(item, before.decision.as_of, scene.now)
            else item_row(item, scene)
            for item in self.state.items
        }

    @property
    def _settled_of_all(self) -> tuple[int, int]:
        """How many items there are, and are settled: of the stage, or of all once it is over."""
        if self.state.status in RUNNING:
            return self.decision.counts["items"], self.decision.counts["settled"]
        settled = sum(RowStatus(row.status).settled for row in self.rows.values())
        return len(self.rows), settled

    @cached_property
    def counters(self) -> Counters:
        """Everything that counts them."""
        total, settled = self._settled_of_all
        return Counters(
            seq=self.state.seq,
            percent=settled * 100 // total if total else 100,
            settled=settled,
            total=total,
            digest=self.decision.digest,
            verdict=verdict_button(
                self.state,
                self.decision,
                tuple(self.rows.values()),
                self.roles.names,
                self.titles.sections,
            ),
            signs=self._signs,
            sign_url=f"/releases/{self.state.id}/sign-off/",
            calls=call_lines(
                self.state,
                [standing.role for standing in self.decision.signoffs],
                self.roles,
                self.faces,
            ),
            sections=self._sections,
            chips=chip_counts(self.rows.values()),
            several=len(self.state.checklists) > 1,
        )

    @property
    def _signs(self) -> tuple[SignCell, ...]:
        """Who signs for the stage; after the deployment, who signed for that stands before."""
        shown = (self.roles.names, self.roles.holders, self.faces)
        cells = sign_cells(self.decision.signoffs, *shown)
        if self.decision.stage == Stage.DEPLOY:
            return cells
        then = signoff_standing(self.state, Stage.DEPLOY, self.decision.sections)
        return (*(replace(cell, action="") for cell in sign_cells(then, *shown)), *cells)

    @cached_property
    def _sections(self) -> tuple[SectionCount, ...]:
        before = self._before
        known = before.counters.sections if before is not None else ()
        known_rows = before.rows if before is not None else {}
        return section_counts(self.state.items, self.rows, self.titles, known, known_rows)

    def section_drawn_before(self, part: str, section: SectionCount) -> SafeString | None:
        """That part of a section that is the same object as in the snapshot before."""
        before = self._before
        if before is None or section.index > len(before.counters.sections):
            return None
        if before.counters.sections[section.index - 1] is not section:
            return None
        return before.sections_drawn.get((part, section.index))

    @property
    def _scene(self) -> Scene:
        now = self.decision.as_of
        return Scene(
            now=now,
            go_live=self.state.go_live(now),
            observed=self.observed,
            reasons={r.item_id: r for r in self.decision.reasons if r.item_id is not None},
            sparks=self.sparks,
            faces=self.faces,
            role_names=self.roles.names,
            origins=origins_of(self.state),
        )


@lru_cache(maxsize=64)
def _titles(checklists: tuple[ChecklistState, ...]) -> Titles:
    sections: dict[str, str] = {}
    groups: dict[str, str] = {}
    names: dict[str, str] = {}
    for checklist in checklists:
        tree = tree_of(checklist)
        names[checklist.key] = tree.title
        for section in tree.sections:
            sections[f"{checklist.key}/{section.key}"] = section.title or tree.title
            for group in section.groups:
                title = group.title or section.title or tree.title
                groups[f"{checklist.key}/{group.key}"] = title
    return Titles(sections, groups, names)
