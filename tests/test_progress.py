"""Burn-up, latency and forecast: pure, so its tests are tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.progress import (
    Forecast,
    NoForecast,
    Point,
    Step,
    burn_up,
    forecast,
    percentile,
    ready_at,
    settled_after,
)

START = datetime(2030, 1, 1, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def hours(*values: float) -> list[timedelta]:
    return [timedelta(hours=value) for value in values]


def steps(*said: tuple[float, str, int]) -> list[Step]:
    return [Step(at(hour), action, item) for hour, action, item in said]


def test_answers_and_waivers_settle_and_whoever_reopens_unsettles():
    found = burn_up(
        steps(
            (1, "item.ticked", 1),
            (2, "waiver.approved", 2),
            (3, "item.reopened", 1),
            (4, "item.marked_not_applicable", 1),
            (5, "waiver.withdrawn", 2),
        ),
        [1, 2, 3],
        START,
    )
    assert [(p.at, p.settled) for p in found] == [
        (START, 0),
        (at(1), 1),
        (at(2), 2),
        (at(3), 1),
        (at(4), 2),
        (at(5), 1),
    ]


def test_an_item_both_waived_and_done_counts_once():
    found = burn_up(
        steps((1, "waiver.approved", 1), (2, "item.ticked", 1), (3, "item.unticked", 1)), [1], START
    )
    assert found == [Point(START, 0, 1), Point(at(1), 1, 1)]


def test_the_total_follows_items_that_come_and_go():
    found = burn_up(
        steps((1, "item.added", 9), (2, "item.ticked", 9), (3, "item.removed", 9)), [1], START
    )
    assert [(p.settled, p.total) for p in found] == [(0, 1), (0, 2), (1, 2), (0, 1)]


def test_ready_is_when_all_was_settled_and_stayed_so():
    flapped = burn_up(
        steps((1, "item.ticked", 1), (2, "item.reopened", 1), (5, "item.ticked", 1)), [1], START
    )
    assert ready_at(flapped) == at(5)
    assert ready_at(flapped[:-1]) is None


def test_what_was_settled_for_good_counts_from_its_last_time():
    taken = settled_after(
        steps(
            (1, "item.ticked", 1),
            (2, "item.unticked", 1),
            (6, "item.ticked", 1),
            (3, "item.ticked", 2),
            (4, "item.unticked", 2),
        ),
        START,
    )
    assert taken == {1: timedelta(hours=6)}


PAST = [dict(zip("abc", hours(1, 2, 3), strict=True)) for _ in range(3)]


@pytest.mark.parametrize(
    ("keys", "past", "elapsed", "expected"),
    [
        ([], PAST, 0, NoForecast.NOTHING_OPEN),
        (["a"], [], 0, NoForecast.TOO_FEW),
        (["new"], PAST, 0, NoForecast.TOO_FEW),
        (["a"], PAST, 1, NoForecast.LONGER_THAN_EVER),
        (["a", "c"], PAST, 0, Forecast(at(3), at(3), 3)),
    ],
)
def test_no_guess_without_data(keys, past, elapsed, expected):
    assert forecast(keys, past, opened_at=START, now=at(elapsed)) == expected


def test_an_item_without_times_of_its_own_goes_by_the_pool():
    past = [{str(n): timedelta(hours=n) for n in range(1, 21)}]
    found = forecast(["new"], past, opened_at=START, now=START)
    assert isinstance(found, Forecast)
    assert (found.likely, found.safe) == (at(10), at(17))


def test_more_open_items_make_it_later():
    past = [{"a": timedelta(hours=n), "b": timedelta(hours=n)} for n in range(1, 11)]
    one = forecast(["a"], past, opened_at=START, now=START)
    two = forecast(["a", "b"], past, opened_at=START, now=START)
    assert (one.likely, two.likely) == (at(5), at(8))  # 0.8 x 0.8 is the first above a half


def test_time_that_has_passed_is_taken_into_account():
    past = [{"a": timedelta(hours=n)} for n in range(1, 11)]
    found = forecast(["a"], past, opened_at=START, now=at(6))
    assert (found.likely, found.safe) == (at(8), at(10))


@given(st.lists(st.integers(1, 500), min_size=3, max_size=30), st.integers(0, 400))
def test_a_forecast_is_never_in_the_past_and_safe_is_never_before_likely(taken, elapsed):
    past = [{"a": timedelta(hours=n)} for n in taken]
    found = forecast(["a"], past, opened_at=START, now=at(elapsed))
    if isinstance(found, Forecast):
        assert at(elapsed) < found.likely <= found.safe


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2), (0.85, 4), (0.25, 1), (1, 4), (0, 1)])
def test_percentiles_are_values_that_occurred(share, expected):
    assert percentile(hours(1, 2, 3, 4), share) == timedelta(hours=expected)


def test_of_nothing_there_is_no_percentile():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
