"""What an event changed, in a few words: "Open to Done", "until 31 Jan 2027".

The sentence of what somebody did is `events.event_line`; this is what stands below it. It reads
plain data of the event only; free text is shown apart, because it can be erased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from checklists.audit.format import read_time
from checklists.gate import Go
from checklists.moments import exact_stamp, reader_stamp
from checklists.pages.event_carried import CARRYING
from checklists.pages.event_names import Names
from checklists.pages.event_upgraded import upgraded
from checklists.pages.fingerprint import short
from checklists.pages.words import (
    ANSWER_WORDS,
    DUE_DATES,
    EXCEPTIONS,
    GO_WORDS,
    ITEMS,
    RELEASE_WORDS,
    SECTIONS,
    VERDICT_LOOKS,
    counted,
)
from checklists.probes.registry import KINDS
from checklists.state import Answer, Call, ReleaseStatus, Verdict
from checklists.words import CALL_WORDS, noun_inside

Body = Mapping[str, Any]

GO_GLYPHS = {
    Go.GO: "done",
    Go.GO_WITH_EXCEPTIONS: "waived",
    Go.NO_GO: "failed",
    Go.UNKNOWN: "unknown",
}

_INTERVALS = (
    (86_400, ngettext_lazy("daily", "every %(count)s days", "count")),
    (3600, ngettext_lazy("hourly", "every %(count)s h", "count")),
    (60, ngettext_lazy("every minute", "every %(count)s min", "count")),
)
_SECONDS = ngettext_lazy("every second", "every %(count)s s", "count")


def change_in_words(body: Body, names: Names) -> str:
    """What the event changed; empty where the sentence already says all."""
    say = _WORDS.get(body["action"])
    return say(body, names) if say else ""


def verdict_word(verdict: str | None) -> str:
    """A probe's verdict as people read it."""
    return str(VERDICT_LOOKS[Verdict(verdict) if verdict else Verdict.NEVER][1])


