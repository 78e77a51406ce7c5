"""What a release is, as plain frozen values: the type that replay, tables, gate and pages share.

`audit.replay` builds a ReleaseState from events, `audit.tables` builds it from rows, and verifying
is asking whether the two are equal. Field names are column names, so that a difference names its
place. Nothing here reads a clock, a database or a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from checklists.state.item import ItemState
from checklists.state.words import Call, Meaning, ReleaseStatus, Stage


@dataclass(frozen=True, slots=True)
class Rule:
    """So many people of a role sign these sections (``checklist/section``) before the stage."""

    role: str
    count: int
    sections: tuple[str, ...]
    stage: Stage


@dataclass(frozen=True, slots=True)
class ChecklistState:
    """One template version pinned to the release. `key` is the template's slug.

    `overlays` are the digests of the versions merged into it, in that order; `upgraded_seq` is the
    event that last moved it to other versions, or 0.
    """

    id: int
    key: str
    position: int
    template_digest: str
    overlays: tuple[str, ...] = ()
    upgraded_seq: int = 0

    @property
    def content_digests(self) -> tuple[str, ...]:
        """The digests of everything its items and rules come from."""
        return (self.template_digest, *self.overlays)


@dataclass(frozen=True, slots=True)
class SignoffState:
    """One person, one role, one meaning, over the digests of the sections the rule named."""

    id: int
    role: str
    person: str
    meaning: Meaning
    digests: tuple[tuple[str, str], ...]
    rule_digest: str
    was_holder: bool
    signed_at: datetime
    seq: int
    note: str | None
    printed_name: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallState:
    """What somebody said for a role in the go/no-go meeting; `words` are their commitment."""

    id: int
    role: str
    person: str
    says: Call
    words: str | None
    called_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release at one moment: everything the gate may know of it."""

    id: int
    project: int
    version: str
    environment: str
    status: ReleaseStatus
    target_at: datetime
    commit: str
    artifact_digest: str
    opened_by: str
    opened_at: datetime
    deployed_at: datetime | None
    seq: int
    checklists: tuple[ChecklistState, ...]
    rules: tuple[Rule, ...]
    items: tuple[ItemState, ...]
    signoffs: tuple[SignoffState, ...]
    calls: tuple[CallState, ...] = ()

    def sections(self) -> Iterator[tuple[str, tuple[ItemState, ...]]]:
        """Each section (``checklist/section``) with its items, in the order of the checklists."""
        held: dict[str, list[ItemState]] = {}
        for item in self.items:
            held.setdefault(item.section_ref, []).append(item)
        for ref, items in held.items():
            yield ref, tuple(items)

    def go_live(self, at: datetime) -> datetime:
        """The moment waivers are judged at: go-live if it is still ahead, otherwise now."""
        return max(at, self.target_at)
