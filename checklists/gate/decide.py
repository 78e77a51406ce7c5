"""The gate: may this release go? Pure, so that the page, the API, the command and jobs agree.

`decide` reads one ReleaseState, the observations of its probes and a moment. It fails closed: what
could not be seen, what is old, and what was never looked at block as themselves, and anything
broken on our side (`problems`) makes the answer *unknown*, never *go*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from checklists.digests import decision_digest, section_digests
from checklists.gate.items import of_item
from checklists.gate.signoffs import Standing, signoff_standing
from checklists.gate.types import Decision, Go, Level, Reason
from checklists.sentences import sentence
from checklists.state import (
    ItemState,
    Observed,
    ReleaseState,
    ReleaseStatus,
    RowStatus,
    Stage,
    row_status,
)


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
    found += filter(None, (of_item(item, state, at, observed) for item in items))
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
    ReleaseStatus.CLOSED: sentence(_("The release is closed.")),
    ReleaseStatus.ABORTED: sentence(_("The release was aborted.")),
    ReleaseStatus.ROLLED_BACK: sentence(_("The release was rolled back.")),
}


def _of_release(state: ReleaseState, stage: Stage) -> Iterator[Reason]:
    if state.status in _OVER:
        nobody = sentence(_("Nobody: open a new one."))
        yield Reason(f"release_{state.status}", _OVER[state.status], resolver=nobody)
    elif stage == Stage.CLOSE and state.status != ReleaseStatus.DEPLOYED:
        yield Reason(
            "not_deployed",
            sentence(_("The release is not deployed yet, so it cannot close.")),
            resolver=sentence(_("A release manager deploys it first.")),
        )


def _of_signoffs(standings: Sequence[Standing]) -> Iterator[Reason]:
    for standing in standings:
        if standing.said is not None:
            yield Reason(
                code=standing.code,
                said=standing.said,
                role=standing.role,
                resolver=sentence(_("A holder of %(role)s."), role=standing.role),
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
