"""Looking once by http and judging it, in one call."""

from __future__ import annotations

from checklists.probes.base import Result
from checklists.probes.judge import judge
from checklists.probes.policy import Policy
from checklists.probes.registry import ProbeSpec
from tests.probes.conftest import Names, context_of


def probe(
    url: str, policy: Policy, *conditions: dict, names: Names | None = None, **params: object
) -> Result:
    spec = ProbeSpec.parse("http", {"url": url, **params}, list(conditions), 60)
    return judge(spec, spec.observe(context_of(policy, names)))


def condition(fact: str, op: str, value: object, level: str = "fail") -> dict:
    return {"fact": fact, "op": op, "value": value, "level": level}


def evidence(result: Result) -> dict[str, str]:
    return {one.label: one.text for one in result.evidence}
