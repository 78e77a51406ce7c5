"""The gate, asked: one function for page, API, command and jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from checklists import audit
from checklists.audit import triggers
from checklists.audit.current import state_at, state_at_head
from checklists.audit.differences import differences
from checklists.audit.format import write_time
from checklists.audit.table_items import observed_last
from checklists.audit.tables import from_models
from checklists.audit.titles import with_titles
from checklists.errors import Conflict
from checklists.gate import Decision, Level, Reason, decide
from checklists.models import AuditChain, Probe, ProbeSpan, Release
from checklists.sentences import Sentence, sentence
from checklists.state import Observed, ReleaseState, Stage, current_verdict

CLOCK_TOLERANCE = timedelta(seconds=60)
"""How far behind its own newest event the clock may be before no decision is made."""

LOG_BROKEN = _("The release's log does not hold together: %(why)s.")
LOOKS = 3
"""How often a release that is being written to is read before its writers have to wait."""


def decide_release(
    release: Release, *, stage: Stage = Stage.DEPLOY, as_of: datetime | None = None
) -> Decision:
    """What the gate says of a release now, or said at a moment.

    Decides on what the log says; tables that differ from it, events that do not link up, a missing
    trigger, a late scheduler or a clock that went back make the answer unknown. Raises Conflict
    for a moment before the release was opened or still to come.
    """
    now = timezone.now()
    if as_of is not None:
        return _decide_past(release, stage, as_of, now)
    return look_now(release).decide(stage)


def look_now(release: Release) -> Look:
    """The release read now, whatever the caller's copy of it says."""
    return look_at(_reread(release))


@dataclass(frozen=True, slots=True)
class Look:
    """A release as it is now: what a decision, and a page that shows one, rest on."""

    state: ReleaseState
    observed: Mapping[int, Observed]
    problems: Sequence[Reason]
    at: datetime

    def decide(self, stage: Stage) -> Decision:
        """What the gate says of this for a stage."""
        return decide(
            self.state, stage=stage, at=self.at, observed=self.observed, problems=self.problems
        )


def look_at(release: Release) -> Look:
    """A release read just now, with its chain: what it holds, and what keeps us from deciding.

    Tables and log are read one after the other. When they differ because somebody wrote between,
    both are read again; in the end while writers wait, so that no haste looks like tampering.
    """
    for _attempt in range(LOOKS):
        look = _look(release)
        if look is not None:
            return look
        release = _reread(release)
    with transaction.atomic():
        audit.locked(release)
        release = _reread(release)
        return _look(release) or _broken(
            release, timezone.now(), sentence(_("its head moved under the lock"))
        )


def _look(release: Release) -> Look | None:
    """What one reading shows; None if it shows a difference and the release has moved on since."""
    now = timezone.now()
    tables, observed = from_models(release)
    try:
        state = state_at_head(release.chain)
    except ValueError as broken:
        return None if _has_moved(release) else _broken(release, now, str(broken))
    if state != tables and _has_moved(release):
        return None
    problems = [*_log_problems(state, tables), *_own_problems(release, now)]
    return Look(with_titles(state), observed, problems, now)


def _broken(release: Release, now: datetime, why: Sentence | str) -> Look:
    tables, observed = from_models(release)
    problem = _problem("log_broken", sentence(LOG_BROKEN, why=why))
    return Look(with_titles(tables), observed, [problem], now)


def _reread(release: Release) -> Release:
    return Release.objects.select_related("chain", "opened_by").get(pk=release.pk)


def _has_moved(release: Release) -> bool:
    heads = AuditChain.objects.filter(pk=release.chain.pk)
    return heads.values_list("head_seq", flat=True).first() != release.chain.head_seq


def glance_at(release: Release, *, after: Look, same_probes: bool) -> Look:
    """A release read just now, as its log says, with the problems that a look found a moment ago.

    For showing it, a small part of the work: tables and triggers are not compared again, nor are
    observations read again when no probe has run since. What is decided on is always looked at.
    """
    now = timezone.now()
    try:
        state = state_at_head(release.chain)
    except ValueError:
        return look_at(release)
    observed = after.observed if same_probes else observed_last(release)
    return Look(with_titles(state), observed, after.problems, now)


