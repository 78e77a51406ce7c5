"""The history of a release: what happened, whether the log holds, and what the gate said when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from checklists.audit.format import YEARS
from checklists.errors import Invalid, Refused
from checklists.gate import Decision
from checklists.models import Release
from checklists.operations.decisions import decide_release, look_at
from checklists.pages.event_detail import event_detail
from checklists.pages.event_words import GO_GLYPHS, full_stamp
from checklists.pages.fingerprint import short
from checklists.pages.history import chain_badge, history_of
from checklists.pages.history_filter import KINDS, HistoryFilter
from checklists.pages.people import role_names_of
from checklists.pages.words import GO_WORDS
from checklists.state import Stage
from checklists.zones import moment_in, start_of

MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Past:
    """What the gate said at a moment, or why that cannot be said."""

    asked: str
    stage: str
    stamp: str = ""
    word: str = ""
    glyph: str = ""
    decision: Decision | None = None
    digest_short: str = ""
    refused: str = ""

    @property
    def hidden(self) -> int:
        """How many reasons are not listed."""
        return max(len(self.decision.reasons) - MOST_REASONS, 0) if self.decision else 0


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def release_history(request: HttpRequest, pk: int) -> HttpResponse:
    """The events of a release, filtered; one of them in detail; the gate as of a moment."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    look = look_at(release)
    roles = role_names_of(release.project_id)
    wanted = _filter_of(request.GET)
    chosen = _number(request.GET, "event")
    history = history_of(release, look, roles, wanted, _number(request.GET, "before"))
    context = {
        "section": "releases",
        "release": release,
        "name": str(release),
        "history": history,
        "filter": wanted,
        "item": next((i for i in look.state.items if i.id == wanted.item), None),
        "start": request.GET.get("from", "") if wanted.start else "",
        "end": request.GET.get("to", "") if wanted.end else "",
        "badge": chain_badge(release, look),
        "chosen": chosen,
        "event": None if chosen is None else event_detail(release, chosen, look.state, roles),
        "past": _past(request.GET, release),
        "keep": _query(request.GET, "event", "as_of", "stage"),
        "older": _query(request.GET, "event", "as_of", "stage", before=history.older),
    }
    return render(request, "checklists/release_history.html", context)


def _filter_of(asked: QueryDict) -> HistoryFilter:
    """The filter in the address; what makes no sense is left out."""
    start, end = _day(asked, "from"), _day(asked, "to")
    return HistoryFilter(
        kinds=tuple(kind for kind in asked.getlist("kind") if kind in KINDS),
        people=tuple(pid for pid in asked.getlist("who") if pid.isidentifier())[:20],
        item=_number(asked, "item"),
        q=asked.get("q", "").replace("\0", "").strip()[:100],
        start=start_of(start, _zone()) if start else None,
        end=start_of(end + timedelta(days=1), _zone()) if end else None,
        since=_number(asked, "since"),
    )


def _past(asked: QueryDict, release: Release) -> Past | None:
    """The gate's answer as of the moment in the address, if there is one."""
    text = asked.get("as_of", "").strip()
    if not text:
        return None
    moment = _moment(text)
    if moment is None:
        return Past(
            text[:40],
            "deploy",
            refused=_("Write the moment like 2026-11-23T10:00, in %(zone)s.")
            % {"zone": _zone().key},
        )
    stage = _stage(asked, release, moment)
    try:
        decision = decide_release(release, stage=stage, as_of=moment)
    except Refused as error:
        return Past(_as_asked(moment), str(stage), refused=error.message)
    return Past(
        asked=_as_asked(moment),
        stage=str(stage),
        stamp=full_stamp(moment),
        word=str(GO_WORDS[decision.verdict]),
        glyph=GO_GLYPHS[decision.verdict],
        decision=decision,
        digest_short=short(decision.digest),
    )


def _as_asked(moment: datetime) -> str:
    """The moment as the field shows it."""
    return f"{moment.astimezone(_zone()):%Y-%m-%dT%H:%M:%S}"


def _stage(asked: QueryDict, release: Release, moment: datetime) -> Stage:
    """The stage asked for, or the one the release was in."""
    if (said := asked.get("stage", "")) in (Stage.DEPLOY, Stage.CLOSE):
        return Stage(said)
    deployed = release.deployed_at is not None and release.deployed_at <= moment
    return Stage.CLOSE if deployed else Stage.DEPLOY


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or moment.year not in YEARS:
        return None
    if moment.tzinfo is not None:
        return moment
    try:
        return moment_in(_zone(), moment, field="as_of")
    except Invalid:
        return None


def _zone() -> ZoneInfo:
    """The reader's; the fields name it."""
    return ZoneInfo(timezone.get_current_timezone_name())


def _day(asked: QueryDict, name: str) -> date | None:
    try:
        day = parse_date(asked.get(name, ""))
    except ValueError:
        return None
    if day is None or day.year not in YEARS:
        return None
    return day


def _number(asked: QueryDict, name: str) -> int | None:
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _query(asked: QueryDict, *without: str, **more: int | None) -> str:
    """The address's query without some names, and with others; ready to append to."""
    query = asked.copy()
    for name in without:
        query.pop(name, None)
    for name, value in more.items():
        if value is not None:
            query[name] = str(value)
    return query.urlencode()
