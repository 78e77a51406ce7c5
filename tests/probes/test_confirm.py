"""How single results become a verdict that is relied on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.probes.confirm import Confirmed, fold
from checklists.state import Verdict

LETTERS = {"P": Verdict.PASS, "W": Verdict.WARN, "F": Verdict.FAIL, "E": Verdict.ERROR}
START = datetime(2026, 11, 23, tzinfo=UTC)


def play(results: str) -> str:
    """The verdict relied on after each result, a letter each."""
    state, said = Confirmed(), ""
    for position, letter in enumerate(results):
        step = fold(state, LETTERS[letter], START + timedelta(minutes=position))
        assert step.flipped == (step.confirmed.verdict != state.verdict)
        state = step.confirmed
        said += next(key for key, value in LETTERS.items() if value == state.verdict)
    return said


@pytest.mark.parametrize(
    ("seen", "relied_on"),
    [
        ("P", "P"),
        ("W", "W"),
        ("F", "F"),
        ("E", "E"),
        ("PFFF", "PPPF"),
        ("PFFPFF", "PPPPPP"),
        ("PEEE", "PPPE"),
        ("FPP", "FFP"),
        ("FPFPP", "FFFFP"),
        ("FPW", "FFW"),
        ("FWP", "FFP"),
        ("EPP", "EEP"),
        ("PWPW", "PPPP"),
        ("PWW", "PPW"),
        ("WPP", "WWP"),
        ("FPWW", "FFWW"),
        ("PFWW", "PPPW"),
        ("FEEE", "FFFE"),
        ("EFFF", "EEEF"),
        ("PFEF", "PPPE"),
        ("PFFE", "PPPE"),
        ("PEFFF", "PPPEF"),
        ("PFEPFF", "PPPPPP"),
        ("FEFEFE", "FFFFFF"),
        ("PFFFP", "PPPFF"),
        ("PFFFPP", "PPPFFP"),
    ],
)
def test_the_verdict_relied_on(seen, relied_on):
    assert play(seen) == relied_on


def test_a_bad_result_asks_for_another_soon_until_it_is_confirmed_or_denied():
    state, asked = Confirmed(), []
    for letter in "PFFFFPFEP":
        step = fold(state, LETTERS[letter], START)
        state = step.confirmed
        asked.append(step.recheck_soon)
    assert asked == [False, True, True, False, False, False, False, False, False]


def test_since_is_when_the_verdict_was_confirmed():
    state = Confirmed()
    for minute, letter in enumerate("PPFFFF"):
        state = fold(state, LETTERS[letter], START + timedelta(minutes=minute)).confirmed
    assert state.since == START + timedelta(minutes=4)


@given(st.text(alphabet="PWFE", min_size=1, max_size=40))
def test_three_of_a_kind_always_confirm_and_two_good_always_recover(seen):
    relied_on = play(seen)
    for end in range(1, len(seen) + 1):
        said, last = relied_on[end - 1], seen[:end]
        if last.endswith("FFF"):
            assert said == "F"
        if last.endswith("EEE"):
            assert said == "E"
        if last[-2:] in ("PP", "WW"):
            assert said == last[-1]
        if last[-2:] in ("PW", "WP"):
            assert said in "PW"


@given(st.text(alphabet="PWFE", min_size=1, max_size=40))
def test_only_a_third_bad_result_in_a_row_ends_a_good_verdict(seen):
    said = play(seen)
    for end, (before, after) in enumerate(pairwise(said), start=2):
        if before in "PW" and after in "FE":
            assert set(seen[end - 3 : end]) <= {"F", "E"}
        if before in "FE" and after in "PW":
            assert set(seen[end - 2 : end]) <= {"P", "W"}


@given(st.text(alphabet="FE", min_size=3, max_size=10))
def test_a_target_that_is_never_good_is_never_relied_on(seen):
    assert play("P" + seen)[-1] in "FE"
