"""The sign-off page: what somebody signs for a role, and what changed since they signed last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from checklists.gate import Level
from checklists.gate.signoffs import covered_sections
from checklists.operations.signoffs import rule_digest_for, rule_for
from checklists.pages.accepted import (
    AcceptedAnswer,
    AcceptedWaiver,
    accepted_answers,
    accepted_waivers,
)
from checklists.pages.changes import Changes, changes_since
from checklists.pages.faces import Face
from checklists.pages.fingerprint import grouped, picture
from checklists.pages.rows import ItemRow
from checklists.pages.sign_cells import SignCell
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import BLOCKERS, ITEMS, SECTIONS, STATUS_WORDS, counted
from checklists.state import Answer, ItemState, RowStatus, SignoffState, Stage

MOST_BLOCKERS = 12
TO_SETTLE = ngettext_lazy("%(count)s item to settle", "%(count)s items to settle", "count")
ACCEPTED = ngettext_lazy(
    "I accept the waiver above.", "I accept the %(count)s waivers above.", "count"
)
TALLY = (
    RowStatus.DONE,
    RowStatus.WAIVED,
    RowStatus.NOT_APPLICABLE,
    RowStatus.PROGRESS,
    RowStatus.OPEN,
    RowStatus.FAILED,
)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something in the signer's sections that keeps the gate shut."""

    row: ItemRow
    url: str
    who: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A sign-off role of the release: who may sign for it and where it stands."""

    cell: SignCell
    holders: tuple[Face, ...]
    mine: bool
    url: str

    @property
    def holder_names(self) -> str:
        """The names of everybody who holds the role."""
        return ", ".join(face.name for face in self.holders)


@dataclass(frozen=True, slots=True)
class Signing:
    """Everything a signer sees before they sign for one role."""

    role: str
    role_name: str
    stage: Stage
    digest: str
    digest_groups: tuple[str, ...]
    picture: str
    seq: int
    covers: str
    sections: tuple[str, ...]
    tally: tuple[tuple[str, str, int], ...]
    changes: Changes | None
    blockers: tuple[Blocker, ...]
    blockers_here: int
    in_the_way: str
    blockers_elsewhere: int
    waivers: tuple[AcceptedWaiver, ...]
    carried: tuple[AcceptedAnswer, ...]
    own_answers: int
    statement: str


def duties_of(snapshot: Snapshot, pid: str) -> tuple[Duty, ...]:
    """The roles that the present stage asks for, with their holders."""
    return tuple(
        Duty(
            cell=cell,
            holders=tuple(snapshot.roles.holders.get(cell.role, ())),
            mine=any(face.pid == pid for face in snapshot.roles.holders.get(cell.role, ())),
            url=f"?role={quote(cell.role)}",
        )
        for cell in snapshot.counters.signs
    )


def signing_for(snapshot: Snapshot, role: str, pid: str, seen_seq: int | None = None) -> Signing:
    """What a person signs for a role. Raises Invalid if the release asks nothing of the role.

    `changes` are those since their last signature for the role, or since `seen_seq`, the event at
    which they opened the page, when that is given.
    """
    state = snapshot.state
    rule = rule_for(state, role)
    covered = frozenset(covered_sections(state, rule))
    items = [item for item in state.items if item.section_ref in covered]
    digest = rule_digest_for(state, role)
    since = seen_seq if seen_seq is not None else _last_seq(state.signoffs, role, pid)
    blockers = _blockers(snapshot, items, pid)
    all_blockers = sum(r.item_id is not None for r in snapshot.decision.blockers)
    waivers = tuple(accepted_waivers(snapshot, items))
    return Signing(
        role=role,
        role_name=snapshot.roles.names.get(role, role),
        stage=rule.stage,
        digest=digest,
        digest_groups=grouped(digest),
        picture=picture(digest),
        seq=state.seq,
        covers=_covers(snapshot, items, len(covered)),
        sections=tuple(snapshot.titles.sections.get(ref, ref) for ref in covered_in_order(items)),
        tally=tuple(_tally(snapshot, items)),
        changes=None if since is None else changes_since(snapshot, items, since),
        blockers=tuple(blockers[:MOST_BLOCKERS]),
        blockers_here=len(blockers),
        in_the_way=_in_the_way(blockers),
        blockers_elsewhere=all_blockers - len(blockers),
        waivers=waivers,
        carried=tuple(accepted_answers(snapshot, items)),
        own_answers=sum(i.answer != Answer.OPEN and i.answered_by == pid for i in items),
        statement=_statement(snapshot, role, rule.stage, len(waivers)),
    )


def covered_in_order(items: Sequence[ItemState]) -> list[str]:
    """The sections of these items, each once, in order."""
    return list(dict.fromkeys(item.section_ref for item in items))


def _last_seq(signoffs: Sequence[SignoffState], role: str, pid: str) -> int | None:
    own = [s.seq for s in signoffs if s.person == pid and s.role == role]
    return own[-1] if own else None


def _covers(snapshot: Snapshot, items: Sequence[ItemState], sections: int) -> str:
    words = _(
        "Covers %(items)s in %(sections)s: answers, evidence, waivers, and what each probe checks."
    )
    if len(items) == len(snapshot.state.items):
        words = _(
            "Covers all %(items)s in %(sections)s: "
            "answers, evidence, waivers, and what each probe checks."
        )
    return words % {
        "items": counted(len(items), ITEMS),
        "sections": counted(sections, SECTIONS),
    }


def _tally(snapshot: Snapshot, items: Iterable[ItemState]) -> Iterable[tuple[str, str, int]]:
    found = Counter(snapshot.rows[item.id].status for item in items)
    for status in TALLY:
        yield str(status), str(STATUS_WORDS[status]), found[status]


def _blockers(snapshot: Snapshot, items: Iterable[ItemState], pid: str) -> list[Blocker]:
    reasons = {
        reason.item_id
        for reason in snapshot.decision.reasons
        if reason.level in (Level.BLOCKS, Level.UNKNOWN)
    }
    found = [item for item in items if item.id in reasons]
    blockers = [_blocker(snapshot, item, pid) for item in found]
    # Those that need more than somebody to do them come first.
    return sorted(blockers, key=lambda blocker: not blocker.row.block)


def _in_the_way(blockers: Sequence[Blocker]) -> str:
    """How many they are, counted as the release's own page counts them."""
    troubled = sum(bool(blocker.row.block) for blocker in blockers)
    said = [counted(troubled, BLOCKERS)] if troubled else []
    if others := len(blockers) - troubled:
        said.append(
            _("%(others)s more to settle") % {"others": others}
            if said
            else counted(others, TO_SETTLE)
        )
    return ", ".join(said) or _("nothing left to settle")


def _blocker(snapshot: Snapshot, item: ItemState, pid: str) -> Blocker:
    row = snapshot.rows[item.id]
    who = row.who.name if row.who else row.who_role or _("nobody")
    return Blocker(
        row=row,
        url=f"/releases/{snapshot.state.id}/#{row.dom_id}",
        who=_("yours") if item.assignee == pid else who,
    )


def _statement(snapshot: Snapshot, role: str, stage: Stage, waivers: int) -> str:
    name = snapshot.roles.names.get(role, role)
    reviewed = _(
        "I reviewed what %(role)s answers for in this release, in the state with the digest above."
    )
    said = [reviewed % {"role": name}]
    if waivers:
        said.append(counted(waivers, ACCEPTED))
    if stage == Stage.CLOSE:
        said.append(_("From this side the release may close."))
    else:
        said.append(_("From this side the release may go live once the gate is open."))
    return " ".join(said)
