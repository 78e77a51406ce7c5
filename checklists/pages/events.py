"""Events in words: what somebody did, for the history of an item or a release.

The log holds no free text; the words here come from actions and plain data alone, and the reader
sees reasons and comments where they stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from checklists.models import AuditEvent
from checklists.pages.faces import Face
from checklists.pages.words import VERDICT_LOOKS, iso, short_day, stamp
from checklists.state import Verdict
from checklists.words import ACTION_WORDS

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as a line: who, what, when. `css` colours it, `glyph` or `icon` marks it."""

    seq: int
    css: str
    glyph: str
    icon: str
    who: Face | None
    text: str
    iso: str
    stamp: str


# Action -> (the status whose colour and glyph it takes, or an icon).
_LOOKS: dict[str, tuple[str, str]] = {
    "item.started": ("progress", ""),
    "item.stopped": ("open", ""),
    "item.ticked": ("done", ""),
    "item.unticked": ("open", ""),
    "item.marked_not_applicable": ("na", ""),
    "item.reopened": ("open", ""),
    "item.carried": ("", "history"),
    "item.asked_again": ("open", ""),
    "release.answers_carried": ("", "history"),
    "item.added": ("", "plus"),
    "item.removed": ("", "x"),
    "item.commented": ("", "message-square"),
    "evidence.attached": ("", "paperclip"),
    "evidence.withdrawn": ("", "undo-2"),
    "waiver.requested": ("", "shield-check"),
    "waiver.approved": ("waived", ""),
    "waiver.rejected": ("failed", ""),
    "waiver.withdrawn": ("", "undo-2"),
    "probe.attached": ("", "activity"),
    "probe.changed": ("", "activity"),
    "probe.detached": ("", "activity"),
    "release.opened": ("", "folder"),
    "checklist.upgraded": ("", "arrow-up"),
    "release.target_set": ("", "calendar"),
    "release.deployed": ("done", ""),
    "release.closed": ("done", ""),
    "release.aborted": ("na", ""),
    "release.rolled_back": ("failed", ""),
    "signoff.withdrawn": ("stale", ""),
}


def event_line(event: AuditEvent, faces: Mapping[str, Face], roles: Mapping[str, str]) -> EventLine:
    """The event as a line, with the names people and roles have now."""
    body = json.loads(event.body)
    status, icon, text = _words(body, faces, roles, event.at)
    if "undoes" in body:
        text = _("%(text)s, undoing event %(undoes)s") % {"text": text, "undoes": body["undoes"]}
    return EventLine(
        seq=event.seq,
        css=f"st-{status}" if status else "",
        glyph=status,
        icon="" if status else icon,
        who=faces.get(body["actor"].get("pid", "")),
        text=text,
        iso=iso(event.at),
        stamp=stamp(event.at),
    )


def pids_of(events: list[AuditEvent]) -> set[str]:
    """Everybody whom these events name."""
    found: set[str] = set()
    for event in events:
        body = json.loads(event.body)
        found.add(body["actor"].get("pid", ""))
        if body["action"] == "item.assigned":
            found.add(body["data"].get("assignee") or "")
    return found - {""}


def _words(
    body: Body, faces: Mapping[str, Face], roles: Mapping[str, str], at: datetime
) -> tuple[str, str, str]:
    if (special := _SPECIAL.get(body["action"])) is not None:
        return special(body, faces, roles, at)
    status, icon = _LOOKS.get(body["action"], ("", "info"))
    return status, icon, str(ACTION_WORDS.get(body["action"], body["action"]))


def _assigned(
    body: Body, faces: Mapping[str, Face], roles: Mapping[str, str], at: datetime
) -> tuple[str, str, str]:
    data = body["data"]
    if pid := data.get("assignee"):
        name = faces[pid].name if pid in faces else _("somebody")
        return "", "user-plus", _("assigned %(name)s") % {"name": name}
    if role := data.get("role"):
        return "", "users", _("assigned the role %(roles)s") % {"roles": roles.get(role, role)}
    return "", "user-minus", _("removed the assignment")


def _due_set(
    body: Body, faces: Mapping[str, Face], roles: Mapping[str, str], at: datetime
) -> tuple[str, str, str]:
    due = body["data"].get("due_at")
    if not due:
        return "", "calendar", _("removed the due date")
    return (
        "",
        "calendar",
        _("set the due date to %(short_day)s")
        % {"short_day": short_day(datetime.fromisoformat(due), at)},
    )


def _flipped(
    body: Body, faces: Mapping[str, Face], roles: Mapping[str, str], at: datetime
) -> tuple[str, str, str]:
    css, word = VERDICT_LOOKS[Verdict(body["data"]["to"])]
    return css, "", _("The probe now says %(word)s") % {"word": word}


def _signed(
    body: Body, faces: Mapping[str, Face], roles: Mapping[str, str], at: datetime
) -> tuple[str, str, str]:
    role = roles.get(body["data"]["role"], body["data"]["role"])
    if body["data"]["meaning"] == "reject":
        return "failed", "", _("rejected the release as %(role)s") % {"role": role}
    return "done", "", _("signed as %(role)s") % {"role": role}


_Special = Callable[[Body, Mapping[str, Face], Mapping[str, str], datetime], tuple[str, str, str]]
_SPECIAL: dict[str, _Special] = {
    "item.assigned": _assigned,
    "item.due_set": _due_set,
    "probe.flipped": _flipped,
    "signoff.signed": _signed,
}
