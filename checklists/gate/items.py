"""What the gate says of one item: at most one reason each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop as _

from checklists.gate.types import Level, Reason
from checklists.sentences import Sentence, sentence
from checklists.state import (
    Answer,
    ItemState,
    Observed,
    ReleaseState,
    Requirement,
    Verdict,
    WaiverStatus,
    current_verdict,
    period,
)


def of_item(
    item: ItemState, state: ReleaseState, at: datetime, observed: Mapping[int, Observed]
) -> Reason | None:
    """The one thing to say of an item, if any. A waiver that is not needed says nothing."""
    go_live = state.go_live(at)
    lapsed_at = item.lapses_at if item.has_lapsed(go_live) else None
    if item.answer == Answer.NOT_APPLICABLE and lapsed_at is None and item.carried_from is None:
        return _reason(
            item, "item_not_applicable", sentence(_("not applicable, with a reason.")), Level.NOTE
        )
    level = _LEVELS[item.requirement]
    if lapsed_at is not None:
        found: Reason | None = _of_lapsed(item, lapsed_at, level)
    else:
        found = _shortcoming(item, state, at, observed, level)
    waiver = item.waiver
    if found is None or waiver is None or not waiver.holds(go_live):
        return found or _of_carried(item)
    said = sentence(_("waived until %(day)s."), day=waiver.expires_at)
    return _reason(item, "item_waived", said, Level.EXCEPTION)


def _shortcoming(
    item: ItemState,
    state: ReleaseState,
    at: datetime,
    observed: Mapping[int, Observed],
    level: Level,
) -> Reason | None:
    if item.answer == Answer.OPEN:
        return _of_open_item(item, level)
    if item.answer == Answer.NOT_APPLICABLE:
        return None
    if item.evidence_required and (lacking := _of_evidence(item, state.go_live(at), level)):
        return lacking
    return _of_probe(item, at, observed, level)


def _of_evidence(item: ItemState, go_live: datetime, level: Level) -> Reason | None:
    """What is wrong with the evidence of a done item: it shows how things were when it was seen."""
    if not (held := item.asked_evidence):
        return _reason(
            item, "evidence_missing", sentence(_("done, but its evidence is missing.")), level
        )
    if not item.valid_for:
        return None
    believed_until = max(evidence.observed_at for evidence in held) + period(item.valid_for)
    if believed_until > go_live:
        return None
    words = _("done, but its evidence is believed until %(day)s only.")
    return _reason(item, "evidence_stale", sentence(words, day=believed_until), level)


def _of_lapsed(item: ItemState, lapsed_at: datetime, level: Level) -> Reason:
    words = _("its answer is believed until %(day)s only, so it is asked again.")
    return _reason(item, "answer_lapsed", sentence(words, day=lapsed_at), level)


def _of_carried(item: ItemState) -> Reason | None:
    if item.carried_from is None or item.answer == Answer.OPEN:
        return None
    level = Level.NOTE if item.requirement == Requirement.MAY else Level.EXCEPTION
    return _reason(
        item, "item_carried", sentence(_("carried over from an earlier release.")), level
    )


_LEVELS = {
    Requirement.MUST: Level.BLOCKS,
    Requirement.SHOULD: Level.EXCEPTION,
    Requirement.MAY: Level.NOTE,
}


# Most of what the gate says is of items that are simply open: their words are made once.
_OPEN = sentence(_("open."))
_ASSIGNEE = sentence(_("Its assignee, or another contributor."))
_ANYBODY = sentence(_("Any contributor; nobody is assigned."))


def _of_open_item(item: ItemState, level: Level) -> Reason:
    if item.probe is not None and item.probe.confirmed == Verdict.FAIL:
        return _reason(item, "item_failed", sentence(_("its probe fails.")), level)
    waiver = item.waiver
    if waiver is not None and waiver.status == WaiverStatus.APPROVED:
        said = sentence(
            _("its waiver ends %(day)s, before the release goes live."), day=waiver.expires_at
        )
        return _reason(item, "waiver_expired", said, level)
    if waiver is not None:
        return _reason(
            item, "item_open", sentence(_("open; a waiver is asked and not decided.")), level
        )
    return _reason(item, "item_open", _OPEN, level)


_PROBE_REASONS = {
    Verdict.FAIL: ("probe_fail", sentence(_("ticked, but its probe fails."))),
    Verdict.ERROR: ("probe_error", sentence(_("ticked, but its probe could not look."))),
    Verdict.STALE: (
        "probe_stale",
        sentence(_("ticked, but its probe has not looked for too long.")),
    ),
    Verdict.NEVER: ("probe_never", sentence(_("ticked, but its probe has not looked yet."))),
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
        return _reason(item, "probe_warn", sentence(_("done; its probe warns.")), level)
    code, said = _PROBE_REASONS[verdict]
    return _reason(item, code, said, level)


def _reason(item: ItemState, code: str, said: Sentence, level: Level) -> Reason:
    return Reason(
        code=code,
        said=said,
        level=level,
        item=item.key,
        checklist=item.checklist,
        item_id=item.id,
        subject=f"{item.number} {item.title}",
        resolver=_resolver(item),
    )


def _resolver(item: ItemState) -> Sentence:
    if item.assignee is not None:
        return _ASSIGNEE
    if item.assignee_role is not None:
        return sentence(_("A holder of %(role)s, or another contributor."), role=item.assignee_role)
    return _ANYBODY
