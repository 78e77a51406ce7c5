"""The burn-up of a release as a picture, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from checklists.moments import short_day
from checklists.progress import Forecast, Point

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 36, 12, 12, 24
MOST_POINTS = 400
"""More steps than pixels: further ones are thinned, the newest is always drawn."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A line across, with its number."""

    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that is marked: now, the target, a forecast."""

    x: str
    css: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class BurnUp:
    """The picture. Paths are in a box of WIDTH by HEIGHT."""

    settled: str
    area: str
    total: str
    grid: tuple[Grid, ...]
    marks: tuple[Mark, ...]
    first: str
    last: str
    label: str
    box: str = f"0 0 {WIDTH} {HEIGHT}"
    base: str = str(HEIGHT - BOTTOM)
    left: str = str(LEFT)
    right: str = str(WIDTH - RIGHT)


def burn_up_chart(
    points: Sequence[Point], *, until: datetime, target: datetime, forecast: Forecast | None
) -> BurnUp:
    """The number of settled items from the opening to `until` (now, or the end of it)."""
    opened_at, newest = points[0].at, points[-1]
    ends = [until, target, *([forecast.safe] if forecast else [])]
    end = max(max(ends), opened_at + timedelta(minutes=1))
    most = max(max(point.total for point in points), 1)

    def x(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((at - opened_at) / (end - opened_at))

    def y(number: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / most

    drawn = _thinned([*points, newest._replace(at=until)])
    settled = _stairs([(x(p.at), y(p.settled)) for p in drawn])
    base = HEIGHT - BOTTOM
    marks = [_mark(x(until), "now", _("now")), _mark(x(target), "b", _("target"))]
    if forecast:
        marks.append(_mark(x(forecast.likely), "a", _("likely")))
    return BurnUp(
        settled=settled,
        area=f"{settled}V{base}H{LEFT}z",
        total=_stairs([(x(p.at), y(p.total)) for p in drawn]),
        grid=tuple(
            Grid(f"{y(number):.1f}", str(number)) for number in sorted({0, most // 2, most})
        ),
        marks=tuple(marks),
        first=short_day(opened_at, until),
        last=short_day(end, until),
        label=_in_words(newest, opened_at, until, target),
    )


def _mark(x: float, css: str, label: str) -> Mark:
    """Its label stands where there is room for it."""
    return Mark(f"{x:.1f}", css, label, "start" if x < WIDTH / 2 else "end")


def _in_words(newest: Point, opened_at: datetime, until: datetime, target: datetime) -> str:
    return _(
        "Burn-up from %(opened)s to %(until)s: %(settled)s of %(total)s items settled; the target "
        "is %(target)s"
    ) % {
        "opened": short_day(opened_at, until),
        "until": short_day(until, until),
        "settled": newest.settled,
        "total": newest.total,
        "target": short_day(target, until),
    }


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    step = -(-len(points) // MOST_POINTS)
    return points if step == 1 else [*points[:-1:step], points[-1]]


def _stairs(corners: Sequence[tuple[float, float]]) -> str:
    (x, y), *rest = corners
    return f"M{x:.1f} {y:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in rest)
