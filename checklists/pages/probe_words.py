"""The probe that a template suggests for an item, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from checklists.errors import Invalid
from checklists.pages.event_words import interval_words
from checklists.probes.registry import ProbeSpec


@dataclass(frozen=True, slots=True)
class SuggestedProbe:
    """What is looked at, how often, and on how many conditions. `fault` if no probe can be made."""

    title: str
    subject: str
    every: str
    conditions: int
    fault: str = ""


def suggested_probe(text: str) -> SuggestedProbe | None:
    """The probe in an item's canonical JSON; None if it suggests none."""
    if not text:
        return None
    data = json.loads(text)
    try:
        spec = spec_in(data)
    except Invalid as refused:
        return SuggestedProbe(str(data["kind"]), "", "", len(data["conditions"]), refused.message)
    return SuggestedProbe(
        title=spec.kind.title,
        subject=spec.subject,
        every=interval_words(spec.interval_s),
        conditions=len(spec.conditions),
    )


def spec_in(data: dict[str, Any]) -> ProbeSpec:
    """The specification suggested. Raises Invalid for one that no probe here could have."""
    return ProbeSpec.parse(data["kind"], data["params"], data["conditions"], data["interval_s"])
