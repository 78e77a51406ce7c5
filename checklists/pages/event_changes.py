"""What differs between the release before an event and after it, field by field, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from checklists.pages.event_names import Names
from checklists.pages.event_words import ANSWER_WORDS, RELEASE_WORDS, interval_words, verdict_word
from checklists.pages.fingerprint import short
from checklists.pages.words import counted, stamp
from checklists.state import (
    Answer,
    ItemState,
    ReleaseState,
    ReleaseStatus,
    SignoffState,
    Verdict,
    WaiverState,
)

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after. `before` is empty where nothing stood there."""

    label: str
    before: str
    after: str


_ITEM_LABELS = {
    "answer": "Answer",
    "answered_by": "Answered by",
    "answered_at": "Answered at",
    "reason": "Reason",
    "started_at": "Started",
    "assignee": "Assigned to",
    "assignee_role": "Assigned to the role",
    "due_at": "Due",
    "due_offset": "Due, from the target",
}
_RELEASE_LABELS = {"status": "Release", "target_at": "Target", "deployed_at": "Deployed at"}
_WAIVER_LABELS = {
    "status": "Waiver",
    "decided_by": "Decided by",
    "decided_at": "Decided at",
    "decision_reason": "Decision",
}


def changes_between(
    before: ReleaseState | None, after: ReleaseState, names: Names
) -> Iterator[Change]:
    """Each difference that people can read; counters that only serve the product are left out."""
    if before is None:
        yield from _opened(after)
        return
    yield from _fields(_RELEASE_LABELS, before, after, names)
    changed = _changed_items(before, after)
    for old, new in changed:
        yield from _item(f"{new.number} " if len(changed) > 1 else "", old, new, names)
    yield from _signoffs(before, after, names)


def mentioned(before: ReleaseState | None, after: ReleaseState | None) -> tuple[set[str], set[str]]:
    """The people (by pid) and texts (by commitment) that the differences will name."""
    people: set[str | None] = set()
    texts: set[str | None] = set()
    if before is None or after is None:
        return set(), set()
    for old, new in _changed_items(before, after):
        for item in (old, new):
            people |= {item.answered_by, item.assignee, *(w.decided_by for w in item.waivers)}
            texts |= {item.reason, *(w.reason for w in item.waivers)}
            texts |= {w.decision_reason for w in item.waivers}
        texts |= {evidence.digest for evidence in new.evidence[len(old.evidence) :]}
        texts |= {comment.body for comment in new.comments[len(old.comments) :]}
    texts |= {s.printed_name for s in after.signoffs[len(before.signoffs) :]}
    return {pid for pid in people if pid}, {text for text in texts if text}


def _changed_items(before: ReleaseState, after: ReleaseState) -> list[tuple[ItemState, ItemState]]:
    """The items that are not the same object: replaying keeps those it did not touch."""
    pairs = zip(before.items, after.items, strict=True)
    return [(old, new) for old, new in pairs if old is not new]


def _opened(after: ReleaseState) -> Iterator[Change]:
    yield Change("Version", "", after.version)
    yield Change("Environment", "", after.environment)
    yield Change("Target", "", stamp(after.target_at))
    if after.commit:
        yield Change("Commit", "", after.commit)
    if after.artifact_digest:
        yield Change("Image", "", after.artifact_digest)
    for checklist in after.checklists:
        items = sum(item.checklist == checklist.key for item in after.items)
        template = short(checklist.template_digest)
        said = f"{checklist.key}, {counted(items, 'item')}, template {template}"
        yield Change("Checklist", "", said)


def _item(prefix: str, before: ItemState, after: ItemState, names: Names) -> Iterator[Change]:
    for change in _fields(_ITEM_LABELS, before, after, names):
        yield Change(f"{prefix}{change.label}", change.before, change.after)
    for evidence in after.evidence[len(before.evidence) :]:
        yield Change("Evidence", "", names.text(evidence.digest))
        yield Change("Seen at", "", stamp(evidence.observed_at))
    for comment in after.comments[len(before.comments) :]:
        yield Change("Comment", "", names.text(comment.body))
    yield from _waivers(before.waivers, after.waivers, names)
    if before.probe != after.probe:
        yield from _probe(before, after)


def _waivers(
    before: tuple[WaiverState, ...], after: tuple[WaiverState, ...], names: Names
) -> Iterator[Change]:
    known = {waiver.id: waiver for waiver in before}
    for waiver in after:
        if waiver.id in known:
            yield from _fields(_WAIVER_LABELS, known[waiver.id], waiver, names)
        else:
            yield Change("Waiver", "", str(waiver.status).capitalize())
            yield Change("Ends", "", stamp(waiver.expires_at))
            yield Change("Reason", "", names.text(waiver.reason))


def _probe(before: ItemState, after: ItemState) -> Iterator[Change]:
    old, new = before.probe, after.probe
    if old is None or new is None or old.spec_digest != new.spec_digest:
        yield Change("Probe", _probe_said(old), _probe_said(new) or NOTHING)
    if new is not None and (old is None or old.confirmed != new.confirmed):
        was = verdict_word(old.confirmed) if old is not None else ""
        yield Change("Verdict", was, verdict_word(new.confirmed))


def _probe_said(probe: Any) -> str:
    if probe is None:
        return ""
    every = interval_words(probe.interval_s)
    return f"{probe.kind.upper()}, {every}, specification {short(probe.spec_digest)}"


def _signoffs(before: ReleaseState, after: ReleaseState, names: Names) -> Iterator[Change]:
    known: Mapping[int, SignoffState] = {signoff.id: signoff for signoff in before.signoffs}
    for signoff in after.signoffs:
        if (old := known.get(signoff.id)) is None:
            yield Change("Role", "", names.role(signoff.role))
            yield Change("Meaning", "", str(signoff.meaning).capitalize())
            yield Change("Signed as", "", names.text(signoff.printed_name))
            for ref, digest in signoff.digests:
                yield Change(ref, "", short(digest))
        elif old.withdrawn_at != signoff.withdrawn_at:
            yield Change("Signature", "Stands", "Withdrawn")


def _fields(labels: Mapping[str, str], before: Any, after: Any, names: Names) -> Iterator[Change]:
    for field in fields(after):
        if field.name not in labels:
            continue
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            said = _said(field.name, old, names)
            yield Change(
                labels[field.name], said or NOTHING, _said(field.name, new, names) or NOTHING
            )


def _said(name: str, value: Any, names: Names) -> str:
    """A value as people read it; empty for nothing."""
    match value:
        case None:
            return ""
        case Answer():
            return ANSWER_WORDS[value]
        case ReleaseStatus():
            return RELEASE_WORDS[value]
        case Verdict():
            return verdict_word(value)
        case StrEnum():
            return str(value).capitalize()
        case datetime():
            return stamp(value)
        case _ if name in ("answered_by", "assignee", "decided_by"):
            return names.person(value)
        case _ if name in ("reason", "decision_reason"):
            return names.text(value)
        case _ if name == "assignee_role":
            return names.role(value)
        case _:
            return str(value)
