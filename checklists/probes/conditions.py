"""Conditions: checked against the kind's facts when saved, answered against an observation later.

Nothing here can pass by accident: a fact that is not there or of another type has no answer, which
is neither yes nor no.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.probes.facts import Condition, FactType, FactValue, Level, Op, fits, type_of

MAX_CONDITIONS: Final = 20
MAX_TEXT: Final = 1_000
MAX_GLOB: Final = 200
MAX_CHOICES: Final = 50
# Beyond it JSON's numbers are no longer exact, and a digest over them means nothing.
MAX_NUMBER: Final = 2**53
_ORDER: Final = frozenset({Op.EQ, Op.NE, Op.LT, Op.LTE, Op.GT, Op.GTE})
_ASKABLE: Final[Mapping[FactType, frozenset[Op]]] = {
    FactType.NUMBER: _ORDER | {Op.IN, Op.EXISTS},
    FactType.TEXT: frozenset({Op.EQ, Op.NE, Op.IN, Op.CONTAINS, Op.GLOB, Op.EXISTS}),
    FactType.BOOL: frozenset({Op.EQ, Op.NE, Op.EXISTS}),
    FactType.TIME: frozenset({Op.LT, Op.LTE, Op.GT, Op.GTE, Op.AGE_LT, Op.EXISTS}),
    FactType.TEXTS: frozenset({Op.CONTAINS, Op.GLOB, Op.EXISTS}),
}
_FIELDS: Final = frozenset({"fact", "op", "value", "level", "label"})


def parse_conditions(raw: object, types: Mapping[str, FactType]) -> tuple[Condition, ...]:
    """The conditions in `raw`, a list of objects, each one answerable by a kind with these facts.

    Raises Invalid, code `probe_condition`; `details` name the position (from 0) and the field.
    """
    if not isinstance(raw, list | tuple):
        raise Invalid(_("Conditions are a list."), code="probe_condition", field="conditions")
    if len(raw) > MAX_CONDITIONS:
        raise Invalid(
            _("A probe has at most %(max_conditions)s conditions, not %(count)s.")
            % {"max_conditions": MAX_CONDITIONS, "count": len(raw)},
            code="probe_condition",
            field="conditions",
        )
    return tuple(_parsed(position, one, types) for position, one in enumerate(raw))


def _parsed(position: int, raw: object, types: Mapping[str, FactType]) -> Condition:
    def refuse(field: str, why: str) -> Invalid:
        message = _("Condition %(position)s: %(why)s") % {"position": position + 1, "why": why}
        return Invalid(message, code="probe_condition", field=field, position=position)

    if not isinstance(raw, Mapping):
        raise refuse("conditions", _("it must be an object with fact, op and value."))
    if unknown := sorted(str(name) for name in set(raw) - _FIELDS):
        raise refuse("conditions", _("there is no field %(unknown)r.") % {"unknown": unknown[0]})
    fact = raw.get("fact")
    kind = type_of(fact, types) if isinstance(fact, str) else None
    if not isinstance(fact, str) or kind is None:
        known = ", ".join(sorted(types))
        raise refuse(
            "fact",
            _("this kind of probe does not report %(fact)r. It reports %(known)s.")
            % {"fact": fact, "known": known},
        )
    op, level, label = raw.get("op"), raw.get("level", Level.FAIL), raw.get("label", "")
    if not isinstance(op, str) or op not in _ASKABLE[kind]:
        askable = ", ".join(sorted(_ASKABLE[kind]))
        raise refuse(
            "op",
            _("%(fact)s is a %(kind)s, which can be asked %(askable)s, not %(op)r.")
            % {"fact": fact, "kind": kind, "askable": askable, "op": op},
        )
    if level not in (Level.FAIL, Level.WARN):
        raise refuse("level", _("the level is fail or warn, not %(level)r.") % {"level": level})
    if not isinstance(label, str) or len(label) > MAX_GLOB or not label.isprintable():
        raise refuse(
            "label",
            _("the label is plain text of at most %(max_glob)s characters.")
            % {"max_glob": MAX_GLOB},
        )
    if why := _unfit(Op(op), kind, raw.get("value")):
        raise refuse("value", why)
    return Condition(fact, Op(op), raw.get("value"), Level(level), label)


def _unfit(op: Op, kind: FactType, value: Any) -> str:
    """Why `value` makes no sense for the question; empty when it does."""
    if op == Op.EXISTS:
        return "" if isinstance(value, bool) else _("exists takes true or false.")
    if op == Op.AGE_LT:
        positive = fits(value, FactType.NUMBER) and value > 0
        return "" if positive else _("age_lt takes a number of seconds above 0.")
    if op == Op.IN:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_CHOICES:
            return _("in takes a list of 1 to %(max_choices)s values.") % {
                "max_choices": MAX_CHOICES
            }
        wrong = [one for one in value if _unfit(Op.EQ, kind, one)]
        return (
            _("%(wrong)r is not a %(kind)s.") % {"wrong": wrong[0], "kind": kind} if wrong else ""
        )
    if kind == FactType.TIME:
        return "" if _moment(value) else _("a time is ISO 8601 text with its offset from UTC.")
    wanted = FactType.TEXT if kind == FactType.TEXTS else kind
    if not fits(value, wanted):
        return _("%(value)r is not a %(wanted)s.") % {"value": value, "wanted": wanted}
    if wanted == FactType.NUMBER and abs(value) > MAX_NUMBER:
        return _("%(value)s is too large.") % {"value": value}
    if wanted == FactType.TEXT:
        return _unfit_text(value, MAX_GLOB if op == Op.GLOB else MAX_TEXT)
    return ""


def _unfit_text(value: str, limit: int) -> str:
    surrogates = any("\ud800" <= char <= "\udfff" for char in value)
    if 1 <= len(value) <= limit and "\0" not in value and not surrogates:
        return ""
    return _("the text has 1 to %(limit)s characters, none of them NUL or half a character.") % {
        "limit": limit
    }


def answer(
    condition: Condition,
    facts: Mapping[str, FactValue],
    types: Mapping[str, FactType],
    now: datetime,
) -> bool | None:
    """Whether the condition holds; None when the fact is missing or not of its type."""
    if condition.op == Op.EXISTS:
        return (condition.fact in facts) is condition.value
    kind = type_of(condition.fact, types)
    observed = facts.get(condition.fact)
    if kind is None or observed is None or not fits(observed, kind):
        return None
    try:
        return _holds(condition.op, observed, condition.value, now)
    except (TypeError, ValueError):
        # A stored condition that no longer fits its fact cannot be answered, which is not "no".
        return None


def _holds(op: Op, observed: Any, value: Any, now: datetime) -> bool:
    match op:
        case Op.IN:
            return observed in value
        case Op.CONTAINS:
            return value in observed
        case Op.GLOB:
            return any(fnmatch.fnmatchcase(one, value) for one in _each(observed))
        case Op.AGE_LT:
            return bool(0 <= (now - observed).total_seconds() < value)
        case _:
            return _compares(op, observed, _moment(value) if _is_time(observed) else value)


def _compares(op: Op, observed: Any, value: Any) -> bool:
    match op:
        case Op.EQ:
            return bool(observed == value)
        case Op.NE:
            return bool(observed != value)
        case Op.LT:
            return bool(observed < value)
        case Op.LTE:
            return bool(observed <= value)
        case Op.GT:
            return bool(observed > value)
        case Op.GTE:
            return bool(observed >= value)
    raise ValueError(f"{op} does not compare")


def _each(observed: str | tuple[str, ...]) -> Sequence[str]:
    return (observed,) if isinstance(observed, str) else observed


def _is_time(observed: object) -> bool:
    return isinstance(observed, datetime)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
