"""The grid of a probe, and the spans of what it saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from checklists.probes.schedule import next_slot, sooner
from checklists.probes.spans import Span, extended
from checklists.state import Verdict

MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)
)
INTERVALS = st.integers(min_value=10, max_value=604800)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRESH = timedelta(minutes=3)


@given(pk=st.integers(min_value=1), interval=INTERVALS, after=MOMENTS)
def test_the_next_slot_is_ahead_and_at_most_an_interval_away(pk, interval, after):
    slot = next_slot(pk, interval, after)
    assert timedelta() < slot - after <= timedelta(seconds=interval)


@given(pk=st.integers(min_value=1), interval=INTERVALS, after=MOMENTS)
def test_slots_keep_to_one_grid_whenever_they_are_asked_for(pk, interval, after):
    first = next_slot(pk, interval, after)
    assert next_slot(pk, interval, first) - first == timedelta(seconds=interval)
    assert next_slot(pk, interval, first - timedelta(microseconds=1)) == first


def test_many_probes_are_spread_over_the_interval():
    slots = {next_slot(pk, 60, NOON) for pk in range(600)}
    assert len(slots) == 60


def test_the_sooner_of_two_moments():
    assert sooner(NOON + timedelta(seconds=30), NOON, 10) == NOON + timedelta(seconds=10)
    assert sooner(NOON + timedelta(seconds=5), NOON, 10) == NOON + timedelta(seconds=5)


def span(first: int, last: int, verdict: Verdict = Verdict.PASS, spec: str = "a") -> Span:
    minute = timedelta(minutes=1)
    return Span(7, spec, verdict, NOON + first * minute, NOON + last * minute)


def test_a_span_grows_until_verdict_specification_or_a_gap_end_it():
    assert extended(None, span(0, 0), FRESH) is None
    assert extended(span(0, 1), span(4, 4), FRESH) == span(0, 4)
    assert extended(span(0, 1), span(5, 5), FRESH) is None
    assert extended(span(0, 1), span(2, 2, Verdict.FAIL), FRESH) is None
    assert extended(span(0, 1), span(2, 2, spec="b"), FRESH) is None


def test_a_late_observation_does_not_shorten_a_span():
    assert extended(span(0, 5), span(3, 3), FRESH) == span(0, 5)


def test_the_digest_of_a_span_is_a_fixed_vector():
    # printf 'readiness-span-v1\n{"first_at":"2026-11-23T12:00:00.000000Z",…}' | sha256sum
    assert span(0, 4).digest == "386ae891d20e02b23f901f8739746de0eb0431a44d2c7ed811682e4ee2595641"
    others = [span(0, 5), span(1, 4), span(0, 4, Verdict.WARN), span(0, 4, spec="b")]
    assert len({span(0, 4).digest, *(other.digest for other in others)}) == 5
