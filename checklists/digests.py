"""The digests that signatures and decisions rest on. Pure; docs/audit-format.md has the bytes.

`canonical` writes RFC 8785 JSON for the values used here: ASCII keys, strings, whole numbers below
2**53, booleans, null, lists. For those, sorted keys without white space are the same bytes, and
ten times as fast as a full implementation; a test compares the two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from checklists.state import ChecklistState, ItemState, ReleaseState, Rule

SECTION_TAG = "readiness-section-v1\n"
RULES_TAG = "readiness-rules-v1\n"
DECISION_TAG = "readiness-decision-v1\n"


def canonical(value: Any) -> str:
    """RFC 8785 JSON of a value made of the types named above."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_hex(text: str) -> str:
    """SHA-256 over the UTF-8 bytes of a text, in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def rules_digest(rules: Iterable[Rule]) -> str:
    """What the release demands of its signers, as one digest."""
    listed = [[r.role, r.count, sorted(r.sections), str(r.stage)] for r in rules]
    return sha256_hex(RULES_TAG + canonical(sorted(listed)))


def section_digests(state: ReleaseState) -> dict[str, str]:
    """The digest of each section (``checklist/section``), in the order of the checklists.

    Covers what was answered and by which event, evidence, the waiver and its end, the probe's
    spec, the template and the rules. Verdicts are left out: a confirmed FAIL re-opens the item.
    """
    rules = rules_digest(state.rules)
    templates = {checklist.key: template_entry(checklist) for checklist in state.checklists}
    return {
        ref: _section_digest(state.id, templates[items[0].checklist], rules, items)
        for ref, items in state.sections()
    }


def template_entry(checklist: ChecklistState) -> str:
    """What a signature covers of the template: its digest, and those of its overlays with it.

    And the event that upgraded it, if one did: a way to other versions and back is no way back to
    what was signed.
    """
    digests = "+".join(checklist.content_digests)
    return f"{digests}@{checklist.upgraded_seq}" if checklist.upgraded_seq else digests


def _section_digest(release: int, template: str, rules: str, items: tuple[ItemState, ...]) -> str:
    return sha256_hex(
        SECTION_TAG
        + canonical(
            {
                "checklist": items[0].checklist,
                "items": [_item_entry(item) for item in sorted(items, key=lambda i: i.key)],
                "release": release,
                "rules": rules,
                "section": items[0].section,
                "template": template,
            }
        )
    )


def _item_entry(item: ItemState) -> list[Any]:
    waiver = item.waiver
    return [
        item.key,
        str(item.answer),
        item.decided_seq,
        [evidence.covered for evidence in item.held_evidence],
        [waiver.id, waiver.expires_at.isoformat()] if waiver else None,
        item.probe.spec_digest if item.probe else None,
    ]


def decision_digest(sections: Mapping[str, str]) -> str:
    """What a signature over everything would cover now. Holds no time, so all doors agree."""
    return sha256_hex(DECISION_TAG + "\n".join(sections.values()))
