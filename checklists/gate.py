"""The gate: may this release go? Pure, so that the page, the API, the command and jobs agree.

`decide` reads one ReleaseState, the observations of its probes and a moment. It fails closed: what
could not be seen, what is old, and what was never looked at block as themselves, and anything
broken on our side (`problems`) makes the answer *unknown*, never *go*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checklists.digests import decision_digest, section_digests
from checklists.gate_signoffs import Standing, signoff_standing
from checklists.state import (
    Answer,
    ItemState,
    Observed,
    ReleaseState,
    ReleaseStatus,
    Requirement,
    RowStatus,
    Stage,
    Verdict,
    WaiverStatus,
    current_verdict,
    row_status,
)


class Go(StrEnum):
    """What the gate answers."""

    GO = "go"
    GO_WITH_EXCEPTIONS = "go_with_exceptions"
    NO_GO = "no_go"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """What a reason does to the answer."""

    UNKNOWN = "unknown"
    BLOCKS = "blocks"
    EXCEPTION = "exception"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing the decision rests on. `item` is the item's key, in `checklist`, if one is meant.

    `who` says in words who can resolve it.
    """

    code: str
    message: str
    level: Level = Level.BLOCKS
    item: str | None = None
    checklist: str | None = None
    item_id: int | None = None
    role: str | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer, why, and the digest a signature over everything would cover."""

    verdict: Go
    stage: Stage
    as_of: datetime
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    counts: Mapping[str, int]
    digest: str
    sections: Mapping[str, str]
    signoffs: tuple[Standing, ...]

    @property
    def blockers(self) -> tuple[Reason, ...]:
        """The reasons that stand in the way."""
        return tuple(r for r in self.reasons if r.level in (Level.BLOCKS, Level.UNKNOWN))

    @property
    def may_go(self) -> bool:
        """Go, with or without exceptions."""
        return self.verdict in (Go.GO, Go.GO_WITH_EXCEPTIONS)


def decide(
    state: ReleaseState,
    *,
    stage: Stage,
    at: datetime,
    observed: Mapping[int, Observed],
    problems: Sequence[Reason] = (),
) -> Decision:
    """Judge the release for a stage at a moment. `observed` is keyed by probe id."""
    sections = section_digests(state)
    items = [item for item in state.items if item.stage == stage]
    found = [*problems, *_of_release(state, stage)]
    found += filter(None, (_of_item(item, state, at, observed) for item in items))
    standings = signoff_standing(state, stage, sections)
    found += _of_signoffs(standings)
    reasons = tuple(r for r in found if r.level != Level.NOTE)
    return Decision(
        verdict=_verdict(reasons),
        stage=stage,
        as_of=at,
        reasons=reasons,
        notes=tuple(r for r in found if r.level == Level.NOTE),
        counts=_counts(items, state.go_live(at), reasons, standings),
        digest=decision_digest(sections),
        sections=sections,
        signoffs=standings,
    )


def _verdict(reasons: Sequence[Reason]) -> Go:
    """Unknown before no-go, no-go before exceptions, exceptions before go."""
    levels = {reason.level for reason in reasons}
    if Level.UNKNOWN in levels:
        return Go.UNKNOWN
    if Level.BLOCKS in levels:
        return Go.NO_GO
    return Go.GO_WITH_EXCEPTIONS if Level.EXCEPTION in levels else Go.GO


_OVER = {
    ReleaseStatus.CLOSED: "The release is closed.",
    ReleaseStatus.ABORTED: "The release was aborted.",
    ReleaseStatus.ROLLED_BACK: "The release was rolled back.",
}


def _of_release(state: ReleaseState, stage: Stage) -> Iterator[Reason]:
    if state.status in _OVER:
        yield Reason(f"release_{state.status}", _OVER[state.status], who="Nobody: open a new one.")
    elif stage == Stage.CLOSE and state.status != ReleaseStatus.DEPLOYED:
        yield Reason(
            "not_deployed",
            "The release is not deployed yet, so it cannot close.",
            who="A release manager deploys it first.",
        )


def _of_item(
    item: ItemState, state: ReleaseState, at: datetime, observed: Mapping[int, Observed]
) -> Reason | None:
    """The one thing to say of an item, if there is one."""
    if item.answer == Answer.NOT_APPLICABLE:
        return _reason(item, "item_not_applicable", "Not applicable, with a reason.", Level.NOTE)
    waiver = item.waiver
    if waiver is not None and waiver.holds(state.go_live(at)):
        return _reason(
            item, "item_waived", f"Waived until {waiver.expires_at:%-d %b %Y}.", Level.EXCEPTION
        )
    level = _LEVELS[item.requirement]
    if item.answer == Answer.OPEN:
        return _of_open_item(item, level)
    if item.evidence_required and not item.evidence:
        return _reason(item, "evidence_missing", "Done, but its evidence is missing.", level)
    return _of_probe(item, at, observed, level)


_LEVELS = {
    Requirement.MUST: Level.BLOCKS,
    Requirement.SHOULD: Level.EXCEPTION,
    Requirement.MAY: Level.NOTE,
}


def _of_open_item(item: ItemState, level: Level) -> Reason:
    if item.probe is not None and item.probe.confirmed == Verdict.FAIL:
        return _reason(item, "item_failed", "Its probe fails.", level)
    waiver = item.waiver
    if waiver is not None and waiver.status == WaiverStatus.APPROVED:
        return _reason(
            item,
            "waiver_expired",
            f"Its waiver ends {waiver.expires_at:%-d %b %Y}, before the release goes live.",
            level,
        )
    if waiver is not None:
        return _reason(item, "item_open", "Open; a waiver is asked and not decided.", level)
    return _reason(item, "item_open", "Open.", level)


_PROBE_REASONS = {
    Verdict.FAIL: ("probe_fail", "Ticked, but its probe fails."),
    Verdict.ERROR: ("probe_error", "Ticked, but its probe could not look."),
    Verdict.STALE: ("probe_stale", "Ticked, but its probe has not looked for too long."),
    Verdict.NEVER: ("probe_never", "Ticked, but its probe has not looked yet."),
}


def _of_probe(
    item: ItemState, at: datetime, observed: Mapping[int, Observed], level: Level
) -> Reason | None:
    if item.probe is None:
        return None
    verdict = current_verdict(item.probe, observed.get(item.probe.id), at)
    if verdict == Verdict.PASS:
        return None
    if verdict == Verdict.WARN:
        level = Level.EXCEPTION if level == Level.BLOCKS else level
        return _reason(item, "probe_warn", "Done; its probe warns.", level)
    code, message = _PROBE_REASONS[verdict]
    return _reason(item, code, message, level)


def _reason(item: ItemState, code: str, message: str, level: Level) -> Reason:
    return Reason(
        code=code,
        message=f"{item.number} {item.title}: {message[0].lower()}{message[1:]}",
        level=level,
        item=item.key,
        checklist=item.checklist,
        item_id=item.id,
        who=_who(item),
    )


def _who(item: ItemState) -> str:
    if item.assignee is not None:
        return "Its assignee, or another contributor."
    if item.assignee_role is not None:
        return f"A holder of {item.assignee_role}, or another contributor."
    return "Any contributor; nobody is assigned."


def _of_signoffs(standings: Sequence[Standing]) -> Iterator[Reason]:
    for standing in standings:
        if standing.code:
            yield Reason(
                code=standing.code,
                message=standing.message,
                role=standing.role,
                who=f"A holder of {standing.role}.",
            )


def _counts(
    items: Sequence[ItemState],
    go_live: datetime,
    reasons: Sequence[Reason],
    standings: Sequence[Standing],
) -> dict[str, int]:
    rows = Counter(row_status(item, go_live=go_live) for item in items)
    levels = Counter(reason.level for reason in reasons)
    return {
        "items": len(items),
        "settled": sum(n for status, n in rows.items() if status.settled),
        **{str(status): rows[status] for status in RowStatus},
        "blockers": levels[Level.BLOCKS] + levels[Level.UNKNOWN],
        "exceptions": levels[Level.EXCEPTION],
        "signoffs_required": sum(standing.required for standing in standings),
        "signoffs_met": sum(min(standing.met, standing.required) for standing in standings),
    }
