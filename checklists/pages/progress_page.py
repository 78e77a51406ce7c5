"""How far a release is, when it may be ready, and how it got there: its progress page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from checklists.models import Release
from checklists.pages.burn_up import BurnUp, burn_up_chart
from checklists.pages.durations import duration
from checklists.pages.past import past_releases, stories_of
from checklists.progress import POOLED_SAMPLES, Forecast, NoForecast, forecast

_WHY_NOT = {
    NoForecast.NOTHING_OPEN: gettext_lazy("Everything before the deployment is settled."),
    NoForecast.TOO_FEW: gettext_lazy(
        "There is no forecast yet: the project has too few releases to go by. It needs "
        "%(samples)s items that were settled in releases that went live."
    ),
    NoForecast.LONGER_THAN_EVER: gettext_lazy(
        "There is no forecast: an item has been open for longer than any was before."
    ),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page shows. `forecast` is None where there is none; `why_not` then says why."""

    chart: BurnUp
    settled: int
    total: int
    ready_at: datetime | None
    ready_after: str
    forecast: Forecast | None
    why_not: str
    late: bool


def progress_of(release: Release, now: datetime) -> Progress:
    """The progress of a release towards its deployment."""
    (story,) = stories_of([release])
    running = release.deployed_at is None and not release.is_over
    until = now if running else release.deployed_at or story.points[-1].at
    found = _forecast(release, story.open_keys, now) if running else NoForecast.NOTHING_OPEN
    guess = found if isinstance(found, Forecast) else None
    newest, ready = story.points[-1], story.ready_at
    return Progress(
        chart=burn_up_chart(story.points, until=until, target=release.target_at, forecast=guess),
        settled=newest.settled,
        total=newest.total,
        ready_at=ready,
        ready_after=duration(ready - release.opened_at) if ready else "",
        forecast=guess,
        why_not=_why_not(found) if running else "",
        late=guess is not None and guess.likely > release.target_at,
    )


def _forecast(release: Release, open_keys: list[str], now: datetime) -> Forecast | NoForecast:
    past = stories_of(past_releases(release.project, without=release))
    taken = [story.taken for story in past]
    return forecast(open_keys, taken, opened_at=release.opened_at, now=now)


def _why_not(found: Forecast | NoForecast) -> str:
    if isinstance(found, Forecast):
        return ""
    return str(_WHY_NOT[found]) % {"samples": POOLED_SAMPLES}
