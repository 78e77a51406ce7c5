"""The names behind the ids in events: people, roles, tokens, items, and disclosed free text.

One query each, whatever the number of events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import ApiToken, AuditEvent, Disclosable, Item
from checklists.pages.faces import Face
from checklists.pages.people import faces_of
from checklists.state import ReleaseState

Body = Mapping[str, Any]

ERASED = gettext_lazy("The words were erased.")
"""Stands where a commitment is known and its text is not any more."""


@dataclass(frozen=True, slots=True)
class ItemName:
    """An item as events name it, whether it is still in the checklist or not."""

    id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Names:
    """What events name by id, as people know it."""

    faces: Mapping[str, Face]
    roles: Mapping[str, str]
    tokens: Mapping[str, str]
    texts: Mapping[str, str]
    items: Mapping[int, ItemName]
    waiver_ends: Mapping[int, datetime]

    def person(self, pid: str | None) -> str:
        """A person's name; "nobody" for none, "erased person …" for one who was erased."""
        if not pid:
            return _("nobody")
        return (
            self.faces[pid].name
            if pid in self.faces
            else _("erased person %(pid)s") % {"pid": pid[:8]}
        )

    def role(self, slug: str) -> str:
        """A sign-off role's name."""
        return self.roles.get(slug, slug)

    def text(self, commitment: str) -> str:
        """The words behind a commitment."""
        return self.texts.get(commitment, str(ERASED))


COMMITTED = {
    "reason": gettext_lazy("Reason"),
    "body": gettext_lazy("Comment"),
    "content": gettext_lazy("Evidence"),
    "note": gettext_lazy("Note"),
    "title": gettext_lazy("Title"),
    "words": gettext_lazy("Said"),
    "printed_name": gettext_lazy("Signed as"),
}
"""What each piece of free text is called, by its name in the event."""

MAKES_NO_SENSE = (ValueError, LookupError, TypeError, AttributeError)
"""What reading an event raises that somebody rewrote behind the log's back."""


def body_of(event: AuditEvent) -> dict[str, Any] | None:
    """The event's body; None if it is none, which happens only to a log that was tampered with."""
    try:
        body = json.loads(event.body)
        parts = (body["actor"], body["data"], body.get("commit", {}), body["subject"])
        named = (*_pids(body), *body.get("commit", {}).values())
    except MAKES_NO_SENSE:
        return None
    whole = all(isinstance(part, dict) for part in parts)
    return body if whole and all(isinstance(name, str) for name in named) else None


def names_for(
    bodies: Iterable[Body],
    state: ReleaseState,
    roles: Mapping[str, str],
    *,
    people: Iterable[str] = (),
    texts: Iterable[str] = (),
) -> Names:
    """The names that these events need, as they are now; and those of more people and texts."""
    bodies = list(bodies)
    commitments = {value for body in bodies for value in body.get("commit", {}).values()}
    tokens = {body["actor"]["token"] for body in bodies if "token" in body["actor"]}
    return Names(
        faces=faces_of({*people, *(pid for body in bodies for pid in _pids(body))}),
        roles=roles,
        tokens=dict(ApiToken.objects.filter(public_id__in=tokens).values_list("public_id", "name"))
        if tokens
        else {},
        texts=texts_of(commitments.union(texts)),
        items=_items(bodies, state),
        waiver_ends={w.id: w.expires_at for item in state.items for w in item.waivers},
    )


def _items(bodies: Iterable[Body], state: ReleaseState) -> dict[int, ItemName]:
    """The items of the release, and those that the events name and that were taken out since."""
    found = {item.id: ItemName(item.id, item.number, item.title) for item in state.items}
    named = {body["subject"]["id"] for body in bodies if body["subject"].get("type") == "item"}
    if gone := named - found.keys():
        rows = Item.objects.filter(pk__in=gone, release=state.id).select_related("own_title")
        found |= {row.pk: ItemName(row.pk, row.number, row.called) for row in rows}
    return found


def texts_of(commitments: Iterable[str]) -> dict[str, str]:
    """The words behind these commitments, where they have not been erased."""
    wanted = set(commitments)
    if not wanted:
        return {}
    rows = Disclosable.objects.filter(commitment__in=wanted)
    return dict(rows.values_list("commitment", "value"))


def _pids(body: Body) -> Iterable[str]:
    """Everybody whom an event names."""
    data = body["data"]
    before = data.get("from")
    named = (
        body["actor"].get("pid"),
        data.get("assignee"),
        data.get("answered_by"),
        before.get("assignee") if isinstance(before, Mapping) else None,
    )
    return filter(None, named)
