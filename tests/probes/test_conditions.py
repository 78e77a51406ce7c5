"""Conditions: what may be asked, and that nothing holds by accident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.errors import Invalid
from checklists.probes.conditions import answer, parse_conditions
from checklists.probes.facts import Condition, FactType, Level, Op

TYPES = {
    "number": FactType.NUMBER,
    "text": FactType.TEXT,
    "bool": FactType.BOOL,
    "time": FactType.TIME,
    "texts": FactType.TEXTS,
    "header.*": FactType.TEXT,
}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FACTS = {
    "number": 200,
    "text": "ready to go",
    "bool": True,
    "time": NOW - timedelta(hours=1),
    "texts": ("a.example", "b.example"),
    "header.server": "nginx",
}


@pytest.mark.parametrize(
    ("fact", "op", "value", "holds"),
    [
        ("number", "eq", 200, True),
        ("number", "eq", 200.0, True),
        ("number", "ne", 200, False),
        ("number", "lt", 200, False),
        ("number", "lte", 200, True),
        ("number", "gt", 199.5, True),
        ("number", "gte", 201, False),
        ("number", "in", [200, 204], True),
        ("number", "in", [301], False),
        ("number", "exists", True, True),
        ("text", "eq", "ready", False),
        ("text", "ne", "ready", True),
        ("text", "contains", "to", True),
        ("text", "contains", "TO", False),
        ("text", "glob", "ready*", True),
        ("text", "glob", "*[!o]", False),
        ("text", "in", ["ready to go", "x"], True),
        ("bool", "eq", True, True),
        ("bool", "ne", True, False),
        ("time", "lt", "2026-11-23T12:00:00+00:00", True),
        ("time", "gte", "2026-11-23T12:30:00+01:00", False),
        ("time", "age_lt", 3601, True),
        ("time", "age_lt", 3600, False),
        ("texts", "contains", "a.example", True),
        ("texts", "contains", "a.exam", False),
        ("texts", "glob", "b.*", True),
        ("texts", "glob", "c.*", False),
        ("header.server", "eq", "nginx", True),
        ("header.via", "exists", False, True),
        ("header.via", "exists", True, False),
    ],
)
def test_a_condition_is_answered(fact, op, value, holds):
    (condition,) = parse_conditions([{"fact": fact, "op": op, "value": value}], TYPES)
    assert answer(condition, FACTS, TYPES, NOW) is holds


@pytest.mark.parametrize(
    ("fact", "op", "value"),
    [
        ("number", "lt", 5),
        ("number", "ne", 5),
        ("bool", "ne", True),
        ("text", "ne", "x"),
        ("text", "contains", "x"),
        ("time", "age_lt", 9e9),
        ("texts", "glob", "*"),
        ("header.x", "glob", "*"),
    ],
)
@pytest.mark.parametrize("observed", [None, "nothing", [], {}, float("nan"), float("inf")])
def test_a_missing_fact_or_one_of_another_type_has_no_answer(fact, op, value, observed):
    (condition,) = parse_conditions([{"fact": fact, "op": op, "value": value}], TYPES)
    assert answer(condition, {}, TYPES, NOW) is None
    if not (isinstance(observed, str) and (fact == "text" or fact.startswith("header"))):
        assert answer(condition, {fact: observed}, TYPES, NOW) is None


def test_a_bool_is_not_a_number():
    condition = Condition("number", Op.LT, 5)
    assert answer(condition, {"number": True}, TYPES, NOW) is None


def test_a_time_in_the_future_has_no_small_age():
    condition = Condition("time", Op.AGE_LT, 60)
    assert answer(condition, {"time": NOW + timedelta(days=1)}, TYPES, NOW) is False


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("status", "conditions"),
        ([7], "conditions"),
        ([{"fact": "number", "op": "eq", "value": 1}] * 21, "conditions"),
        ([{"fact": "number", "op": "eq", "value": 1, "sev": "x"}], "conditions"),
        ([{"fact": "numbr", "op": "eq", "value": 1}], "fact"),
        ([{"fact": "header.", "op": "eq", "value": "a"}], "fact"),
        ([{"fact": None, "op": "eq", "value": 1}], "fact"),
        ([{"op": "eq", "value": 1}], "fact"),
        ([{"fact": "number", "op": "contains", "value": 1}], "op"),
        ([{"fact": "text", "op": "lt", "value": "a"}], "op"),
        ([{"fact": "bool", "op": "in", "value": [True]}], "op"),
        ([{"fact": "number", "op": "==", "value": 1}], "op"),
        ([{"fact": "number", "op": ["eq"], "value": 1}], "op"),
        ([{"fact": "number", "op": "eq"}], "value"),
        ([{"fact": "number", "op": "eq", "value": "200"}], "value"),
        ([{"fact": "number", "op": "eq", "value": True}], "value"),
        ([{"fact": "number", "op": "eq", "value": float("nan")}], "value"),
        ([{"fact": "number", "op": "eq", "value": 2**60}], "value"),
        ([{"fact": "number", "op": "in", "value": []}], "value"),
        ([{"fact": "number", "op": "in", "value": list(range(51))}], "value"),
        ([{"fact": "number", "op": "in", "value": [200, "204"]}], "value"),
        ([{"fact": "text", "op": "eq", "value": ""}], "value"),
        ([{"fact": "text", "op": "eq", "value": "a\0"}], "value"),
        ([{"fact": "text", "op": "eq", "value": "\ud800"}], "value"),
        ([{"fact": "text", "op": "glob", "value": "a" * 201}], "value"),
        ([{"fact": "bool", "op": "eq", "value": 1}], "value"),
        ([{"fact": "time", "op": "lt", "value": "yesterday"}], "value"),
        ([{"fact": "time", "op": "lt", "value": "2026-11-23T12:00:00"}], "value"),
        ([{"fact": "time", "op": "age_lt", "value": 0}], "value"),
        ([{"fact": "number", "op": "exists", "value": "yes"}], "value"),
        ([{"fact": "number", "op": "eq", "value": 1, "level": "info"}], "level"),
        ([{"fact": "number", "op": "eq", "value": 1, "label": "a\nb"}], "label"),
        ([{"fact": "number", "op": "eq", "value": 1, "label": 5}], "label"),
    ],
)
def test_a_condition_that_cannot_be_answered_is_refused_when_it_is_saved(raw, field):
    with pytest.raises(Invalid) as refused:
        parse_conditions(raw, TYPES)
    assert (refused.value.code, refused.value.details["field"]) == ("probe_condition", field)


def test_what_was_parsed_is_read_again_from_its_json():
    raw = [{"fact": "number", "op": "in", "value": [1, 2], "level": "warn", "label": "few"}]
    parsed = parse_conditions(raw, TYPES)
    assert parse_conditions([one.as_json() for one in parsed], TYPES) == parsed
    assert parsed[0].level == Level.WARN


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    raw=st.fixed_dictionaries(
        {
            "fact": st.sampled_from([*TYPES, "header.a"]) | json_values,
            "op": st.sampled_from(list(Op)) | json_values,
            "value": json_values,
        }
    ),
    observed=json_values,
)
def test_whatever_comes_in_is_refused_or_answered(raw, observed):
    try:
        (condition,) = parse_conditions([raw], TYPES)
    except Invalid:
        return
    assert answer(condition, {condition.fact: observed}, TYPES, NOW) in (True, False, None)
