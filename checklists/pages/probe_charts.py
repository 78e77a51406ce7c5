"""Runs of a probe as pictures: bars for the verdicts, a line for how long they took.

Everything ends in SVG attributes; the pictures hold no style.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.pages.words import VERDICT_LOOKS
from checklists.state import Verdict
from checklists.words import noun_inside

BARS = 36
STEP, BASE = 4, 22
BARS_BOX = f"0 0 {BARS * STEP - 1} {BASE}"
# Where a bar begins; all end at BASE. Failures are shorter, so height speaks as well as colour.
_TOPS = {Verdict.PASS: 2, Verdict.WARN: 7, Verdict.FAIL: 10, Verdict.ERROR: 16}
WIDTH, HEIGHT, TOP, BOTTOM = 1000, 160, 20, 6
_PHASES = {"tls": "TLS", "dns": "DNS"}


@dataclass(frozen=True, slots=True)
class Bars:
    """The last runs, the newest at the right, and the same in words.

    `paths` are one for each colour, as (class, path) in a box of BARS_BOX that stretches.
    """

    paths: tuple[tuple[str, str], ...]
    label: str
    rate: str
    box: str = BARS_BOX


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with its number."""

    y: str
    text_y: str
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A run that did not pass, on the line of durations."""

    css: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the last runs took, and the same in words.

    `points` are in a box of WIDTH by HEIGHT that stretches; everything else is in percent.
    """

    points: str
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    label: str
    box: str = f"0 0 {WIDTH} {HEIGHT}"


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of one run: what it was, how long it took, and its share."""

    word: str
    ms: str
    x: str
    width: str
    shade: str


def bars_of(verdicts: Sequence[str]) -> Bars:
    """The bars of the newest runs; `verdicts` are oldest first."""
    shown = [Verdict(verdict) for verdict in verdicts[-BARS:]]
    first = BARS - len(shown)
    drawn: dict[str, list[str]] = {}
    for at, verdict in enumerate(shown, start=first):
        top = _TOPS[verdict]
        bar = f"M{at * STEP} {top}h{STEP - 1}v{BASE - top}h{1 - STEP}z"
        drawn.setdefault(f"st-{VERDICT_LOOKS[verdict][0]}", []).append(bar)
    paths = tuple((css, "".join(bars)) for css, bars in drawn.items())
    return Bars(paths, _in_words(shown), _rate(shown))


def _in_words(verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return _("No run yet")
    counts = Counter(verdicts)
    said = ", ".join(
        f"{counts[verdict]} {noun_inside(VERDICT_LOOKS[verdict][1])}"
        for verdict in _TOPS
        if counts[verdict]
    )
    newest = noun_inside(VERDICT_LOOKS[verdicts[-1]][1])
    return _("Last %(count)s runs: %(said)s; the newest %(newest)s") % {
        "count": len(verdicts),
        "said": said,
        "newest": newest,
    }


def _rate(verdicts: Sequence[Verdict]) -> str:
    """The share that passed, with or without a warning; rounded down, so that 100% means all."""
    if not verdicts:
        return ""
    good = sum(verdict in (Verdict.PASS, Verdict.WARN) for verdict in verdicts)
    return f"{good * 1000 // len(verdicts) / 10:g}%"


def latency_of(runs: Sequence[tuple[int, str]]) -> Latency | None:
    """The line of durations; `runs` are (milliseconds, verdict), oldest first. None below two."""
    if len(runs) < 2:
        return None
    top = _ceiling(max(ms for ms, verdict in runs))
    step = WIDTH / (len(runs) - 1)
    places = [(step * at, _y(ms, top)) for at, (ms, verdict) in enumerate(runs)]
    durations = sorted(ms for ms, verdict in runs)
    median = durations[len(durations) // 2]
    return Latency(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        ticks=tuple(
            Tick(
                f"{_y(value, top):.1f}",
                f"{_y(value, top) - 4:.1f}",
                _("%(value)s ms") % {"value": f"{value:,}"},
            )
            for value in (0, top // 2, top)
        ),
        dots=tuple(
            Dot(f"st-{VERDICT_LOOKS[Verdict(verdict)][0]}", f"{x * 100 / WIDTH:.2f}%", f"{y:.1f}")
            for (x, y), (ms, verdict) in zip(places, runs, strict=True)
            if verdict != Verdict.PASS
        ),
        label=(
            _(
                "Duration of the last %(count)s runs: %(least)s to %(most)s "
                "ms, half of them within %(median)s ms"
            )
            % {
                "count": len(runs),
                "least": f"{durations[0]:,}",
                "most": f"{durations[-1]:,}",
                "median": f"{median:,}",
            }
        ),
    )


def _ceiling(highest: int) -> int:
    """The next round number: 1, 2, 4 or 10 times a power of ten."""
    scale = 10
    while True:
        for factor in (1, 2, 4):
            if highest <= factor * scale:
                return factor * scale
        scale *= 10


def _y(ms: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - ms / top)


def phases_of(phases_ms: dict[str, float]) -> tuple[Phase, ...]:
    """The phases of one run, each with its share of the whole."""
    total = sum(phases_ms.values())
    if total <= 0:
        return ()
    phases: list[Phase] = []
    x = 0.0
    for at, (name, ms) in enumerate(phases_ms.items()):
        width = ms * 100 / total
        word = _PHASES.get(name, name.replace("_", " ").capitalize())
        phases.append(
            Phase(
                word,
                _("%(ms)s ms") % {"ms": f"{ms:,.1f}"},
                f"{x:.2f}%",
                f"{width:.2f}%",
                f"p{at % 5}",
            )
        )
        x += width
    return tuple(phases)
