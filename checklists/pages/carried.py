"""Carried answers in words: where from, for what reason, and why others were not carried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.carrying import NotCarried
from checklists.models import Release
from checklists.pages.faces import Face
from checklists.pages.words import short_day
from checklists.state import Carried, ItemState, ReleaseState

NOT_CARRIED_WORDS = {
    NotCarried.ANSWERED: gettext_lazy("Answered here already"),
    NotCarried.ASKED_AGAIN: gettext_lazy("Drawn in a sample, so it is asked again"),
    NotCarried.NEW_HERE: gettext_lazy("There is no such item in that release"),
    NotCarried.AFTER_GO_LIVE: gettext_lazy("Checked after go-live, so each release looks anew"),
    NotCarried.OPEN_THERE: gettext_lazy("Nobody answered it there"),
    NotCarried.CHANGED: gettext_lazy("The template asks something else now"),
    NotCarried.LAPSED: gettext_lazy("The answer will not be valid any more at go-live"),
    NotCarried.PROBE: gettext_lazy("Its probe does not say that it passes"),
    NotCarried.EVIDENCE: gettext_lazy("The evidence it needs was not there at the last look"),
    NotCarried.WORDS: gettext_lazy("The words of the answer were erased"),
    NotCarried.NO_REASON: gettext_lazy(
        "Only somebody's word stands behind it: no validity, no probe, no evidence"
    ),
}
"""Why an answer is not carried, in the order of the page."""

_UNTIL = gettext_lazy("Valid until %(day)s")
_PROBE = gettext_lazy("Its probe passes")
_EVIDENCE = gettext_lazy("Its evidence was there at the last look, and counts until %(day)s")


def reason_words(reason: str, until: datetime | None, now: datetime) -> str:
    """Why a carried answer is believed: "Valid until 12 Jan"."""
    if reason == Carried.PROBE or until is None:
        return str(_PROBE)
    words = _UNTIL if reason == Carried.VALIDITY else _EVIDENCE
    return str(words) % {"day": short_day(until, now)}


def believed(item: ItemState, now: datetime) -> str:
    """Why, and until when, the answer of an item is believed; nothing if it holds for good."""
    if item.carried_from is not None:
        return reason_words(item.carried_reason, item.lapses_at, now)
    return reason_words(Carried.VALIDITY, item.lapses_at, now) if item.lapses_at else ""


def origins_of(state: ReleaseState) -> Mapping[int, str]:
    """The versions of the releases that answers were carried from, by id."""
    wanted = {item.carried_from for item in state.items if item.carried_from is not None}
    if not wanted:
        return {}
    return dict(Release.objects.filter(pk__in=wanted).values_list("pk", "version"))


def origin_words(
    item: ItemState,
    given_in: int | None,
    versions: Mapping[int, str],
    faces: Mapping[str, Face],
    now: datetime,
) -> str:
    """ "from 2.3.0, answered 12 Oct by Priya Raman"; nothing for an answer given in no other
    release.
    """
    if given_in is None or item.answered_at is None:
        return ""
    who = faces.get(item.answered_by or "")
    return _("from %(version)s, answered %(day)s by %(name)s") % {
        "version": versions.get(given_in, ""),
        "day": short_day(item.answered_at, now),
        "name": who.name if who else _("somebody whose name was erased"),
    }