def interval_words(seconds: int) -> str:
    """ "every 5 min": the largest unit that divides it."""
    for size, words in _INTERVALS:
        if seconds % size == 0:
            return str(words % {"count": seconds // size})
    return str(_SECONDS % {"count": seconds})


def full_stamp(moment: datetime) -> str:
    """A moment to the second, with its weekday: "Mon 23 Nov 2026, 09:52:41 UTC"."""
    return exact_stamp(moment)


def _from_to(before: str | Promise, after: str | Promise) -> str:
    return _("%(before)s to %(after)s") % {"before": before, "after": after}


def _opened(body: Body, names: Names) -> str:
    data = body["data"]
    items = sum(len(checklist["items"]) for checklist in data["checklists"])
    target = reader_stamp(read_time(data["target_at"]))
    lists = ", ".join(checklist["key"] for checklist in data["checklists"])
    return _("%(environment)s, %(items)s of %(lists)s, target %(target)s") % {
        "environment": data["environment"],
        "items": counted(items, ITEMS),
        "lists": lists,
        "target": target,
    }


def _target_set(body: Body, names: Names) -> str:
    data = body["data"]
    return _("to %(stamp)s; %(moved)s moved with it") % {
        "stamp": reader_stamp(read_time(data["target_at"])),
        "moved": counted(len(data["due"]), DUE_DATES),
    }


def _ended(status: ReleaseStatus) -> Callable[[Body, Names], str]:
    def say(body: Body, names: Names) -> str:
        data = body["data"]
        said = _from_to(RELEASE_WORDS[ReleaseStatus(data["from"])], RELEASE_WORDS[status])
        if (decision := data.get("decision")) is None:
            return said
        exceptions = counted(len(decision["exceptions"]), EXCEPTIONS)
        not_applicable = len(decision["not_applicable"])
        return _(
            "%(said)s; the gate said %(verdict)s, with %(exceptions)s and "
            "%(not_applicable)s not applicable"
        ) % {
            "said": said,
            "verdict": noun_inside(GO_WORDS[Go(decision["verdict"])]),
            "exceptions": exceptions,
            "not_applicable": not_applicable,
        }

    return say


def _answered(answer: Answer) -> Callable[[Body, Names], str]:
    def say(body: Body, names: Names) -> str:
        data = body["data"]
        said = _from_to(ANSWER_WORDS[Answer(data["from"])], ANSWER_WORDS[answer])
        if data.get("verdict"):
            said += _("; its probe said %(verdict_word)s") % {
                "verdict_word": verdict_word(data["verdict"])
            }
        return said

    return say


def _assigned(body: Body, names: Names) -> str:
    before, after = body["data"]["from"], body["data"]
    return _from_to(_assignment(before, names), _assignment(after, names))


def _assignment(data: Mapping[str, Any], names: Names) -> str:
    if data["assignee"]:
        return names.person(data["assignee"])
    return (
        _("the role %(role)s") % {"role": names.role(data["role"])} if data["role"] else _("Nobody")
    )


def _due_set(body: Body, names: Names) -> str:
    data = body["data"]
    if data["due_at"] is None:
        return _("No due date any more")
    offset = f", {data['offset']}" if data["offset"] else ""
    return _("to %(stamp)s%(offset)s") % {
        "stamp": reader_stamp(read_time(data["due_at"])),
        "offset": offset,
    }


def _evidence(body: Body, names: Names) -> str:
    data = body["data"]
    kinds = {"link": _("A link"), "text": _("A text"), "file": _("A file")}
    said = _("%(kind)s, seen %(stamp)s") % {
        "kind": kinds.get(data["kind"], data["kind"]),
        "stamp": reader_stamp(read_time(data["observed_at"])),
    }
    if "replaces" in data:
        said += _(", in place of an older version")
    return said


def _waiver_asked(body: Body, names: Names) -> str:
    return _("until %(stamp)s") % {"stamp": reader_stamp(read_time(body["data"]["expires_at"]))}


def _waiver_decided(body: Body, names: Names) -> str:
    end = names.waiver_ends.get(body["data"]["waiver"])
    return _("It ends %(stamp)s") % {"stamp": reader_stamp(end)} if end else ""


def _probe(body: Body, names: Names) -> str:
    data = body["data"]
    kind = KINDS[data["kind"]].title if data["kind"] in KINDS else data["kind"]
    every = interval_words(data["interval_s"])
    return _("%(kind)s, %(every)s, specification %(short)s") % {
        "kind": kind,
        "every": every,
        "short": short(data["spec_digest"]),
    }


def _flipped(body: Body, names: Names) -> str:
    data = body["data"]
    return _from_to(verdict_word(data.get("from")), verdict_word(data["to"]))


def _called(body: Body, names: Names) -> str:
    data = body["data"]
    return _("%(says)s, as %(role)s") % {
        "says": CALL_WORDS[Call(data["says"])],
        "role": names.role(data["role"]),
    }


def _signed(body: Body, names: Names) -> str:
    data = body["data"]
    return _("Over %(count)s, digest %(short)s") % {
        "count": counted(len(data["digests"]), SECTIONS),
        "short": short(data["digest"]),
    }


def _signature_taken_back(body: Body, names: Names) -> str:
    return _("As %(role)s") % {"role": names.role(body["data"]["role"])}


_WORDS: dict[str, Callable[[Body, Names], str]] = {
    "release.opened": _opened,
    "checklist.upgraded": upgraded,
    "release.target_set": _target_set,
    "release.deployed": _ended(ReleaseStatus.DEPLOYED),
    "release.closed": _ended(ReleaseStatus.CLOSED),
    "release.aborted": _ended(ReleaseStatus.ABORTED),
    "release.rolled_back": _ended(ReleaseStatus.ROLLED_BACK),
    "item.started": lambda body, names: _("Open to In progress"),
    "item.stopped": lambda body, names: _("In progress to Open"),
    "item.ticked": _answered(Answer.DONE),
    "item.unticked": _answered(Answer.OPEN),
    "item.marked_not_applicable": _answered(Answer.NOT_APPLICABLE),
    "item.reopened": _answered(Answer.OPEN),
    **CARRYING,
    "item.assigned": _assigned,
    "item.due_set": _due_set,
    "evidence.attached": _evidence,
    "waiver.requested": _waiver_asked,
    "waiver.approved": _waiver_decided,
    "waiver.rejected": _waiver_decided,
    "waiver.withdrawn": _waiver_decided,
    "probe.attached": _probe,
    "probe.changed": _probe,
    "probe.flipped": _flipped,
    "room.called": _called,
    "signoff.signed": _signed,
    "signoff.withdrawn": _signature_taken_back,
}
