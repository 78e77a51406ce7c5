"""What every kind of probe shares: what goes in, what comes out, and the protocol between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Literal, Protocol, TypeVar

import httpcore2
from pydantic import BaseModel, ConfigDict, ValidationError

from checklists.errors import Invalid
from checklists.probes.deadline import Deadline
from checklists.probes.facts import Condition, FactType, FactValue
from checklists.probes.guard import Guard
from checklists.probes.policy import Policy, Refusal
from checklists.probes.redact import Redactor
from checklists.probes.resolving import Resolver, resolver_for
from checklists.state import Verdict

MAX_EVIDENCE_TEXT: Final = 4_000
MAX_FACT_TEXT: Final = 500


class Params(BaseModel):
    """What a person sets for a probe of some kind. Unknown names are refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


P = TypeVar("P", bound=Params)


def parse_params(model: type[P], raw: Mapping[str, Any]) -> P:
    """The parameters in `raw`.

    Raises Invalid, code `probe_params`, `details["field"]` naming the first that is wrong.
    """
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "params"
        message = f"{name}: {first['msg'].removeprefix('Value error, ')}."
        raise Invalid(message, code="probe_params", field=name) from error


def refused_as_invalid(refusal: Refusal, field_name: str) -> Invalid:
    """The guard's refusal of what was typed, said where it was typed."""
    return Invalid(refusal.message, code="probe_refused", field=field_name, reason=refusal.code)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no full observation. `ours`: we could not look; otherwise the target is wrong.

    `code` is stable: a guard's code, or refused, reset, timeout, tls, protocol, no-such-name,
    too-much, uplink, internal, lease-lost.
    """

    code: str
    message: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen, ready to be shown: already masked and cut."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run saw. `facts` are whole and unmasked, so they stay in memory."""

    observed_at: datetime
    duration_ms: int
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    phases_ms: Mapping[str, float] = field(default_factory=dict)
    peer: str | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One condition's answer; `ok` is None when it could not be answered."""

    label: str
    level: str
    ok: bool | None
    observed: str


@dataclass(frozen=True, slots=True)
class Result:
    """A judged run: what is stored. Every text in it is masked and bounded."""

    verdict: Verdict
    code: str
    summary: str
    checks: tuple[CheckOutcome, ...]
    facts: Mapping[str, Any]
    evidence: tuple[Evidence, ...]
    phases_ms: Mapping[str, float]
    peer: str | None
    observed_at: datetime
    duration_ms: int
    spec_digest: str

    def details(self) -> dict[str, Any]:
        """What the page shows beside verdict and summary, ready for a JSON column."""
        return {
            "code": self.code,
            "peer": self.peer,
            "facts": dict(self.facts),
            "phases_ms": dict(self.phases_ms),
            "checks": [
                {"label": one.label, "level": one.level, "ok": one.ok, "observed": one.observed}
                for one in self.checks
            ],
            "evidence": [{"label": one.label, "text": one.text} for one in self.evidence],
        }


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What a probe may use: the operator's policy, a resolver, a clock, a redactor."""

    policy: Policy
    resolver: Resolver
    redactor: Redactor = field(default_factory=Redactor)
    now: Callable[[], datetime] = _utc_now
    dialler: httpcore2.NetworkBackend | None = None

    @classmethod
    def under(cls, policy: Policy) -> Context:
        """The context that a policy alone describes."""
        return cls(policy=policy, resolver=resolver_for(policy))

    def guard(self, deadline: Deadline) -> Guard:
        """A fresh guard: connections of different runs share nothing."""
        return Guard(self.policy, self.resolver, deadline, self.dialler)


class ProbeKind(Protocol[P]):
    """One kind of probe. It looks and reports; it neither retries a verdict nor judges."""

    name: ClassVar[str]
    title: ClassVar[str]
    risk: ClassVar[Literal["passive", "active"]]
    Params: type[P]
    FACTS: ClassVar[Mapping[str, FactType]]

    def check(self, params: P, policy: Policy) -> None:
        """Refuse what the guard would refuse anyway, without I/O. Raises Invalid."""
        ...

    def subject(self, params: P) -> str:
        """What is looked at, in a few characters and without credentials."""
        ...

    def implied(self, params: P, given: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """The conditions that hold without being written; never none for an empty `given`."""
        ...

    def observe(self, params: P, context: Context) -> Observation:
        """Look once, within the policy's deadline. A dead target is an observation, not an error.

        Raises nothing but bugs.
        """
        ...
