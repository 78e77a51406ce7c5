"""What one viewer may choose on a release page: filters, and deeds on the whole release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.models import Release
from checklists.pages.rows import ItemRow
from checklists.pages.snapshot import Snapshot
from checklists.state import ReleaseStatus, RowStatus
from checklists.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter above the rows."""

    name: str
    word: str
    number: int
    css: str = ""
    icon: str = ""
    glyph: str = ""


SHOWN = {
    "all": lambda row, me: True,
    "mine": lambda row, me: row.who is not None and row.who.pid == me,
    "blockers": lambda row, me: bool(row.block),
    "failed": lambda row, me: row.status == RowStatus.FAILED,
    "progress": lambda row, me: row.status == RowStatus.PROGRESS,
    "open": lambda row, me: row.status == RowStatus.OPEN,
    "unassigned": lambda row, me: row.nobody,
    "unsettled": lambda row, me: not RowStatus(row.status).settled,
}


def chips_of(snapshot: Snapshot, me: str) -> list[Chip]:
    """The filters with how many rows each shows."""
    numbers = snapshot.counters.chips
    mine = sum(SHOWN["mine"](row, me) for row in snapshot.rows.values())
    return [
        Chip("all", _("All"), numbers["all"]),
        Chip("mine", _("Mine"), mine),
        Chip("blockers", _("Blockers"), numbers["blockers"], css="st-failed", icon="circle-alert"),
        Chip("failed", _("Failed"), numbers["failed"], css="st-failed", glyph="failed"),
        Chip(
            "progress", _("In progress"), numbers["progress"], css="st-progress", glyph="progress"
        ),
        Chip("open", _("Open"), numbers["open"], css="st-open", glyph="open"),
        Chip("unassigned", _("Unassigned"), numbers["unassigned"]),
    ]


def rows_shown(rows: Mapping[int, ItemRow], show: str, q: str, me: str) -> frozenset[int] | None:
    """The items that a filter and a search leave; None for all of them.

    The others are on the page too, hidden, so that scripts can show them without asking again.
    """
    words = q.casefold().split()
    if show not in SHOWN or (show == "all" and not words):
        return None
    return frozenset(
        pk
        for pk, row in rows.items()
        if SHOWN[show](row, me)
        and all(word in f"{row.number} {row.title}".casefold() for word in words)
    )


@dataclass(frozen=True, slots=True)
class Action:
    """Something a release manager can do with the whole release, as a form."""

    name: str
    title: str
    note: str
    verb: str
    url: str
    needs_reason: bool = False
    needs_target: bool = False
    danger: bool = False
    primary: bool = False


def actions_of(release: Release, snapshot: Snapshot, viewer: Viewer) -> list[Action]:
    """The actions that the release's state and the viewer's role leave."""
    base = f"/releases/{release.pk}"
    go = snapshot.decision.may_go
    said = _("The gate says go.") if go else _("The gate does not say go, so this is refused now.")
    actions: list[Action] = []
    if viewer.may("deploy_release") and release.status == ReleaseStatus.PREPARING:
        actions += [
            Action("deploy", _("Mark deployed"), said, _("Deploy"), f"{base}/deploy/", primary=go),
            Action(
                "abort",
                _("Abort"),
                _("It does not go live. Nothing in it can change afterwards."),
                _("Abort release"),
                f"{base}/abort/",
                needs_reason=True,
                danger=True,
            ),
        ]
    if viewer.may("deploy_release") and release.status == ReleaseStatus.DEPLOYED:
        actions += [
            Action("close", _("Close"), said, _("Close release"), f"{base}/close/", primary=go),
            Action(
                "roll-back",
                _("Roll back"),
                _("It was live and is taken back. Nothing in it can change afterwards."),
                _("Say it was rolled back"),
                f"{base}/roll-back/",
                needs_reason=True,
                danger=True,
            ),
        ]
    if viewer.may("open_release") and release.status == ReleaseStatus.PREPARING:
        note = _("Due dates given as offsets move with it.")
        url = f"{base}/target/"
        actions.append(
            Action("target", _("Move the target"), note, _("Move"), url, needs_target=True)
        )
    return actions
