"""What an observation means. Pure, so history can be judged again without looking again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checklists.probes.base import MAX_FACT_TEXT, CheckOutcome, Observation, Result
from checklists.probes.conditions import answer
from checklists.probes.facts import Condition, FactType, FactValue, Level
from checklists.probes.redact import Redactor
from checklists.probes.registry import ProbeSpec
from checklists.state import Verdict

# Facts are stored for every run; the body is kept as evidence, once and cut.
_NOT_STORED = frozenset({"body"})
_MAX_FACTS = 60
MAX_SUMMARY = 300


def judge(spec: ProbeSpec, observation: Observation, redactor: Redactor | None = None) -> Result:
    """The verdict on one observation, with an answer to each condition.

    FAIL: seen and wrong. ERROR: could not be seen, in whole or in part. What was seen to be wrong
    stays wrong however much else was hidden, so FAIL goes before ERROR, and ERROR before WARN.
    """
    redactor = redactor or Redactor()
    checks = _answered(spec, observation, redactor) if observation.fault is None else ()
    return _result(observation, checks, spec.digest, redactor)


def unseen(observation: Observation, spec_digest: str) -> Result:
    """The result of a run that came to nothing: its fault, under the spec it was meant for."""
    return _result(observation, (), spec_digest, Redactor())


def _result(
    observation: Observation,
    checks: tuple[CheckOutcome, ...],
    spec_digest: str,
    redactor: Redactor,
) -> Result:
    verdict, code, summary = _verdict(observation, checks)
    return Result(
        verdict=verdict,
        code=code,
        summary=redactor.mask(summary, MAX_SUMMARY),
        checks=checks,
        facts=_stored(observation.facts, redactor),
        evidence=observation.evidence,
        phases_ms=dict(observation.phases_ms),
        peer=observation.peer,
        observed_at=observation.observed_at,
        duration_ms=observation.duration_ms,
        spec_digest=spec_digest,
    )


def _verdict(
    observation: Observation, checks: tuple[CheckOutcome, ...]
) -> tuple[Verdict, str, str]:
    if (fault := observation.fault) is not None:
        return (Verdict.ERROR if fault.ours else Verdict.FAIL), fault.code, fault.message
    for one in checks:
        if one.ok is False and one.level == Level.FAIL:
            return Verdict.FAIL, "condition", f"{one.label}: {one.observed}"
    for one in checks:
        if one.ok is None:
            return Verdict.ERROR, "missing-fact", f"{one.label}: {one.observed}"
    for one in checks:
        if one.ok is False:
            return Verdict.WARN, "condition", f"{one.label}: {one.observed}"
    if not checks:
        # Nothing asked is nothing known. The kinds imply at least one condition, so this is a bug.
        return Verdict.ERROR, "no-condition", "The probe has no condition, so nothing was checked."
    return Verdict.PASS, "ok", checks[0].label if len(checks) == 1 else f"{len(checks)} checks hold"


def _answered(
    spec: ProbeSpec, observation: Observation, redactor: Redactor
) -> tuple[CheckOutcome, ...]:
    return tuple(
        CheckOutcome(
            label=redactor.mask(condition.said(), MAX_FACT_TEXT),
            level=str(condition.level),
            ok=answer(condition, observation.facts, spec.facts, observation.observed_at),
            observed=_observed(condition, observation.facts, spec.facts, redactor),
        )
        for condition in spec.all_conditions
    )


def _observed(
    condition: Condition,
    facts: Mapping[str, FactValue],
    types: Mapping[str, FactType],
    redactor: Redactor,
) -> str:
    if condition.fact not in facts:
        return "not there"
    value = facts[condition.fact]
    if condition.fact in _NOT_STORED:
        return f"{len(str(value))} characters"
    return str(_masked(condition.fact, value, redactor))[:120]


def _stored(facts: Mapping[str, FactValue], redactor: Redactor) -> dict[str, Any]:
    kept = [name for name in facts if name not in _NOT_STORED][:_MAX_FACTS]
    return {name: _masked(name, facts[name], redactor) for name in kept}


def _masked(name: str, value: FactValue, redactor: Redactor) -> Any:
    """A fact as JSON, with nothing in it that should not be shown."""
    match value:
        case str() if name.startswith("header."):
            return redactor.mask_header(name.removeprefix("header."), value, MAX_FACT_TEXT)
        case str():
            return redactor.mask(value, MAX_FACT_TEXT)
        case datetime():
            return value.isoformat()
        case tuple():
            return [redactor.mask(one, MAX_FACT_TEXT) for one in value[:_MAX_FACTS]]
        case _:
            return value
