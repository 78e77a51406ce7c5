"""Spans: stretches in which a probe kept seeing one verdict. They outlive the single runs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785

from checklists.state import Verdict

SPAN_TAG = b"readiness-span-v1\n"


@dataclass(frozen=True, slots=True)
class Span:
    """What `probe`, in one specification, saw from `first_at` to `last_at` without a long gap."""

    probe: int
    spec_digest: str
    verdict: Verdict
    first_at: datetime
    last_at: datetime

    @property
    def digest(self) -> str:
        """What the log commits to when the span is over."""
        body: dict[str, Any] = {
            "probe": self.probe,
            "spec_digest": self.spec_digest,
            "verdict": str(self.verdict),
            "first_at": _time(self.first_at),
            "last_at": _time(self.last_at),
        }
        return hashlib.sha256(SPAN_TAG + rfc8785.dumps(body)).hexdigest()


def extended(span: Span | None, seen: Span, freshness: timedelta) -> Span | None:
    """`span` with one more observation in it, or None if `seen` begins a span of its own.

    A late observation that comes after a newer one of its kind changes nothing.
    """
    if span is None or (span.spec_digest, span.verdict) != (seen.spec_digest, seen.verdict):
        return None
    if seen.first_at - span.last_at > freshness or seen.last_at < span.first_at:
        return None
    return replace(span, last_at=max(span.last_at, seen.last_at))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
