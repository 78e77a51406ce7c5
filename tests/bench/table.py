"""The measures, beside their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTHS = (50, 30, 24)


@dataclass(frozen=True)
class Row:
    """One measure. `holds` is None where there is no target, or nothing to hold against it."""

    what: str
    measured: str
    target: str = ""
    holds: bool | None = None
    note: str = ""

    def __str__(self) -> str:
        mark = {True: "ok", False: "OVER", None: ""}[self.holds]
        cells = zip((self.what, self.measured, self.target), WIDTHS, strict=True)
        line = "  ".join(text.ljust(width) for text, width in cells)
        return f"{line}  {mark:4}  {self.note}".rstrip()


def at_most(what: str, value: float, limit: float, unit: str, note: str = "") -> Row:
    """A measure that should not be larger."""
    return Row(what, _said(value, unit), f"≤ {_plain(limit)} {unit}", value <= limit, note)


def at_least(what: str, value: float, limit: float, unit: str, note: str = "") -> Row:
    """A measure that should not be smaller."""
    return Row(what, _said(value, unit), f"≥ {_plain(limit)} {unit}", value >= limit, note)


def times(
    what: str,
    ours: float,
    floor: float,
    limit: float | None,
    unit: str,
    *,
    least: bool = False,
    note: str = "",
) -> Row:
    """A measure as a multiple of the floor's. With `least`, more is better."""
    ratio = ours / floor if floor else 0.0
    if limit is None:
        said = f"{_said(ours, unit)} / {_said(floor, unit)} = {ratio:.2f} x"
        return Row(what, said, note=note)
    holds = ratio >= limit if least else ratio <= limit
    said = f"{_said(ours, unit)} / {_said(floor, unit)} = {ratio:.2f} x"
    return Row(what, said, f"{'≥' if least else '≤'} {_plain(limit)} x floor", holds, note)


def skipped(what: str, why: str) -> Row:
    """A measure that could not be taken here."""
    return Row(what, "not measured", note=why)


def median(values: Sequence[float]) -> float:
    """The middle one."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _said(value: float, unit: str) -> str:
    return f"{_plain(value)} {unit}"


def _plain(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
