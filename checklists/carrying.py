"""Which answers of an earlier release may be carried into a new one, and for what reason. Pure.

An answer is carried only where something other than somebody's word stands behind it: the template
says how long it may be believed, its probe passes, or its evidence is still there. What speaks
against an answer always wins over what speaks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from checklists.formats.tree import ChecklistTree
from checklists.formats.tree import Item as PlannedItem
from checklists.state import (
    RUNNING,
    Answer,
    Carried,
    EvidenceState,
    ItemState,
    Observed,
    ReleaseState,
    Stage,
    Verdict,
    current_verdict,
    period,
)
from checklists.state.item import EVIDENCE_HOLDS


class NotCarried(StrEnum):
    """Why an answer is not carried."""

    ANSWERED = "answered"
    ASKED_AGAIN = "asked_again"
    NEW_HERE = "new_here"
    AFTER_GO_LIVE = "after_go_live"
    OPEN_THERE = "open_there"
    CHANGED = "changed"
    LAPSED = "lapsed"
    PROBE = "probe_not_green"
    EVIDENCE = "evidence_gone"
    WORDS = "words_erased"
    NO_REASON = "no_reason"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the states do not say: what was observed of probes and of evidence, by id.

    `reachable` are the pieces of evidence of the old release that were there at the last look,
    `words` the commitments whose words are not erased, `attachable` the probes that may be attached
    again as they are, `asked_again` the new items that a sample left open.
    """

    observed: Mapping[int, Observed]
    reachable: frozenset[int]
    words: frozenset[str]
    attachable: frozenset[int]
    asked_again: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What becomes of one item of the new release: carried for a reason, or not, and why not.

    `until` is when the answer will no longer be believed; None if only its probe can tell.
    """

    item: ItemState
    old: ItemState | None
    reason: Carried | None = None
    why_not: NotCarried | None = None
    until: datetime | None = None

    @property
    def evidence(self) -> tuple[EvidenceState, ...]:
        """The evidence that goes with a carried answer."""
        return self.old.held_evidence if self.old is not None and self.reason else ()


Trees = Mapping[str, ChecklistTree]


def proposals(
    old: ReleaseState,
    new: ReleaseState,
    *,
    at: datetime,
    facts: Facts,
    old_trees: Trees,
    new_trees: Trees,
) -> tuple[Proposal, ...]:
    """What becomes of each item of the new release. The trees are those of the checklists, by key,
    with their overlays merged in.
    """
    there = {(item.checklist, item.key): item for item in old.items if item.added_by is None}
    was, now = _contents(old_trees), _contents(new_trees)
    found = []
    for item in new.items:
        place = item.checklist, item.key
        judged = _Judged(item, there.get(place), old, new.go_live(at), at, facts)
        found.append(judged.proposal(unchanged=_same(was.get(place), now.get(place))))
    return tuple(found)


def drawn(places: Iterable[tuple[int, str]], *, seed: str, percent: int) -> frozenset[int]:
    """A sample of items, given as (id, name), to be asked again: so many of a hundred, rounded up.

    Whoever knows the seed can draw it again: those come first whose SHA-256 over the seed, a line
    end and the name (``checklist/key``) is lowest.
    """
    listed = sorted(places, key=lambda place: _lot(seed, place[1]))
    number = -(-len(listed) * percent // 100)
    return frozenset(pk for pk, _ in listed[:number])


def _lot(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


def _contents(trees: Trees) -> dict[tuple[str, str], PlannedItem]:
    return {(key, item.key): item for key, tree in trees.items() for item in tree.items()}


def _same(was: PlannedItem | None, now: PlannedItem | None) -> bool:
    """Whether the template asks the same, whoever should do it and by when."""
    if was is None or now is None:
        return False
    return replace(was, due="", owner_role="") == replace(now, due="", owner_role="")


@dataclass(frozen=True, slots=True)
class _Judged:
    """One item of the new release with its counterpart in the old one."""

    item: ItemState
    old: ItemState | None
    release: ReleaseState
    go_live: datetime
    at: datetime
    facts: Facts

    def proposal(self, *, unchanged: bool) -> Proposal:
        if (why_not := self._why_not(unchanged=unchanged)) is not None or self.old is None:
            return Proposal(self.item, self.old, why_not=why_not)
        reason, until = self._reason(self.old)
        if reason is None:
            return Proposal(self.item, self.old, why_not=NotCarried.NO_REASON)
        return Proposal(self.item, self.old, reason=reason, until=until)

    def _why_not(self, *, unchanged: bool) -> NotCarried | None:
        """The first thing that speaks against carrying, whatever may speak for it."""
        item, old = self.item, self.old
        checks: Sequence[tuple[NotCarried, bool]] = (
            (NotCarried.ANSWERED, item.answer != Answer.OPEN),
            (NotCarried.ASKED_AGAIN, item.id in self.facts.asked_again),
            (NotCarried.NEW_HERE, old is None or item.added_by is not None),
            (NotCarried.AFTER_GO_LIVE, item.stage != Stage.DEPLOY),
        )
        if (found := next((code for code, holds in checks if holds), None)) or old is None:
            return found
        checks = (
            (NotCarried.OPEN_THERE, old.answer == Answer.OPEN),
            (NotCarried.CHANGED, not unchanged),
            (NotCarried.LAPSED, old.has_lapsed(self.go_live)),
            (NotCarried.PROBE, not self._probes_agree(old)),
            (NotCarried.EVIDENCE, old.evidence_required and not self._reachable(old)),
            (NotCarried.WORDS, old.reason is not None and old.reason not in self.facts.words),
        )
        return next((code for code, holds in checks if holds), None)

    def _reason(self, old: ItemState) -> tuple[Carried | None, datetime | None]:
        """Why the answer may be believed, and until when: the first reason that holds."""
        if old.valid_for:
            return Carried.VALIDITY, old.lapses_at
        if old.probe is not None:
            return Carried.PROBE, None
        there = set(self._reachable(old))
        observed = [e.observed_at for e in old.showing_evidence if e in there]
        if observed and (until := max(observed) + EVIDENCE_HOLDS) > self.go_live:
            return Carried.EVIDENCE, until
        return None, None

    def _probes_agree(self, old: ItemState) -> bool:
        """No probe of the item says, or is too silent to say, anything but that it passes."""
        here = self.item.probe
        if here is not None and here.confirmed not in (None, Verdict.PASS):
            return False
        if old.probe is None:
            return True
        if here is None and old.probe.id not in self.facts.attachable:
            return False
        if here is not None and here.spec_digest != old.probe.spec_digest:
            return False
        seen = self.facts.observed.get(old.probe.id)
        if self.release.status in RUNNING:
            return current_verdict(old.probe, seen, self.at) == Verdict.PASS
        # The probes of a release that is over rest. Attached again, this one looks at once, and
        # until it has passed the gate stays shut.
        return current_verdict(old.probe, seen, seen.last_at if seen else self.at) == Verdict.PASS

    def _reachable(self, old: ItemState) -> list[EvidenceState]:
        """The evidence of the kind that is asked for, that is still there and not too old."""
        reachable = [e for e in old.asked_evidence if e.id in self.facts.reachable]
        if not old.valid_for:
            return reachable
        lasts = period(old.valid_for)
        return [e for e in reachable if e.observed_at + lasts > self.go_live]
