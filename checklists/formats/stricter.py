"""Of two things that may be asked of an item, the one that asks for more. Pure.

Each choice is a maximum in one fixed order, so it does not matter which overlay comes first.
"""

from __future__ import annotations

from dataclasses import replace

from checklists.formats.tree import (
    DEPLOY,
    DUE,
    GUIDANCE_MAX,
    REQUIREMENTS,
    Item,
)
from checklists.state import period

_KINDS = ("", "text", "link", "file")
"""From what proves least to what proves most: the bytes of a file are kept, a page behind a link
can change, and a text is somebody's word."""
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}


def stricter_item(item: Item, overlay: Item, overlay_title: str) -> Item:
    """The item, asking for whatever either of the two asks for.

    Whose it is, its probe and its guidance are the first one's; the overlay fills what that leaves
    empty, and its guidance is added.
    """
    na_allowed = item.na_allowed and overlay.na_allowed
    return replace(
        item,
        guidance=added_prose(item.guidance, overlay.guidance, overlay_title),
        stage=DEPLOY if DEPLOY in (item.stage, overlay.stage) else item.stage,
        requirement=min(item.requirement, overlay.requirement, key=REQUIREMENTS.index),
        na_allowed=na_allowed,
        condition=item.condition if na_allowed or not item.na_allowed else "",
        evidence_required=item.evidence_required or overlay.evidence_required,
        evidence_kind=max(item.evidence_kind, overlay.evidence_kind, key=_KINDS.index),
        justification_required=item.justification_required or overlay.justification_required,
        due=earlier_due(item.due, overlay.due),
        valid_for=shorter(item.valid_for, overlay.valid_for),
        owner_role=item.owner_role or overlay.owner_role,
        probe=item.probe or overlay.probe,
    )


def asks_less(new: Item, old: Item) -> tuple[str, ...]:
    """The fields in which the new item asks for less than the old one did."""
    looser = {
        "requirement": REQUIREMENTS.index(new.requirement) > REQUIREMENTS.index(old.requirement),
        "stage": new.stage != DEPLOY and old.stage == DEPLOY,
        "na_allowed": new.na_allowed and not old.na_allowed,
        "evidence_required": old.evidence_required and not new.evidence_required,
        "evidence_kind": _KINDS.index(new.evidence_kind) < _KINDS.index(old.evidence_kind),
        "justification_required": old.justification_required and not new.justification_required,
        "due": earlier_due(new.due, old.due) != new.due,
        "valid_for": shorter(new.valid_for, old.valid_for) != new.valid_for,
    }
    return tuple(name for name, is_looser in looser.items() if is_looser)


def earlier_due(due: str, other: str) -> str:
    """The earlier of two offsets from the target; the first if they mean the same, or one of two
    of which the other says nothing."""
    if not (due and other):
        return due or other
    return min(due, other, key=_minutes)


def shorter(valid_for: str, other: str) -> str:
    """The shorter of two times that an answer may be believed; nothing means for good."""
    if not (valid_for and other):
        return valid_for or other
    return min(valid_for, other, key=period)


def added_prose(text: str, more: str, title: str) -> str:
    """The text and below it, under the overlay's title, what the overlay says.

    What the text says already is not said again. What does not fit is cut off, visibly.
    """
    if not more or more in text:
        return text
    if not text:
        return more
    head = f"{text}\n\n**{title}**\n\n" if title else f"{text}\n\n"
    room = GUIDANCE_MAX - len(head)
    if len(more) <= room:
        return head + more
    # The cut text fills the field to the brim, so that merging it again finds no room.
    return f"{head}{more[: room - 1]}…" if room > 1 else text


def _minutes(due: str) -> int:
    if not DUE.fullmatch(due) or due == "T":
        return 0
    return int(due[1:-1]) * _MINUTES[due[-1]]
