"""The way back from a text to the one it was made of: what an undo needs, and little more."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Step(NamedTuple):
    """`text` in place of the characters from `start` to `end` of the later text gives the former.

    One edit touches one place, so this is short however long the texts are.
    """

    start: int
    end: int
    text: str


def step_back(former: str, later: str) -> Step:
    """What leads from the later text back to the former."""
    most = min(len(former), len(later))
    start = _common(most, lambda n: former[:n] == later[:n])
    end = _common(most - start, lambda n: not n or former[-n:] == later[-n:])
    return Step(start, len(later) - end, former[start : len(former) - end])


def undone(later: str, step: Step) -> str:
    """The former text."""
    return later[: step.start] + step.text + later[step.end :]


def _common(most: int, holds: Callable[[int], bool]) -> int:
    """The greatest length at which both are the same, by halving: comparing slices is fast."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if holds(middle):
            least = middle
        else:
            most = middle - 1
    return least
