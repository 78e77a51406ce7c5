"""Kind `http`: one GET or HEAD, its redirects followed, the last answer reported."""

from __future__ import annotations

import hashlib
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, field_validator

from checklists.probes.base import (
    MAX_EVIDENCE_TEXT,
    MAX_FACT_TEXT,
    Context,
    Evidence,
    Fault,
    Observation,
    Params,
    refused_as_invalid,
)
from checklists.probes.deadline import Deadline, DeadlinePassed
from checklists.probes.facts import Condition, FactType, FactValue, Op
from checklists.probes.faults import EXPECTED, fault_of, may_be_retried
from checklists.probes.fetching import Answer, carries_secret, fetch
from checklists.probes.guard import MAX_URL, Guard, check_url
from checklists.probes.policy import Policy, Refusal
from checklists.probes.redact import Redactor

RETRY_PAUSE_S: Final = 0.2
_DAY_S: Final = 86_400
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# These belong to the connection, which is ours to make.
_NOT_YOURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_SHOWN_HEADERS: Final = (
    "content-type",
    "location",
    "server",
    "date",
    "age",
    "cache-control",
    "strict-transport-security",
    "set-cookie",
)


class HttpParams(Params):
    """`headers` are seen by everybody who sees the probe, so they may not carry credentials."""

    url: Annotated[str, Field(min_length=1, max_length=MAX_URL)]
    method: Literal["GET", "HEAD"] = "GET"
    headers: Annotated[dict[str, str], Field(max_length=20)] = {}

    @field_validator("headers")
    @classmethod
    def _plain_headers(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name[:50]!r} is not the name of a header")
            if name.lower() in _NOT_YOURS:
                raise ValueError(f"{name} belongs to the connection and cannot be set")
            if carries_secret(name):
                raise ValueError(
                    f"{name} would show its credential to everybody who sees the probe"
                )
            if len(value) > MAX_FACT_TEXT or not (value.isascii() and value.isprintable()):
                raise ValueError(f"the value of {name} is not short, plain text")
        return headers


@dataclass(frozen=True, slots=True)
class _Attempt:
    answer: Answer | None
    fault: Fault | None
    guard: Guard
    spent_ms: int


class HttpProbe:
    """Looks at a URL. Without conditions of its own about the status it wants 2xx."""

    name: ClassVar[str] = "http"
    title: ClassVar[str] = "HTTP"
    risk: ClassVar[Literal["passive", "active"]] = "passive"
    Params = HttpParams
    FACTS: ClassVar[Mapping[str, FactType]] = {
        "ok": FactType.BOOL,
        "status": FactType.NUMBER,
        "latency_ms": FactType.NUMBER,
        "body": FactType.TEXT,
        "body_truncated": FactType.BOOL,
        "final_url": FactType.TEXT,
        "redirects": FactType.NUMBER,
        "tls_days_left": FactType.NUMBER,
        "header.*": FactType.TEXT,
    }

    def check(self, params: HttpParams, policy: Policy) -> None:
        """Refuse a URL that the guard would refuse without asking anybody."""
        try:
            check_url(params.url, policy)
        except Refusal as refusal:
            raise refused_as_invalid(refusal, "url") from refusal

    def subject(self, params: HttpParams) -> str:
        """Method and URL."""
        return Redactor().mask(f"{params.method} {params.url}", MAX_FACT_TEXT)

    def implied(self, params: HttpParams, given: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """2xx, unless a condition speaks of the status itself."""
        if any(condition.fact in ("status", "ok") for condition in given):
            return ()
        return (Condition("ok", Op.EQ, True, label="Answers with 2xx"),)

    def observe(self, params: HttpParams, context: Context) -> Observation:
        """Ask, and once more if the connection did not come about and time is left."""
        deadline = Deadline(context.policy.deadline_s)
        first = _attempt(params, context, deadline)
        if first.fault is None or not may_be_retried(first.fault):
            return _observation(context, first)
        try:
            time.sleep(deadline.left(RETRY_PAUSE_S))
            deadline.left()
        except DeadlinePassed:
            return _observation(context, first)
        return _observation(context, _attempt(params, context, deadline), after=first)


def _attempt(params: HttpParams, context: Context, deadline: Deadline) -> _Attempt:
    guard = context.guard(deadline)
    started = time.monotonic()
    answer: Answer | None = None
    fault: Fault | None = None
    try:
        answer = fetch(guard, params.method, params.url, params.headers)
    except EXPECTED as error:
        fault = fault_of(error)
    return _Attempt(answer, fault, guard, round((time.monotonic() - started) * 1000))


def _observation(context: Context, last: _Attempt, after: _Attempt | None = None) -> Observation:
    now = context.now()
    mask = context.redactor.mask
    evidence: list[Evidence] = []
    if after is not None and after.fault is not None:
        evidence.append(Evidence("First attempt", mask(after.fault.message, MAX_FACT_TEXT)))
    fault = last.fault
    if fault is not None:
        fault = replace(fault, message=mask(fault.message, MAX_FACT_TEXT))
    facts: dict[str, FactValue] = {}
    if last.answer is not None:
        facts = _facts(last.answer, last.spent_ms, now.timestamp())
        evidence += _evidence(last.answer, context.redactor)
    return Observation(
        observed_at=now,
        duration_ms=last.spent_ms + (after.spent_ms if after else 0),
        facts=facts,
        evidence=tuple(evidence),
        phases_ms=last.guard.phases_ms,
        peer=last.guard.peer,
        fault=fault,
    )


def _facts(answer: Answer, spent_ms: int, now: float) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {
        "ok": 200 <= answer.status < 300,
        "status": answer.status,
        "latency_ms": spent_ms,
        "body_truncated": answer.truncated,
        "final_url": answer.url,
        "redirects": len(answer.hops),
    }
    if answer.body is not None:
        facts["body"] = answer.body.decode("utf-8", "replace")
    not_after = (answer.certificate or {}).get("notAfter")
    if not_after is not None:
        facts["tls_days_left"] = round((ssl.cert_time_to_seconds(not_after) - now) / _DAY_S, 2)
    return facts | {f"header.{name}": value for name, value in answer.headers.items()}


def _evidence(answer: Answer, redactor: Redactor) -> list[Evidence]:
    found = [Evidence("Status", str(answer.status))]
    found += [Evidence("Redirected from", redactor.mask(hop, MAX_FACT_TEXT)) for hop in answer.hops]
    found += [
        Evidence(name, redactor.mask_header(name, answer.headers[name], MAX_FACT_TEXT))
        for name in _SHOWN_HEADERS
        if name in answer.headers
    ]
    if answer.body:
        shown = redactor.mask(answer.body.decode("utf-8", "replace"), MAX_EVIDENCE_TEXT)
        digest = hashlib.sha256(answer.body).hexdigest()
        found += [Evidence("Body", shown), Evidence("Body SHA-256", digest)]
    return found
