"""The go/no-go meeting: what each role said last, and whether it still fits what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import ngettext_lazy

from checklists.pages.event_names import ERASED, texts_of
from checklists.pages.faces import Face
from checklists.pages.people import Roles
from checklists.pages.words import counted, iso, stamp
from checklists.state import Call, CallState, ReleaseState
from checklists.words import CALL_WORDS

LOOKS = {Call.GO: "done", Call.CONDITIONS: "waived", Call.NO_GO: "failed"}
CHANGED = ngettext_lazy("%(count)s item changed since", "%(count)s items changed since", "count")


@dataclass(frozen=True, slots=True)
class CallLine:
    """One role in the meeting. Without `said` it has not spoken yet."""

    role: str
    name: str
    holders: tuple[Face, ...]
    glyph: str
    said: str
    who: Face | None
    words: str
    iso: str
    stamp: str
    changed: str


def call_lines(
    state: ReleaseState, asked: Iterable[str], roles: Roles, faces: Mapping[str, Face]
) -> tuple[CallLine, ...]:
    """The roles that are asked, in order, and further ones that spoke."""
    newest = {call.role: call for call in state.calls}
    texts = texts_of(call.words for call in newest.values() if call.words)
    return tuple(
        _line(role, newest.get(role), state, roles, faces, texts)
        for role in dict.fromkeys([*asked, *newest])
    )


def _line(
    role: str,
    call: CallState | None,
    state: ReleaseState,
    roles: Roles,
    faces: Mapping[str, Face],
    texts: Mapping[str, str],
) -> CallLine:
    since = _changed_since(call, state) if call else 0
    return CallLine(
        role=role,
        name=roles.names.get(role, role),
        holders=tuple(roles.holders.get(role, ())),
        glyph=LOOKS[call.says] if call else "open",
        said=str(CALL_WORDS[call.says]) if call else "",
        who=faces.get(call.person) if call else None,
        words=str(texts.get(call.words, ERASED)) if call and call.words else "",
        iso=iso(call.called_at) if call else "",
        stamp=stamp(call.called_at) if call else "",
        changed=counted(since, CHANGED) if since else "",
    )


def _changed_since(call: CallState, state: ReleaseState) -> int:
    """How many items changed after the call; its own conditions, which came with it, left out."""
    later = {item.decided_seq: item for item in state.items if item.decided_seq > call.seq}
    seq = call.seq + 1
    while seq in later and later[seq].added_by == call.person:
        del later[seq]
        seq += 1
    return len(later)
