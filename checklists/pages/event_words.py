"""What an event changed, in a few words: "Open to Done", "until 31 Jan 2027".

The sentence of what somebody did is `events.event_line`; this is what stands below it. It reads
plain data of the event only; free text is shown apart, because it can be erased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from checklists.audit.format import read_time
from checklists.gate import Go
from checklists.pages.event_names import Names
from checklists.pages.fingerprint import short
from checklists.pages.words import VERDICT_LOOKS, counted, stamp
from checklists.probes.registry import KINDS
from checklists.state import Answer, ReleaseStatus, Verdict

Body = Mapping[str, Any]

ANSWER_WORDS = {
    Answer.OPEN: "Open",
    Answer.DONE: "Done",
    Answer.NOT_APPLICABLE: "Not applicable",
}
RELEASE_WORDS = {
    ReleaseStatus.PREPARING: "Preparing",
    ReleaseStatus.DEPLOYED: "Deployed",
    ReleaseStatus.CLOSED: "Closed",
    ReleaseStatus.ABORTED: "Aborted",
    ReleaseStatus.ROLLED_BACK: "Rolled back",
}
GO_WORDS = {
    Go.GO: "Go",
    Go.GO_WITH_EXCEPTIONS: "Go with exceptions",
    Go.NO_GO: "No-go",
    Go.UNKNOWN: "Cannot tell",
}
GO_GLYPHS = {
    Go.GO: "done",
    Go.GO_WITH_EXCEPTIONS: "waived",
    Go.NO_GO: "failed",
    Go.UNKNOWN: "unknown",
}
COMMITTED = {
    "reason": "Reason",
    "body": "Comment",
    "content": "Evidence",
    "note": "Note",
    "printed_name": "Signed as",
}
"""What each piece of free text is called, by its name in the event."""


def change_in_words(body: Body, names: Names) -> str:
    """What the event changed; empty where the sentence already says all."""
    say = _WORDS.get(body["action"])
    return say(body, names) if say else ""


def verdict_word(verdict: str | None) -> str:
    """A probe's verdict as people read it."""
    return VERDICT_LOOKS[Verdict(verdict)][1] if verdict else VERDICT_LOOKS[Verdict.NEVER][1]


def interval_words(seconds: int) -> str:
    """ "every 5 min": the largest unit that divides it."""
    for size, one, many in (
        (86_400, "daily", "days"),
        (3600, "hourly", "h"),
        (60, "every minute", "min"),
    ):
        if seconds % size == 0:
            return one if seconds == size else f"every {seconds // size} {many}"
    return f"every {seconds} s"


def full_stamp(moment: datetime) -> str:
    """A moment to the second, with its weekday: "Mon 23 Nov 2026, 09:52:41 UTC"."""
    moment = moment.astimezone(UTC)
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def _opened(body: Body, names: Names) -> str:
    data = body["data"]
    items = sum(len(checklist["items"]) for checklist in data["checklists"])
    target = stamp(read_time(data["target_at"]))
    lists = ", ".join(checklist["key"] for checklist in data["checklists"])
    return f"{data['environment']}, {counted(items, 'item')} of {lists}, target {target}"


def _target_set(body: Body, names: Names) -> str:
    data = body["data"]
    moved = counted(len(data["due"]), "due date")
    return f"to {stamp(read_time(data['target_at']))}; {moved} moved with it"


def _ended(status: ReleaseStatus) -> Callable[[Body, Names], str]:
    def say(body: Body, names: Names) -> str:
        data = body["data"]
        said = f"{RELEASE_WORDS[ReleaseStatus(data['from'])]} to {RELEASE_WORDS[status]}"
        if (decision := data.get("decision")) is None:
            return said
        exceptions = counted(len(decision["exceptions"]), "exception")
        not_applicable = len(decision["not_applicable"])
        return (
            f"{said}; the gate said {GO_WORDS[Go(decision['verdict'])].lower()}, with "
            f"{exceptions} and {not_applicable} not applicable"
        )

    return say


def _answered(answer: Answer) -> Callable[[Body, Names], str]:
    def say(body: Body, names: Names) -> str:
        data = body["data"]
        said = f"{ANSWER_WORDS[Answer(data['from'])]} to {ANSWER_WORDS[answer]}"
        if data.get("verdict"):
            said += f"; its probe said {verdict_word(data['verdict'])}"
        return said

    return say


def _assigned(body: Body, names: Names) -> str:
    before, after = body["data"]["from"], body["data"]
    return f"{_assignment(before, names)} to {_assignment(after, names)}"


def _assignment(data: Mapping[str, Any], names: Names) -> str:
    if data["assignee"]:
        return names.person(data["assignee"])
    return f"the role {names.role(data['role'])}" if data["role"] else "Nobody"


def _due_set(body: Body, names: Names) -> str:
    data = body["data"]
    if data["due_at"] is None:
        return "No due date any more"
    offset = f", {data['offset']}" if data["offset"] else ""
    return f"to {stamp(read_time(data['due_at']))}{offset}"


def _evidence(body: Body, names: Names) -> str:
    data = body["data"]
    kind = {"link": "A link", "text": "A text"}.get(data["kind"], data["kind"])
    return f"{kind}, seen {stamp(read_time(data['observed_at']))}"


def _waiver_asked(body: Body, names: Names) -> str:
    return f"until {stamp(read_time(body['data']['expires_at']))}"


def _waiver_decided(body: Body, names: Names) -> str:
    end = names.waiver_ends.get(body["data"]["waiver"])
    return f"It ends {stamp(end)}" if end else ""


def _probe(body: Body, names: Names) -> str:
    data = body["data"]
    kind = KINDS[data["kind"]].title if data["kind"] in KINDS else data["kind"]
    every = interval_words(data["interval_s"])
    return f"{kind}, {every}, specification {short(data['spec_digest'])}"


def _flipped(body: Body, names: Names) -> str:
    data = body["data"]
    return f"{verdict_word(data.get('from'))} to {verdict_word(data['to'])}"


def _signed(body: Body, names: Names) -> str:
    data = body["data"]
    return f"Over {counted(len(data['digests']), 'section')}, digest {short(data['digest'])}"


def _signature_taken_back(body: Body, names: Names) -> str:
    return f"As {names.role(body['data']['role'])}"


_WORDS: dict[str, Callable[[Body, Names], str]] = {
    "release.opened": _opened,
    "release.target_set": _target_set,
    "release.deployed": _ended(ReleaseStatus.DEPLOYED),
    "release.closed": _ended(ReleaseStatus.CLOSED),
    "release.aborted": _ended(ReleaseStatus.ABORTED),
    "release.rolled_back": _ended(ReleaseStatus.ROLLED_BACK),
    "item.started": lambda body, names: "Open to In progress",
    "item.stopped": lambda body, names: "In progress to Open",
    "item.ticked": _answered(Answer.DONE),
    "item.unticked": _answered(Answer.OPEN),
    "item.marked_not_applicable": _answered(Answer.NOT_APPLICABLE),
    "item.reopened": _answered(Answer.OPEN),
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
    "signoff.signed": _signed,
    "signoff.withdrawn": _signature_taken_back,
}
