"""What releases ask of the holders of their roles, worked out for many at once.

A signature's standing depends on what it covers, so only releases that somebody signed are read
with their items, and what was found is kept under the head of the log that it is true for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from checklists.audit.table_items import items_in
from checklists.audit.table_many import bare_states, with_items
from checklists.digests import rules_digest, section_digests
from checklists.gate.signoffs import (
    Standing,
    changed_sections,
    covered_sections,
    signoff_standing,
)
from checklists.models import Item, Release
from checklists.state import ReleaseState, SignoffState, Stage

MOST_KEPT = 512


@dataclass(frozen=True, slots=True)
class Duties:
    """A release without its items, and where the roles stand that its present stage asks for.

    `sections` are the digests of its sections, if anybody signed it.
    """

    state: ReleaseState
    standings: tuple[Standing, ...]
    sections: Mapping[str, str]

    @property
    def meeting(self) -> bool:
        """Somebody has spoken in the go/no-go room."""
        return bool(self.state.calls)

    def signed_as(self, pid: str) -> str:
        """The role that somebody's standing signature fills: one person, one role; or nothing."""
        own = [signoff for signoff in self.state.signoffs if signoff.person == pid]
        return own[-1].role if own and own[-1].withdrawn_at is None else ""

    def has_changed(self, signoff: SignoffState, standing: Standing) -> bool:
        """Whether what was signed, or the rules of it, are no longer what they were."""
        rules = rules_digest(self.state.rules)
        return bool(changed_sections(signoff, rules, standing.sections, self.sections))

    def has_spoken(self, role: str) -> bool:
        """Whether anybody spoke for the role in the room."""
        return any(call.role == role for call in self.state.calls)

    def covers(self, role: str, section: str) -> bool:
        """Whether the role signs for that section (``checklist/section``) at any stage."""
        return any(
            rule.role == role and section in covered_sections(self.state, rule)
            for rule in self.state.rules
        )


_kept: OrderedDict[tuple[int, str], Duties] = OrderedDict()
_lock = threading.Lock()


def duties_of(releases: Collection[Release]) -> dict[int, Duties]:
    """The duties of each release, read with its chain and opener: eight queries at most for any
    number, and none for those that were looked at before and have no news.
    """
    keys = {release.pk: (release.pk, release.chain.head_hash) for release in releases}
    with _lock:
        known = {pk: _kept[key] for pk, key in keys.items() if key in _kept}
    made = _worked_out([release for release in releases if release.pk not in known])
    with _lock:
        for pk, duties in (known | made).items():
            _kept[keys[pk]] = duties
            _kept.move_to_end(keys[pk])
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return known | made


def forget_all() -> None:
    """Work them out anew: for tests of what that costs."""
    with _lock:
        _kept.clear()


def _worked_out(releases: Collection[Release]) -> dict[int, Duties]:
    if not releases:
        return {}
    bare = bare_states(releases)
    signed = {pk: state for pk, state in bare.items() if state.signoffs}
    whole = bare
    if signed:
        items, _ = items_in(Item.objects.filter(release__in=signed, removed_at=None))
        whole = bare | with_items(signed, items)
    return {pk: _duties(bare[pk], state) for pk, state in whole.items()}


def _duties(bare: ReleaseState, state: ReleaseState) -> Duties:
    stage = Stage.DEPLOY if state.deployed_at is None else Stage.CLOSE
    sections = section_digests(state)
    return Duties(bare, signoff_standing(state, stage, sections), sections)
