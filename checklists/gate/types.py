"""What the gate answers, and what each answer rests on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checklists.gate.signoffs import Standing
from checklists.sentences import Sentence
from checklists.state import Stage


class Go(StrEnum):
    """What the gate answers."""

    GO = "go"
    GO_WITH_EXCEPTIONS = "go_with_exceptions"
    NO_GO = "no_go"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """What a reason does to the answer."""

    UNKNOWN = "unknown"
    BLOCKS = "blocks"
    EXCEPTION = "exception"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing the decision rests on. `item` is the item's key, in `checklist`, if one is meant.

    `said` is the reason, of the item named in `subject` if one is meant; `resolver` says who can
    resolve it. `message` and `who` are both in the language of whoever reads.
    """

    code: str
    said: Sentence
    level: Level = Level.BLOCKS
    item: str | None = None
    checklist: str | None = None
    item_id: int | None = None
    role: str | None = None
    subject: str = ""
    resolver: Sentence | None = None

    @property
    def message(self) -> str:
        """The whole reason in words."""
        return f"{self.subject}: {self.said}" if self.subject else str(self.said)

    @property
    def who(self) -> str:
        """Who can resolve it, in words."""
        return str(self.resolver or "")


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer, why, and the digest a signature over everything would cover."""

    verdict: Go
    stage: Stage
    as_of: datetime
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    counts: Mapping[str, int]
    digest: str
    sections: Mapping[str, str]
    signoffs: tuple[Standing, ...]

    @property
    def blockers(self) -> tuple[Reason, ...]:
        """The reasons that stand in the way."""
        return tuple(r for r in self.reasons if r.level in (Level.BLOCKS, Level.UNKNOWN))

    @property
    def may_go(self) -> bool:
        """Go, with or without exceptions."""
        return self.verdict in (Go.GO, Go.GO_WITH_EXCEPTIONS)
