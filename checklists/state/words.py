"""The words a release, an item, a probe, a waiver or a signature can be in, stored as they are."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """What people said of an item."""

    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


class Carried(StrEnum):
    """Why an answer of an earlier release is believed in a later one."""

    VALIDITY = "validity"
    PROBE = "probe"
    EVIDENCE = "evidence"


class Stage(StrEnum):
    """When an item counts: before the deployment, or before the release closes after it."""

    DEPLOY = "deploy"
    CLOSE = "close"


class Requirement(StrEnum):
    """`must` blocks, `should` warns, `may` informs."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class ReleaseStatus(StrEnum):
    """The stored states of a release. Approved and verifying are derived, never stored."""

    PREPARING = "preparing"
    DEPLOYED = "deployed"
    CLOSED = "closed"
    ABORTED = "aborted"
    ROLLED_BACK = "rolled_back"


RUNNING = (ReleaseStatus.PREPARING, ReleaseStatus.DEPLOYED)
"""The states of a release that is not over; in all others nothing may change any more."""


class Verdict(StrEnum):
    """What a probe saw. `never` and `stale` are derived from what was observed, and when."""

    PASS = "pass"  # noqa: S105
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    NEVER = "never"
    STALE = "stale"


class WaiverStatus(StrEnum):
    """Where the request for a waiver stands. Expired is derived from its end, never stored."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Meaning(StrEnum):
    """What a signature says."""

    APPROVE = "approve"
    REJECT = "reject"


class Call(StrEnum):
    """What a role says in the go/no-go meeting. Not a signature."""

    GO = "go"
    CONDITIONS = "conditions"
    NO_GO = "no_go"


class RowStatus(StrEnum):
    """What a row shows: one word per item, derived by `row_status`."""

    OPEN = "open"
    PROGRESS = "progress"
    DONE = "done"
    FAILED = "failed"
    WAIVED = "waived"
    NOT_APPLICABLE = "na"

    @property
    def settled(self) -> bool:
        """Nobody need do anything about the item before its stage."""
        return self in _SETTLED


_SETTLED = frozenset({RowStatus.DONE, RowStatus.WAIVED, RowStatus.NOT_APPLICABLE})
