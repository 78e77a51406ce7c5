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
    go_live = state.go_live(at)
    lapsed = item.has_lapsed(go_live)
    if item.answer == Answer.NOT_APPLICABLE and not lapsed and item.carried_from is None:
        return _reason(item, "item_not_applicable", "Not applicable, with a reason.", Level.NOTE)
    level = _LEVELS[item.requirement]
    found = _of_lapsed(item, level) if lapsed else _shortcoming(item, at, observed, level)
    waiver = item.waiver
    if found is None or waiver is None or not waiver.holds(go_live):
        return found or _of_carried(item)
    return _reason(
        item, "item_waived", f"Waived until {waiver.expires_at:%-d %b %Y}.", Level.EXCEPTION
    )


def _shortcoming(
    item: ItemState, at: datetime, observed: Mapping[int, Observed], level: Level
) -> Reason | None:
    if item.answer == Answer.OPEN:
        return _of_open_item(item, level)
    if item.answer == Answer.NOT_APPLICABLE:
        return None
    if item.evidence_required and not _has_evidence(item):
        return _reason(item, "evidence_missing", "Done, but its evidence is missing.", level)
    return _of_probe(item, at, observed, level)


def _has_evidence(item: ItemState) -> bool:
    held = item.held_evidence
    return any(item.evidence_kind in ("", evidence.kind) for evidence in held)


def _of_lapsed(item: ItemState, level: Level) -> Reason:
    lapses_at = item.lapses_at
    return _reason(
        item,
        "answer_lapsed",
        f"Its answer is believed until {lapses_at:%-d %b %Y} only, so it is asked again.",
        level,
    )


def _of_carried(item: ItemState) -> Reason | None:
    if item.carried_from is None or item.answer == Answer.OPEN:
        return None
    level = Level.NOTE if item.requirement == Requirement.MAY else Level.EXCEPTION
    return _reason(item, "item_carried", "Carried over from an earlier release.", level)


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
