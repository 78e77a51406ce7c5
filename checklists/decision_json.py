"""The gate's decision as JSON: one shape for the API, the command and exports. Pure."""

from __future__ import annotations

from typing import Any

from checklists.audit.format import write_time
from checklists.gate import Decision, Reason
from checklists.gate.signoffs import Standing


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """Verdict, reasons, counts and digests. `reasons` block or are exceptions; `notes` neither."""
    return {
        "verdict": str(decision.verdict),
        "stage": str(decision.stage),
        "as_of": write_time(decision.as_of),
        "reasons": [_reason(reason) for reason in decision.reasons],
        "notes": [_reason(note) for note in decision.notes],
        "counts": dict(decision.counts),
        "digest": decision.digest,
        "sections": dict(decision.sections),
        "signoffs": [_standing(standing) for standing in decision.signoffs],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "level": str(reason.level),
        "item": reason.item,
        "checklist": reason.checklist,
        "item_id": reason.item_id,
        "role": reason.role,
        "message": reason.message,
        "who": reason.who,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "role": standing.role,
        "required": standing.required,
        "met": standing.met,
        "sections": list(standing.sections),
        "code": standing.code or None,
    }
