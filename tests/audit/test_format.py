"""The log's bytes are what docs/audit-format.md says they are."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from checklists.audit.format import (
    checked_text,
    commitment,
    event_hash,
    read_time,
    write_body,
    write_time,
)
from checklists.digests import canonical, decision_digest, rules_digest, section_digests
from checklists.errors import Invalid
from checklists.state import ChecklistState, Rule, Stage
from tests.test_gate import done, release

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "audit-format.md").read_text()


def vector(number: int) -> str:
    return re.split(r"\*\*Vector \d\.\*\*", PAGE)[number]


def json_of(number: int) -> str:
    return re.search(r"```json\n(.*)\n```", vector(number))[1]


def hash_of(number: int) -> str:
    return re.findall(r"`([0-9a-f]{64})`", vector(number))[0]


STATE = release(
    done(1, decided_seq=4),
    rules=(Rule("security", 1, ("base/infra",), Stage.DEPLOY),),
    checklists=(ChecklistState(1, "base", 1, "ab" * 32),),
)


def test_the_page_and_the_code_agree_on_the_hash_of_an_event():
    body = json_of(1)
    assert event_hash("0" * 64, body) == hash_of(1)
    assert write_body(json.loads(body)) == body
    by_hand = hashlib.sha256(f"readiness-audit-v1\n{'0' * 64}\n{body}".encode())
    assert by_hand.hexdigest() == hash_of(1)


def test_the_page_and_the_code_agree_on_a_commitment():
    kind, salt, value = re.findall(r"`([^`]*)`", vector(2))[:3]
    assert commitment(kind, salt, value) == hash_of(2)


def test_the_page_and_the_code_agree_on_what_a_signature_covers():
    assert rules_digest(STATE.rules) == hash_of(3)
    assert section_digests(STATE) == {"base/infra": re.findall(r"`([0-9a-f]{64})`", vector(4))[-1]}
    by_hand = hashlib.sha256(f"readiness-section-v1\n{json_of(4)}".encode()).hexdigest()
    assert by_hand == section_digests(STATE)["base/infra"]
    assert decision_digest(section_digests(STATE)) == hash_of(5)


def test_the_page_and_the_code_agree_on_a_checklist_with_an_overlay():
    overlaid = replace(STATE, checklists=(ChecklistState(1, "base", 1, "ab" * 32, ("cd" * 32,)),))
    assert section_digests(overlaid) == {"base/infra": hash_of(6)}
    (template,) = re.findall(r"`([0-9a-f]{64}\+[0-9a-f]{64})`", vector(6))
    text = json_of(4).replace("ab" * 32, template)
    assert hashlib.sha256(f"readiness-section-v1\n{text}".encode()).hexdigest() == hash_of(6)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcdefghijklmnopqrstuvwxyz_"), inner),
)


@given(VALUES)
def test_the_quick_canonical_form_is_the_standard_one(value):
    assert canonical(value).encode("utf-8", "surrogatepass") == rfc8785.dumps(value)


def test_a_time_survives_writing_with_all_its_digits():
    text = "2026-11-23T10:02:17.000000Z"
    assert write_time(read_time(text)) == text


@pytest.mark.parametrize("text", ["nul\x00here", "bell\x07", "half \ud800 surrogate", "\udfff"])
def test_text_that_no_log_can_hold_is_refused_with_its_place(text):
    with pytest.raises(Invalid, match="cannot be stored") as refusal:
        checked_text(text, field="comment")
    assert refusal.value.code == "unstorable_character"


def test_tabs_line_ends_and_any_script_are_fine():
    text = "a\tb\r\nc Ünïcödé 你好 🚀"
    assert checked_text(f"  {text} ", field="comment") == text


def test_text_that_is_empty_or_endless_is_refused():
    for text, code in (("  ", "empty"), ("x" * 11, "too_long")):
        with pytest.raises(Invalid) as refusal:
            checked_text(text, field="note", limit=10)
        assert refusal.value.code == code
