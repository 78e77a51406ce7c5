"""What a probe reports, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

FactValue = bool | int | float | str | datetime | tuple[str, ...]


class FactType(StrEnum):
    """What a fact is made of; decides which questions make sense."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    TIME = "time"
    TEXTS = "texts"


class Op(StrEnum):
    """The question a condition asks."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IN = "in"
    CONTAINS = "contains"
    GLOB = "glob"
    EXISTS = "exists"
    AGE_LT = "age_lt"


class Level(StrEnum):
    """What a broken condition amounts to."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Condition:
    """`fact` `op` `value`, as in ``status eq 200``. `label` says it in a person's words.

    A `value` for a fact of type time is ISO 8601 text; for `age_lt` it is seconds.
    """

    fact: str
    op: Op
    value: Any
    level: Level = Level.FAIL
    label: str = ""

    def as_json(self) -> dict[str, Any]:
        """The condition as it is stored and digested."""
        return {
            "fact": self.fact,
            "op": str(self.op),
            "value": self.value,
            "level": str(self.level),
            "label": self.label,
        }

    def said(self) -> str:
        """The label, or the condition itself where there is none."""
        return self.label or f"{self.fact} {_SAID[self.op]} {_plain(self.value)}".strip()


_SAID = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "below",
    Op.LTE: "at most",
    Op.GT: "above",
    Op.GTE: "at least",
    Op.IN: "one of",
    Op.CONTAINS: "contains",
    Op.GLOB: "matches",
    Op.EXISTS: "is present:",
    Op.AGE_LT: "younger than (s)",
}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def type_of(fact: str, types: Mapping[str, FactType]) -> FactType | None:
    """The type of a fact by name; a kind's ``header.*`` stands for every ``header.<name>``."""
    if fact in types:
        return types[fact]
    family, dot, rest = fact.partition(".")
    return types.get(f"{family}.*") if dot and rest else None


def fits(value: Any, kind: FactType) -> bool:
    """Whether an observed value is of its type. A number is finite, and a bool is none."""
    match kind:
        case FactType.NUMBER:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and abs(value) != float("inf") and value == value  # NaN is not itself
        case FactType.TEXT:
            return isinstance(value, str)
        case FactType.BOOL:
            return isinstance(value, bool)
        case FactType.TIME:
            return isinstance(value, datetime) and value.tzinfo is not None
        case FactType.TEXTS:
            return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
