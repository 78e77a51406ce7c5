"""One probe: what it expects, what it saw, how long that took, and what it saw before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Item, Probe, ProbeRun
from checklists.pages.fingerprint import short
from checklists.pages.probe_charts import Latency, Phase, latency_of, phases_of
from checklists.pages.probe_checks import Check, checks_of
from checklists.pages.probe_faces import (
    ProbeFace,
    Runs,
    face_of_probe,
    newest_runs,
    spec_of,
    with_observations,
)
from checklists.pages.words import RUNS, VERDICT_LOOKS, counted, short_day
from checklists.state import Verdict

SHOWN_RUNS = 60
LISTED_RUNS = 20
SHOWN_SPANS = 12
SHORT_TEXT = 120

PARAM_WORDS = {
    "url": gettext_lazy("URL"),
    "host": gettext_lazy("Host"),
    "port": gettext_lazy("Port"),
    "method": gettext_lazy("Method"),
    "headers": gettext_lazy("Headers"),
}
"""What the parameters of a probe are called; others by their own name."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the list."""

    css: str
    word: str
    at: datetime
    stamp: str
    took: str
    summary: str
    peer: str
    attempt: int


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run in full."""

    line: RunLine
    facts: tuple[tuple[str, str], ...]
    seen: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    phases: tuple[Phase, ...]
    of_old_spec: bool


@dataclass(frozen=True, slots=True)
class SpanLine:
    """A stretch in which one verdict held."""

    css: str
    word: str
    lasted: str
    stretch: str


@dataclass(frozen=True, slots=True)
class ProbeDetail:
    """Everything that the page of a probe shows."""

    face: ProbeFace
    runs: Runs
    last: LastRun | None
    checks: tuple[Check, ...]
    blind: bool
    lines: tuple[RunLine, ...]
    latency: Latency | None
    spans: tuple[SpanLine, ...]
    params: tuple[tuple[str, str], ...]
    spec: str
    spec_short: str
    understood: bool
    streak: str
    attached_at: datetime
    detached_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProbePanel:
    """A probe beside its item: verdict, checks, the last runs."""

    face: ProbeFace
    runs: Runs
    checks: tuple[Check, ...]
    summary: str


def probe_detail_of(probe: Probe) -> ProbeDetail:
    """The page of a probe that `with_observations` read."""
    now = timezone.now()
    newest = list(probe.runs.order_by("-scheduled_at")[:SHOWN_RUNS])
    run = newest[0] if newest else None
    return ProbeDetail(
        face=face_of_probe(probe, now),
        runs=newest_runs([probe])[probe.pk],
        last=_last_run(run, probe) if run else None,
        checks=checks_of(probe, run),
        blind=run is not None and run.spec_digest == probe.spec_digest and not run.checks,
        lines=tuple(_line(run) for run in newest[:LISTED_RUNS]),
        latency=latency_of([(run.duration_ms, run.verdict) for run in reversed(newest)]),
        spans=tuple(_spans(probe)),
        params=tuple(_params(probe)),
        spec=probe.spec_digest,
        spec_short=short(probe.spec_digest),
        understood=spec_of(probe) is not None,
        streak=_streak(probe),
        attached_at=probe.attached_at,
        detached_at=probe.detached_at,
    )


def probe_panel_of(item: Item) -> ProbePanel | None:
    """The panel for the probe attached to an item; None without one."""
    probe = with_observations(Probe.objects.attached().filter(item=item)).first()
    if probe is None:
        return None
    run = probe.runs.order_by("-scheduled_at").first()
    seen = run is not None and run.spec_digest == probe.spec_digest
    return ProbePanel(
        face=face_of_probe(probe, timezone.now()),
        runs=newest_runs([probe])[probe.pk],
        checks=checks_of(probe, run),
        summary=run.summary if run and seen else "",
    )


def _last_run(run: ProbeRun, probe: Probe) -> LastRun:
    evidence = [(one["label"], one["text"]) for one in run.evidence]
    return LastRun(
        line=_line(run),
        facts=tuple((name, _plain(value)) for name, value in sorted(run.facts.items())),
        seen=tuple((label, text) for label, text in evidence if _is_short(text)),
        texts=tuple((label, text) for label, text in evidence if not _is_short(text)),
        phases=phases_of(run.phases_ms),
        of_old_spec=run.spec_digest != probe.spec_digest,
    )


def _is_short(text: str) -> bool:
    """One line that fits beside its name."""
    return len(text) <= SHORT_TEXT and "\n" not in text.strip()


def _line(run: ProbeRun) -> RunLine:
    css, word = VERDICT_LOOKS[Verdict(run.verdict)]
    return RunLine(
        css=css,
        word=str(word),
        at=run.started_at,
        stamp=_exact(run.started_at),
        took=_("%(duration_ms)s ms") % {"duration_ms": f"{run.duration_ms:,}"},
        summary=run.summary,
        peer=run.peer,
        attempt=run.attempt,
    )


def _spans(probe: Probe) -> Iterable[SpanLine]:
    for span in probe.spans.order_by("-first_at", "-pk")[:SHOWN_SPANS]:
        css, word = VERDICT_LOOKS[Verdict(span.verdict)]
        first, last = span.first_at, span.last_at
        yield SpanLine(
            css,
            str(word),
            _lasted(first, last),
            _("%(first)s to %(last)s") % {"first": _exact(first), "last": _exact(last)},
        )


def _exact(moment: datetime) -> str:
    """To the second, by the reader's clocks: probes may run every ten."""
    here = localtime(moment)
    return f"{short_day(here.date(), here)}, {here:%H:%M:%S} {here.tzname()}"


def _lasted(first: datetime, last: datetime) -> str:
    seconds = int((last - first).total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _params(probe: Probe) -> Iterable[tuple[str, str]]:
    for name, value in probe.params.items():
        if isinstance(value, dict):
            for key, one in value.items():
                yield f"{_word(name)} {key}", str(one)
        else:
            yield _word(name), str(value)


def _word(name: str) -> str:
    return str(PARAM_WORDS.get(name) or name.replace("_", " ").capitalize())


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(one) for one in value)
    return str(value)


def _streak(probe: Probe) -> str:
    """What the last runs say, when it is not yet what is relied on."""
    if not probe.streak_verdict or probe.streak_verdict == probe.confirmed:
        return ""
    word = VERDICT_LOOKS[Verdict(probe.streak_verdict)][1]
    return _("%(streak)s in a row said %(word)s; that is not confirmed yet.") % {
        "streak": counted(probe.streak, RUNS),
        "word": word,
    }
