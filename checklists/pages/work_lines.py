"""One line of somebody's work, whatever kind of work it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checklists.pages.faces import Face


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for the person. `url` leads to the very place where it is done.

    `kind` is one of KINDS; `release` is the release's id; `due` is when, in short.
    """

    kind: str
    release: int
    url: str
    title: str
    note: str
    css: str
    glyph: str
    due: str
    late: bool
    order: tuple[bool, datetime]
    by: Face | None = None
    item: int | None = None

    @property
    def is_icon(self) -> bool:
        """The glyph is an icon, not one of a status."""
        return self.kind in (SIGN, CALL, MENTION)


ITEM, SIGN, CALL, WAIVER, ENDING, MENTION = (
    "items",
    "signatures",
    "calls",
    "waivers",
    "ending",
    "mentions",
)


def row_url(release: int, item: int) -> str:
    """The row of an item on the page of its release, which opens it."""
    return f"/releases/{release}/#item-{item}"
