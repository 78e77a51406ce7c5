"""What waivers will do, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checklists.state import WaiverStatus
from checklists.waiving import forecasts, in_a_row, lapsing
from tests.test_gate import GO_LIVE, NOW, item, release, waiver

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("end", "holds", "days"),
    [
        (GO_LIVE - 2 * DAY, False, 2),
        (GO_LIVE - timedelta(hours=5), False, 0),
        (GO_LIVE, False, 0),
        (GO_LIVE + timedelta(seconds=1), True, 0),
        (GO_LIVE + 12 * DAY + timedelta(hours=23), True, 12),
    ],
)
def test_when_a_waiver_lapses_relative_to_go_live(end, holds, days):
    (found,) = forecasts(release(item(waivers=(waiver(ends=end),))), GO_LIVE)
    assert (found.holds, found.days) == (holds, days)


def test_of_an_item_the_newest_approved_one_speaks_and_the_one_asked_beside_it():
    first, second = waiver(), replace(waiver(), id=6)
    asked = replace(waiver(WaiverStatus.REQUESTED), id=7)
    rejected = replace(waiver(WaiverStatus.REJECTED), id=8)
    state = release(item(waivers=(first, second, asked, rejected)), item(2))
    assert [(f.waiver.id, f.is_asked) for f in forecasts(state, GO_LIVE)] == [(6, False), (7, True)]


def test_what_lapses_when_the_target_moves():
    state = release(
        item(1, waivers=(replace(waiver(ends=GO_LIVE), id=1),)),
        item(2, waivers=(replace(waiver(ends=GO_LIVE + DAY), id=2),)),
        item(3, waivers=(replace(waiver(ends=GO_LIVE + 3 * DAY), id=3),)),
        item(4, waivers=(replace(waiver(WaiverStatus.REQUESTED, GO_LIVE + DAY), id=4),)),
    )
    assert [f.waiver.id for f in lapsing(state, GO_LIVE, GO_LIVE + 2 * DAY)] == [2]
    assert lapsing(state, GO_LIVE, GO_LIVE - DAY) == ()


def test_how_many_in_a_row():
    approved = [NOW, NOW + DAY, NOW + 3 * DAY]
    assert in_a_row(approved, []) == 3
    assert in_a_row(approved, [NOW + DAY]) == 1
    assert in_a_row(approved, [NOW - DAY, NOW + 2 * DAY]) == 1
    assert in_a_row([], [NOW]) == 0
