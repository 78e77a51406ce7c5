"""What the gate says of one item: at most one reason each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from checklists.gate.types import Level, Reason
from checklists.state import (
    Answer,
    ItemState,
    Observed,
    ReleaseState,
    Requirement,
    Verdict,
    WaiverStatus,
    current_verdict,
)


def of_item(
    item: ItemState, state: ReleaseState, at: datetime, observed: Mapping[int, Observed]
) -> Reason | None:
    """The one thing to say of an item, if any. A waiver that is not needed says nothing."""
    if item.answer == Answer.NOT_APPLICABLE:
        return _reason(item, "item_not_applicable", "Not applicable, with a reason.", Level.NOTE)
    found = _shortcoming(item, at, observed, _LEVELS[item.requirement])
    waiver = item.waiver
    if found is None or waiver is None or not waiver.holds(state.go_live(at)):
        return found
    return _reason(
        item, "item_waived", f"Waived until {waiver.expires_at:%-d %b %Y}.", Level.EXCEPTION
    )


def _shortcoming(
    item: ItemState, at: datetime, observed: Mapping[int, Observed], level: Level
) -> Reason | None:
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
