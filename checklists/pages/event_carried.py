"""What carrying answers over changed, in a few words: for the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from checklists.audit.format import read_time
from checklists.moments import reader_stamp
from checklists.pages.event_names import Names
from checklists.pages.words import ANSWER_WORDS, counted
from checklists.state import Answer, Carried

Body = Mapping[str, Any]

CARRIED_WORDS = {
    Carried.VALIDITY: gettext_lazy("It is still valid"),
    Carried.PROBE: gettext_lazy("Its probe passes"),
    Carried.EVIDENCE: gettext_lazy("Its evidence is there"),
}
ANSWERS = ngettext_lazy("%(count)s answer", "%(count)s answers", "count")


def _carried(body: Body, names: Names) -> str:
    data = body["data"]
    return _("Open to %(answer)s; given %(moment)s by %(name)s. %(why)s") % {
        "answer": ANSWER_WORDS[Answer(data["answer"])],
        "moment": reader_stamp(read_time(data["answered_at"])),
        "name": names.person(data["answered_by"]),
        "why": CARRIED_WORDS[Carried(data["reason"])],
    }


def _asked_again(body: Body, names: Names) -> str:
    data = body["data"]
    return _("Drawn at random, %(sample)s percent, seed %(seed)s") % {
        "sample": data["sample"],
        "seed": data["seed"],
    }


def _answers_carried(body: Body, names: Names) -> str:
    data = body["data"]
    said = counted(len(data["carried"]), ANSWERS)
    if not data["asked_again"]:
        return said
    return _("%(said)s; %(again)s asked again, drawn with seed %(seed)s") % {
        "said": said,
        "again": len(data["asked_again"]),
        "seed": data["seed"],
    }


CARRYING: dict[str, Callable[[Body, Names], str]] = {
    "item.carried": _carried,
    "item.asked_again": _asked_again,
    "release.answers_carried": _answers_carried,
}