def _decide_past(release: Release, stage: Stage, as_of: datetime, now: datetime) -> Decision:
    if as_of > now:
        raise Conflict(gettext("That moment has not come yet."), code="as_of_future")
    try:
        state = state_at(release, as_of)
    except ValueError as broken:
        problem = _problem("log_broken", sentence(LOG_BROKEN, why=str(broken)))
        tables, observed = from_models(release)
        return decide(
            with_titles(tables), stage=stage, at=as_of, observed=observed, problems=[problem]
        )
    if state is None:
        raise Conflict(
            gettext("The release was not open yet at that moment."), code="as_of_too_early"
        )
    return decide(
        with_titles(state),
        stage=stage,
        at=as_of,
        observed=observed_at(state, as_of),
        problems=_guard_problems(),
    )


def observed_at(state: ReleaseState, moment: datetime) -> Mapping[int, Observed]:
    """What each probe of the state had observed by a moment, from the spans, by probe id."""
    specs = {item.probe.id: item.probe.spec_digest for item in state.items if item.probe}
    found: dict[int, Observed] = {}
    spans = ProbeSpan.objects.filter(probe__in=specs, first_at__lte=moment).order_by("first_at")
    for probe, spec, last_at in spans.values_list("probe_id", "spec_digest", "last_at"):
        if specs[probe] == spec:
            found[probe] = Observed(spec, min(last_at, moment))
    return found


def observations(
    state: ReleaseState, moment: datetime, observed: Mapping[int, Observed]
) -> list[list[object]]:
    """For an event: each probe, the verdict relied on, and when it was observed last."""
    return [
        [
            item.probe.id,
            str(current_verdict(item.probe, observed.get(item.probe.id), moment)),
            write_time(observed[item.probe.id].last_at) if item.probe.id in observed else None,
        ]
        for item in state.items
        if item.probe is not None
    ]


def _log_problems(state: ReleaseState, tables: ReleaseState) -> list[Reason]:
    if state == tables:
        return []
    found = [str(difference) for difference in differences(state, tables)]
    return [
        _problem(
            "log_mismatch",
            sentence(
                _(
                    "The tables do not hold what the log says, in %(count)s places; "
                    "the first: %(first)s."
                ),
                count=len(found),
                first=found[0],
            ),
        )
    ]


def _own_problems(release: Release, now: datetime) -> list[Reason]:
    problems = _guard_problems()
    head_at = release.chain.head_at
    if head_at is not None and head_at > now + CLOCK_TOLERANCE:
        behind = sentence(_("The clock is behind the release's newest event."))
        problems.append(_problem("clock_off", behind))
    if (late := scheduler_lag(release, now)) > timedelta(seconds=settings.SCHEDULER_LAG_LIMIT):
        problems.append(
            _problem(
                "scheduler_late",
                sentence(
                    _("Probes of this release should have run %(seconds)s s ago."),
                    seconds=int(late.total_seconds()),
                ),
            )
        )
    return problems


def _guard_problems() -> list[Reason]:
    """Without its guard the log may have been rewritten, and says nothing of the past either."""
    missing = triggers.missing(connection)
    if not missing:
        return []
    said = sentence(_("The log is not guarded: %(triggers)s missing."), triggers=tuple(missing))
    return [_problem("guard_missing", said)]


def scheduler_lag(release: Release, now: datetime) -> timedelta:
    """How long the most overdue probe of the release has waited."""
    due = Probe.objects.attached().filter(item__release=release).overdue_since(now)
    return now - due if due else timedelta()


def _problem(code: str, said: Sentence) -> Reason:
    return Reason(
        code=code,
        said=said,
        level=Level.UNKNOWN,
        resolver=sentence(_("Whoever operates this installation.")),
    )
