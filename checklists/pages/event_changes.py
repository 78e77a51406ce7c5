"""What differs between the release before an event and after it, field by field, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.moments import reader_stamp
from checklists.pages.event_names import Names
from checklists.pages.event_parts import NOTHING, Change, calls_made, checklists_moved, membership
from checklists.pages.event_words import interval_words, verdict_word
from checklists.pages.fingerprint import short
from checklists.pages.words import (
    ANSWER_WORDS,
    ITEMS,
    RELEASE_WORDS,
    REQUIREMENT_WORDS,
    STAGE_WORDS,
    counted,
)
from checklists.state import (
    Answer,
    ItemState,
    ReleaseState,
    ReleaseStatus,
    Requirement,
    SignoffState,
    Stage,
    Verdict,
    WaiverState,
    WaiverStatus,
)
from checklists.words import WAIVER_WORDS

_ITEM_LABELS = {
    "title": gettext_lazy("Title"),
    "stage": gettext_lazy("Stage"),
    "requirement": gettext_lazy("Requirement"),
    "answer": gettext_lazy("Answer"),
    "answered_by": gettext_lazy("Answered by"),
    "answered_at": gettext_lazy("Answered at"),
    "reason": gettext_lazy("Reason"),
    "started_at": gettext_lazy("Started"),
    "assignee": gettext_lazy("Assigned to"),
    "assignee_role": gettext_lazy("Assigned to the role"),
    "due_at": gettext_lazy("Due"),
    "due_offset": gettext_lazy("Due, from the target"),
}
_RELEASE_LABELS = {
    "status": gettext_lazy("Release"),
    "target_at": gettext_lazy("Target"),
    "deployed_at": gettext_lazy("Deployed at"),
}
_WAIVER_LABELS = {
    "status": gettext_lazy("Waiver"),
    "decided_by": gettext_lazy("Decided by"),
    "decided_at": gettext_lazy("Decided at"),
    "decision_reason": gettext_lazy("Decision"),
}
_WORDS: Mapping[type[StrEnum], Mapping[Any, Promise]] = {
    Answer: ANSWER_WORDS,
    ReleaseStatus: RELEASE_WORDS,
    Requirement: REQUIREMENT_WORDS,
    Stage: STAGE_WORDS,
    WaiverStatus: WAIVER_WORDS,
}
"""What the values of states are called; others by themselves."""


def changes_between(
    before: ReleaseState | None, after: ReleaseState, names: Names
) -> Iterator[Change]:
    """Each difference that people can read; counters that only serve the product are left out."""
    if before is None:
        yield from _opened(after)
        return
    yield from _fields(_RELEASE_LABELS, before, after, names)
    yield from checklists_moved(before, after)
    yield from calls_made(before, after, names)
    yield from membership(before, after, names)
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
        texts |= {e.digest for e in new.evidence if e not in old.evidence}
        texts |= {comment.body for comment in new.comments[len(old.comments) :]}
    texts |= {item.own_title for item in (*before.items, *after.items)}
    texts |= {s.printed_name for s in after.signoffs[len(before.signoffs) :]}
    return {pid for pid in people if pid}, {text for text in texts if text}


def _changed_items(before: ReleaseState, after: ReleaseState) -> list[tuple[ItemState, ItemState]]:
    """The items that are not the same object: replaying keeps those it did not touch."""
    was = {item.id: item for item in before.items}
    pairs = ((was.get(item.id), item) for item in after.items)
    return [(old, new) for old, new in pairs if old is not None and old is not new]


def _opened(after: ReleaseState) -> Iterator[Change]:
    yield Change(_("Version"), "", after.version)
    yield Change(_("Environment"), "", after.environment)
    yield Change(_("Target"), "", reader_stamp(after.target_at))
    if after.commit:
        yield Change(_("Commit"), "", after.commit)
    if after.artifact_digest:
        yield Change(_("Image"), "", after.artifact_digest)
    for checklist in after.checklists:
        items = sum(item.checklist == checklist.key for item in after.items)
        template = short(checklist.template_digest)
        said = _("%(key)s, %(items)s, template %(template)s") % {
            "key": checklist.key,
            "items": counted(items, ITEMS),
            "template": template,
        }
        yield Change(_("Checklist"), "", said)


def _item(prefix: str, before: ItemState, after: ItemState, names: Names) -> Iterator[Change]:
    for change in _fields(_ITEM_LABELS, before, after, names):
        yield Change(f"{prefix}{change.label}", change.before, change.after)
    for evidence in after.evidence[len(before.evidence) :]:
        yield Change(_("Evidence"), "", names.text(evidence.digest))
        if evidence.sha256:
            yield Change(_("SHA-256"), "", short(evidence.sha256))
        yield Change(_("Seen at"), "", reader_stamp(evidence.observed_at))
    for old, new in zip(before.evidence, after.evidence, strict=False):
        if old.withdrawn_at != new.withdrawn_at:
            yield Change(_("Evidence"), names.text(new.digest), _("Withdrawn"))
    for comment in after.comments[len(before.comments) :]:
        yield Change(_("Comment"), "", names.text(comment.body))
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
            yield Change(_("Waiver"), "", _said("status", waiver.status, names))
            yield Change(_("Ends"), "", reader_stamp(waiver.expires_at))
            yield Change(_("Reason"), "", names.text(waiver.reason))


def _probe(before: ItemState, after: ItemState) -> Iterator[Change]:
    old, new = before.probe, after.probe
    if old is None or new is None or old.spec_digest != new.spec_digest:
        yield Change(_("Probe"), _probe_said(old), _probe_said(new) or NOTHING)
    if new is not None and (old is None or old.confirmed != new.confirmed):
        was = verdict_word(old.confirmed) if old is not None else ""
        yield Change(_("Verdict"), was, verdict_word(new.confirmed))


def _probe_said(probe: Any) -> str:
    if probe is None:
        return ""
    every = interval_words(probe.interval_s)
    return _("%(kind)s, %(every)s, specification %(short)s") % {
        "kind": probe.kind.upper(),
        "every": every,
        "short": short(probe.spec_digest),
    }


def _signoffs(before: ReleaseState, after: ReleaseState, names: Names) -> Iterator[Change]:
    known: Mapping[int, SignoffState] = {signoff.id: signoff for signoff in before.signoffs}
    for signoff in after.signoffs:
        if (old := known.get(signoff.id)) is None:
            yield Change(_("Role"), "", names.role(signoff.role))
            yield Change(_("Meaning"), "", str(signoff.meaning).capitalize())
            yield Change(_("Signed as"), "", names.text(signoff.printed_name))
            for ref, digest in signoff.digests:
                yield Change(ref, "", short(digest))
        elif old.withdrawn_at != signoff.withdrawn_at:
            yield Change(_("Signature"), _("Stands"), _("Withdrawn"))


def _fields(
    labels: Mapping[str, Promise], before: Any, after: Any, names: Names
) -> Iterator[Change]:
    for field in fields(after):
        if field.name not in labels:
            continue
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            was, now = (_said(field.name, value, names) or NOTHING for value in (old, new))
            yield Change(str(labels[field.name]), was, now)


def _said(name: str, value: Any, names: Names) -> str:
    """A value as people read it; empty for nothing."""
    match value:
        case None:
            return ""
        case Verdict():
            return verdict_word(value)
        case StrEnum():
            words = _WORDS.get(type(value), {})
            return str(words.get(value, str(value).capitalize()))
        case datetime():
            return reader_stamp(value)
        case _ if name in ("answered_by", "assignee", "decided_by"):
            return names.person(value)
        case _ if name in ("reason", "decision_reason"):
            return names.text(value)
        case _ if name == "assignee_role":
            return names.role(value)
        case _:
            return str(value)
