"""Kind `tls`: shake hands and look at the certificate, also at one that does not verify.

Two handshakes. The first one verifies and says why if it cannot; Python then shows nothing of the
certificate. So a second one, without verifying, reads it. Nothing is sent over either.
"""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, Literal

import httpcore2
from pydantic import Field, field_validator, model_validator

from checklists.probes.base import (
    MAX_FACT_TEXT,
    Context,
    Evidence,
    Fault,
    Observation,
    Params,
    refused_as_invalid,
)
from checklists.probes.certificates import described, presented
from checklists.probes.deadline import BoundedStream, Deadline, DeadlinePassed
from checklists.probes.facts import Condition, FactType, FactValue, Level, Op
from checklists.probes.faults import EXPECTED, fault_of, may_be_retried, tls_failure
from checklists.probes.guard import Guard, check_target
from checklists.probes.policy import Policy, Refusal
from checklists.probes.trust import looking_context, verifying_context

MAX_DAYS: Final = 825


class TlsParams(Params):
    """Fewer than `fail_days` left fails, fewer than `warn_days` warns."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 443
    warn_days: Annotated[int, Field(ge=0, le=MAX_DAYS)] = 21
    fail_days: Annotated[int, Field(ge=0, le=MAX_DAYS)] = 7

    @field_validator("host")
    @classmethod
    def _bare(cls, host: str) -> str:
        if not host.isascii() or not host.isprintable() or any(char in host for char in " /@"):
            raise ValueError("this is the bare name of a host, without scheme, port or path")
        return host

    @model_validator(mode="after")
    def _ordered(self) -> TlsParams:
        if self.warn_days < self.fail_days:
            raise ValueError("warn_days cannot be below fail_days")
        return self


@dataclass(frozen=True, slots=True)
class _Seen:
    """One handshake: the peer's certificates as DER, its own first, and the protocol agreed on."""

    chain: tuple[bytes, ...]
    protocol: str


class TlsProbe:
    """Looks at a host's certificate: is it trusted, is it for this name, how long does it last."""

    name: ClassVar[str] = "tls"
    title: ClassVar[str] = "TLS"
    risk: ClassVar[Literal["passive", "active"]] = "passive"
    Params = TlsParams
    FACTS: ClassVar[Mapping[str, FactType]] = {
        "verified": FactType.BOOL,
        "verify_code": FactType.NUMBER,
        "verify_message": FactType.TEXT,
        "days_left": FactType.NUMBER,
        "not_before": FactType.TIME,
        "not_after": FactType.TIME,
        "issuer": FactType.TEXT,
        "subject": FactType.TEXT,
        "sans": FactType.TEXTS,
        "protocol": FactType.TEXT,
        "chain": FactType.TEXTS,
        "latency_ms": FactType.NUMBER,
    }

    def check(self, params: TlsParams, policy: Policy) -> None:
        """Refuse a host and port that the guard would refuse without asking anybody."""
        try:
            check_target(params.host, params.port, policy)
        except Refusal as refusal:
            raise refused_as_invalid(refusal, "host") from refusal

    def subject(self, params: TlsParams) -> str:
        """Host and port."""
        return f"{params.host}:{params.port}"

    def implied(self, params: TlsParams, given: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """Trusted for this name, and not about to end, whatever else is asked."""
        trusted = Condition("verified", Op.EQ, True, label="Certificate is trusted for this name")
        fail, warn = params.fail_days, params.warn_days
        left = Condition("days_left", Op.GTE, fail, label=f"At least {fail} days left")
        soon = Condition(
            "days_left", Op.GTE, warn, level=Level.WARN, label=f"At least {warn} days left"
        )
        return (trusted, left, soon) if warn > fail else (trusted, left)

    def observe(self, params: TlsParams, context: Context) -> Observation:
        """Shake hands verifying, then without if that failed; once more if no connection came."""
        deadline = Deadline(context.policy.deadline_s)
        guard = context.guard(deadline)
        started = time.monotonic()
        facts: dict[str, FactValue] = {}
        evidence: tuple[Evidence, ...] = ()
        fault: Fault | None = None
        try:
            facts, seen = _look(params, context, guard)
            facts["latency_ms"] = round((time.monotonic() - started) * 1000)
            evidence = _evidence(facts, seen, context)
        except EXPECTED as error:
            fault = fault_of(error)
            fault = replace(fault, message=context.redactor.mask(fault.message, MAX_FACT_TEXT))
        return Observation(
            observed_at=context.now(),
            duration_ms=round((time.monotonic() - started) * 1000),
            facts=facts,
            evidence=evidence,
            phases_ms=guard.phases_ms,
            peer=guard.peer,
            fault=fault,
        )


def _look(params: TlsParams, context: Context, guard: Guard) -> tuple[dict[str, FactValue], _Seen]:
    host = check_target(params.host, params.port, context.policy)
    trust = verifying_context(context.policy.ca_file)
    verified: dict[str, FactValue] = {"verified": True, "verify_code": 0, "verify_message": "ok"}
    try:
        seen = _handshake(guard, host, params.port, trust)
    except httpcore2.ConnectError as error:
        failure = tls_failure(error)
        if not isinstance(failure, ssl.SSLCertVerificationError):
            raise
        verified = {
            "verified": False,
            "verify_code": failure.verify_code,
            "verify_message": str(failure.verify_message),
        }
        seen = _handshake(guard, host, params.port, looking_context())
    protocol: dict[str, FactValue] = {"protocol": seen.protocol}
    return verified | protocol | described(seen.chain, context.now()), seen


def _handshake(guard: Guard, host: str, port: int, context: ssl.SSLContext) -> _Seen:
    stream = _connected(guard, host, port)
    try:
        started = time.monotonic()
        stream = stream.start_tls(context, server_hostname=host)
        guard.phases_ms["tls"] = round((time.monotonic() - started) * 1000, 1)
        connection = stream.get_extra_info("ssl_object")
        return _Seen(presented(connection), str(connection.version()))
    finally:
        stream.close()


def _connected(guard: Guard, host: str, port: int) -> BoundedStream:
    """A connection; a second try when the first one did not come about and time is left."""
    try:
        return guard.connect(host, port)
    except EXPECTED as error:
        if not may_be_retried(fault_of(error)):
            raise
        try:
            guard.deadline.left()
        except DeadlinePassed:
            raise error from None
        return guard.connect(host, port)


def _evidence(
    facts: Mapping[str, FactValue], seen: _Seen, context: Context
) -> tuple[Evidence, ...]:
    mask = context.redactor.mask
    shown = [("Verification", "verify_message"), ("Subject", "subject"), ("Issuer", "issuer")]
    found = [
        Evidence(label, mask(str(facts[name]), MAX_FACT_TEXT))
        for label, name in shown
        if name in facts
    ]
    names = facts.get("sans")
    if isinstance(names, tuple):
        found.append(Evidence("Names", mask(", ".join(names), MAX_FACT_TEXT)))
    if seen.chain:
        fingerprint = hashlib.sha256(seen.chain[0]).hexdigest()
        found.append(Evidence("Certificate SHA-256", fingerprint))
    return tuple(found)
