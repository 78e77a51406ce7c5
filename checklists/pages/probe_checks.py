"""What a probe expects, beside what it saw: one line for each condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from checklists.models import Probe, ProbeRun
from checklists.pages.probe_faces import spec_of
from checklists.probes.facts import Level


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: what is expected, what was observed, and what that means."""

    expected: str
    level: str
    observed: str
    css: str
    word: str
    bad: bool


def checks_of(probe: Probe, run: ProbeRun | None) -> tuple[Check, ...]:
    """The conditions with the answers of a run; without answers if it is none, or of old."""
    counts = run is not None and run.spec_digest == probe.spec_digest
    if run is not None and counts and run.checks:
        return tuple(_answered(outcome) for outcome in run.checks)
    return _unanswered(probe, looked=counts)


def _answered(outcome: Mapping[str, Any]) -> Check:
    css, word = "done", _("Holds")
    warns = outcome["level"] == Level.WARN
    if outcome["ok"] is None:
        css, word = "unknown", _("No answer")
    elif not outcome["ok"]:
        css, word = ("stale", _("Warns")) if warns else ("failed", _("Broken"))
    level = "warns" if warns else "fails"
    return Check(outcome["label"], level, outcome["observed"], css, word, css == "failed")


def _unanswered(probe: Probe, *, looked: bool) -> tuple[Check, ...]:
    """The conditions of a probe that has not looked yet, or saw nothing when it did."""
    spec = spec_of(probe)
    observed, css, word = _("not looked yet"), "open", _("Never")
    if looked:
        observed, css, word = _("nothing was seen"), "unknown", _("No answer")
    return tuple(
        Check(
            expected=condition.said(),
            level="warns" if condition.level == Level.WARN else "fails",
            observed=observed,
            css=css,
            word=word,
            bad=False,
        )
        for condition in (spec.all_conditions if spec else ())
    )
