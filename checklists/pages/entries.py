"""Events as entries of a history: who did what to which item, what changed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.actors import ActorKind, Via
from checklists.models import AuditEvent
from checklists.moments import iso, reader_stamp
from checklists.pages.event_names import COMMITTED, MAKES_NO_SENSE, Names, body_of, names_for
from checklists.pages.event_words import change_in_words
from checklists.pages.events import EventLine, event_line
from checklists.state import ReleaseState
from checklists.words import ACTION_WORDS

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `said` are the words it committed to, each with what they are called."""

    line: EventLine
    who: str
    number: str
    title: str
    item_url: str
    change: str
    said: tuple[tuple[str, str], ...]
    via: str
    clock: str
    hash: str

    @property
    def deed(self) -> str:
        """The sentence after the name, without the item."""
        return self.line.text.removeprefix(f"{_PROBE} ")

    @property
    def text(self) -> str:
        """The sentence after the name, with the item."""
        if not self.title:
            return self.deed
        joint = " " if self.deed in _TAKE_THE_ITEM else ": "
        return f"{self.deed}{joint}{self.title}"


_PROBE = gettext_lazy("The probe")
# Sentences that the item's title ends: "ticked Configure DNS".
_TAKE_THE_ITEM = {
    str(ACTION_WORDS[action])
    for action in ("item.started", "item.ticked", "item.unticked", "item.reopened")
}


def entries_of(
    events: Sequence[AuditEvent], state: ReleaseState, roles: Mapping[str, str]
) -> list[Entry]:
    """The events as entries, in their order. A fixed few queries."""
    bodies = [body_of(event) for event in events]
    names = names_for(filter(None, bodies), state, roles)
    return [entry(event, body, names) for event, body in zip(events, bodies, strict=True)]


def entry(event: AuditEvent, body: Body | None, names: Names) -> Entry:
    """One event as an entry; one that makes no sense says so."""
    try:
        return _entry(event, body, names) if body is not None else _unreadable(event)
    except MAKES_NO_SENSE:
        return _unreadable(event)


def _entry(event: AuditEvent, body: Body, names: Names) -> Entry:
    item = names.items.get(event.item_id) if event.item_id is not None else None
    return Entry(
        line=event_line(event, names.faces, names.roles),
        who=actor_in_words(body["actor"], names),
        number=item.number if item else "",
        title=item.title if item else "",
        item_url=f"/releases/{body['chain'].partition(':')[2]}/#item-{item.id}" if item else "",
        change=change_in_words(body, names),
        said=tuple(_said(body, names)),
        via=via_in_words(body, names),
        clock=f"{localtime(event.at):%H:%M:%S}",
        hash=event.hash,
    )


def _unreadable(event: AuditEvent) -> Entry:
    line = EventLine(
        seq=event.seq,
        css="st-failed",
        glyph="failed",
        icon="",
        who=None,
        text=_("wrote an event that cannot be read"),
        iso=iso(event.at),
        stamp=reader_stamp(event.at),
    )
    return Entry(
        line=line,
        who=_("Somebody"),
        number="",
        title="",
        item_url="",
        change=_("The log was changed behind its back"),
        said=(),
        via="",
        clock=f"{localtime(event.at):%H:%M:%S}",
        hash=event.hash,
    )


def actor_in_words(actor: Body, names: Names) -> str:
    """Who the hand was: a name, the probe or the system."""
    if "pid" in actor:
        return names.person(actor["pid"])
    return str(_PROBE) if actor["kind"] == ActorKind.PROBE else _("The system")


def via_in_words(body: Body, names: Names) -> str:
    """The door it came through; nothing for a page, which is the usual one."""
    if (token := body["actor"].get("token")) is not None:
        return _("with the token %(tokens)s (%(token)s)") % {
            "tokens": names.tokens.get(token, "unknown"),
            "token": token,
        }
    return str(_DOORS.get(Via(body["via"]), ""))


_DOORS = {
    Via.API: gettext_lazy("through the API"),
    Via.COMMAND: gettext_lazy("on the command line"),
    Via.PROBE: gettext_lazy("by what it saw"),
    Via.JOB: gettext_lazy("by scheduled work"),
}


def _said(body: Body, names: Names) -> Iterable[tuple[str, str]]:
    for name, commitment in body.get("commit", {}).items():
        yield str(COMMITTED.get(name, name)), names.text(commitment)
