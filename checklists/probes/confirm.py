"""From single runs to a verdict that is relied on: one bad run is not an outage.

Three FAIL in a row confirm `fail`, three ERROR confirm `error`, two good ones confirm recovery.
PASS and WARN are both good: together they recover, and the last of them is what is relied on; from
then on two of a kind in a row move between them. The first result ever counts at once.

Three runs in a row that were neither good nor all of one kind confirm `error`: whatever it is, it
cannot be relied on, and a target that alternates between two ways of being down must not pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from checklists.state import Verdict

TO_FAIL: Final = 3
TO_ERROR: Final = 3
TO_RECOVER: Final = 2
RECHECK_S: Final = 10
_GOOD: Final = frozenset({Verdict.PASS, Verdict.WARN})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The verdict relied on, and the run of results that may change it.

    `streak` results in a row were of `streak_verdict`'s kind; `not_good` results in a row were
    neither PASS nor WARN. `since` is when `verdict` was confirmed.
    """

    verdict: Verdict | None = None
    streak_verdict: Verdict | None = None
    streak: int = 0
    not_good: int = 0
    since: datetime | None = None


class Step(NamedTuple):
    """What one more result made of it."""

    confirmed: Confirmed
    flipped: bool
    recheck_soon: bool


def fold(before: Confirmed, seen: Verdict, at: datetime) -> Step:
    """Add one result. `flipped`: the verdict relied on is another one now.

    `recheck_soon`: it is bad, and not yet confirmed or denied, so look again after RECHECK_S.
    """
    good = seen in _GOOD
    same = before.streak_verdict is not None and _kind(before.streak_verdict) == _kind(seen)
    streak = before.streak + 1 if same else 1
    not_good = 0 if good else before.not_good + 1
    verdict = _relied_on(before, seen, streak, not_good)
    flipped = verdict != before.verdict
    after = Confirmed(
        verdict=verdict,
        streak_verdict=seen,
        streak=streak,
        not_good=not_good,
        since=at if flipped else before.since,
    )
    return Step(after, flipped, recheck_soon=not good and verdict in _GOOD)


def _relied_on(before: Confirmed, seen: Verdict, streak: int, not_good: int) -> Verdict:
    relied_on = before.verdict
    if relied_on is None:
        return seen
    if seen in _GOOD:
        # Twice the same, or twice good after it was bad: a target at its limit must not make an
        # event of every run.
        enough = before.streak_verdict == seen if relied_on in _GOOD else streak >= TO_RECOVER
        return seen if enough else relied_on
    if streak >= (TO_FAIL if seen == Verdict.FAIL else TO_ERROR):
        return seen
    if relied_on in _GOOD and not_good >= max(TO_FAIL, TO_ERROR):
        return Verdict.ERROR
    return relied_on


def _kind(verdict: Verdict) -> Verdict:
    return Verdict.PASS if verdict in _GOOD else verdict
