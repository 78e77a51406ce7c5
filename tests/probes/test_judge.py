"""The verdict on an observation, and the specification it is judged by."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from checklists.errors import Invalid
from checklists.probes.base import Fault, Observation
from checklists.probes.judge import judge
from checklists.probes.registry import ProbeSpec, probe_spec_digest
from checklists.state import Verdict

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEEN = {"ok": True, "status": 200, "latency_ms": 40, "body": "ready", "header.age": "3"}


def spec(*conditions: dict) -> ProbeSpec:
    return ProbeSpec.parse("http", {"url": "http://good.example/"}, list(conditions), 60)


def condition(fact: str, op: str, value: object, level: str = "fail") -> dict:
    return {"fact": fact, "op": op, "value": value, "level": level}


HOLDS = condition("status", "eq", 200)
BROKEN = condition("status", "eq", 204)
WARNS = condition("latency_ms", "lt", 10, "warn")
HIDDEN = condition("tls_days_left", "gt", 7)
HIDDEN_WARNING = condition("tls_days_left", "gt", 21, "warn")


@pytest.mark.parametrize(
    ("conditions", "verdict", "code"),
    [
        ([], Verdict.PASS, "ok"),
        ([HOLDS], Verdict.PASS, "ok"),
        ([HOLDS, WARNS], Verdict.WARN, "condition"),
        ([BROKEN], Verdict.FAIL, "condition"),
        ([WARNS, BROKEN], Verdict.FAIL, "condition"),
        ([HOLDS, HIDDEN], Verdict.ERROR, "missing-fact"),
        ([HIDDEN, BROKEN], Verdict.FAIL, "condition"),
        ([HOLDS, HIDDEN_WARNING], Verdict.ERROR, "missing-fact"),
        ([WARNS, HIDDEN], Verdict.ERROR, "missing-fact"),
    ],
)
def test_the_worst_that_is_known_decides(conditions, verdict, code):
    result = judge(spec(*conditions), Observation(NOW, 40, SEEN))
    assert (result.verdict, result.code) == (verdict, code)


def test_a_fault_decides_before_any_condition():
    passing = spec(condition("latency_ms", "lt", 500))
    dead = Observation(NOW, 3, {}, fault=Fault("refused", "Connection refused.", ours=False))
    hidden = Observation(NOW, 3, {}, fault=Fault("dns", "No answer.", ours=True))
    assert judge(passing, dead).verdict == Verdict.FAIL
    assert judge(passing, hidden).verdict == Verdict.ERROR
    assert judge(passing, dead).checks == ()


def test_each_condition_is_shown_with_what_was_observed():
    result = judge(spec(HOLDS, WARNS, HIDDEN), Observation(NOW, 40, SEEN))
    shown = [(one.label, one.ok, one.observed) for one in result.checks]
    assert shown == [
        ("status is 200", True, "200"),
        ("latency_ms below 10", False, "40"),
        ("tls_days_left above 7", None, "not there"),
    ]
    assert result.summary == "tls_days_left above 7: not there"


def test_the_body_is_judged_but_not_stored_with_the_facts():
    result = judge(spec(condition("body", "contains", "ready")), Observation(NOW, 40, SEEN))
    assert result.verdict == Verdict.PASS
    assert "body" not in result.facts
    assert "ready" not in repr(result.details()["facts"])


def test_judging_again_gives_the_same_result():
    observation = Observation(NOW, 40, SEEN)
    assert judge(spec(WARNS), observation) == judge(spec(WARNS), observation)


def test_a_result_names_the_specification_it_was_judged_by():
    assert judge(spec(HOLDS), Observation(NOW, 40, SEEN)).spec_digest == spec(HOLDS).digest
    assert spec(HOLDS).digest != spec(BROKEN).digest


def test_a_kind_without_a_condition_never_passes(monkeypatch):
    bare = spec()
    monkeypatch.setattr(type(bare.kind), "implied", lambda self, params, given: ())
    result = judge(bare, Observation(NOW, 40, SEEN))
    assert (result.verdict, result.code) == (Verdict.ERROR, "no-condition")


def test_the_digest_of_a_specification_is_a_fixed_vector():
    conditions = [
        {"fact": "status", "op": "eq", "value": 200, "level": "fail", "label": "Answers"},
    ]
    params = {"url": "http://good.example/", "method": "GET", "headers": {}}
    stored = (
        b"readiness-probe-v1\n"
        b'{"conditions":[{"fact":"status","label":"Answers","level":"fail","op":"eq","value":200}],'
        b'"interval_s":60,"kind":"http",'
        b'"params":{"headers":{},"method":"GET","url":"http://good.example/"}}'
    )
    expected = "adc68909eea9bef18972f1d4f2ef6558f6a16d78a9db8f7adbb771088e42e56c"
    assert hashlib.sha256(stored).hexdigest() == expected
    assert probe_spec_digest("http", params, conditions, 60) == expected
    parsed = ProbeSpec.parse("http", {"url": "http://good.example/"}, conditions, 60)
    assert parsed.digest == expected


def test_every_part_of_a_specification_is_in_its_digest():
    def digest(kind="http", url="http://good.example/", value=200, interval_s=60) -> str:
        asked = [{"fact": "status", "op": "eq", "value": value, "level": "fail", "label": ""}]
        return probe_spec_digest(kind, {"url": url}, asked, interval_s)

    others = [
        digest(kind="tls"),
        digest(url="http://good.example/x"),
        digest(value=201),
        digest(interval_s=61),
    ]
    assert len({digest(), *others}) == 5


def test_what_is_stored_parses_to_the_same_specification():
    first = spec(HOLDS, WARNS)
    again = ProbeSpec.parse("http", first.params_json(), first.conditions_json(), 60)
    assert again == first


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("smtp", {}, [], 60), "probe_kind", "kind"),
        (("http", [], [], 60), "probe_params", "params"),
        (("http", {"url": "http://a.example/"}, {}, 60), "probe_condition", "conditions"),
        (("http", {"url": "http://a.example/"}, [], 9), "probe_interval", "interval_s"),
        (("http", {"url": "http://a.example/"}, [], 10**9), "probe_interval", "interval_s"),
        (("http", {"url": "http://a.example/"}, [], True), "probe_interval", "interval_s"),
        (("http", {"url": "http://a.example/"}, [], "60"), "probe_interval", "interval_s"),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(arguments, code, field):
    with pytest.raises(Invalid) as refused:
        ProbeSpec.parse(*arguments)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
