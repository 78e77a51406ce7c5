"""A field before and after an event, and what came to a release or went: items, contents, calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.pages.event_names import Names
from checklists.pages.fingerprint import short
from checklists.state import ItemState, ReleaseState
from checklists.words import CALL_WORDS

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after. `before` is empty where nothing stood there."""

    label: str
    before: str
    after: str


def checklists_moved(before: ReleaseState, after: ReleaseState) -> Iterator[Change]:
    """The checklists that moved to other contents, by their digests."""
    for old, new in zip(before.checklists, after.checklists, strict=True):
        if old.content_digests != new.content_digests:
            was, now = (" + ".join(map(short, c.content_digests)) for c in (old, new))
            yield Change(_("Checklist %(key)s") % {"key": new.key}, was, now)


def membership(before: ReleaseState, after: ReleaseState, names: Names) -> Iterator[Change]:
    """The items that came and went."""
    was, now = ({item.id: item for item in state.items} for state in (before, after))
    for pk in now.keys() - was.keys():
        yield Change(_("Item"), "", _called(now[pk], names))
    for pk in was.keys() - now.keys():
        yield Change(_("Item"), _called(was[pk], names), NOTHING)


def _called(item: ItemState, names: Names) -> str:
    return f"{item.number} {names.text(item.own_title) if item.own_title else item.title}"


def calls_made(before: ReleaseState, after: ReleaseState, names: Names) -> Iterator[Change]:
    """What a role said in the meeting."""
    for call in after.calls[len(before.calls) :]:
        yield Change(names.role(call.role), "", str(CALL_WORDS[call.says]))
        if call.words:
            yield Change(_("Said"), "", names.text(call.words))
