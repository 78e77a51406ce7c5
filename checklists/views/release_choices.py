"""What one viewer may choose on a release page: filters, and deeds on the whole release."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from checklists.formats import FORMATS, WRITTEN
from checklists.models import Release
from checklists.pages.filters import SHOWN, Filter
from checklists.pages.snapshot import Snapshot
from checklists.state import ReleaseStatus
from checklists.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter above the rows."""

    name: str
    word: str
    number: int
    href: str
    chosen: bool
    css: str = ""
    icon: str = ""
    glyph: str = ""


def chips_of(snapshot: Snapshot, me: str, chosen: Filter) -> list[Chip]:
    """The filters of one word with how many rows each shows; the other conditions stay."""
    numbers = snapshot.counters.chips
    mine = sum(SHOWN["mine"](row, me) for row in snapshot.rows.values())

    def chip(name: str, word: str, number: int, **look: str) -> Chip:
        query = replace(chosen, show=name).as_query()
        return Chip(name, word, number, f"?{query}", name == chosen.show, **look)

    chips = [
        chip("all", _("All"), numbers["all"]),
        chip("mine", _("Mine"), mine),
        chip("blockers", _("Blockers"), numbers["blockers"], css="st-failed", icon="circle-alert"),
        chip("failed", _("Failed"), numbers["failed"], css="st-failed", glyph="failed"),
        chip(
            "progress", _("In progress"), numbers["progress"], css="st-progress", glyph="progress"
        ),
        chip("open", _("Open"), numbers["open"], css="st-open", glyph="open"),
        chip("unassigned", _("Unassigned"), numbers["unassigned"]),
    ]
    if numbers["carried"] or chosen.show == "carried":
        chips.append(chip("carried", _("Carried"), numbers["carried"], icon="history"))
    return chips


@dataclass(frozen=True, slots=True)
class Action:
    """Something a release manager can do with the whole release, as a form or a page of its own."""

    name: str
    title: str
    note: str
    verb: str
    url: str
    needs_reason: bool = False
    needs_target: bool = False
    is_link: bool = False
    danger: bool = False
    primary: bool = False


@dataclass(frozen=True, slots=True)
class FileLink:
    """A checklist of the release as a file of one format."""

    word: str
    url: str


@dataclass(frozen=True, slots=True)
class Files:
    """What a viewer may do with the checklists as files. `pk` is the release's."""

    pk: int
    fill: bool
    exports: tuple[FileLink, ...]


def files_of(release: Release, snapshot: Snapshot, viewer: Viewer) -> Files:
    """Fill in from a file while the release is open; download at any time."""
    checklists = snapshot.state.checklists if viewer.may("export") else ()
    several = len(checklists) > 1
    return Files(
        pk=release.pk,
        fill=viewer.may("answer_item") and not release.is_over,
        exports=tuple(
            FileLink(
                f"{checklist.key}: {FORMATS[name].word}" if several else str(FORMATS[name].word),
                f"/releases/{release.pk}/checklist/?format={name}&checklist={checklist.key}",
            )
            for checklist in checklists
            for name in WRITTEN
        ),
    )


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
    if viewer.may("open_release") and not release.is_over:
        note = _("Answers of an earlier release that can still be believed, each with its reason.")
        url = f"{base}/carry/"
        actions.append(
            Action("carry", _("Carry answers over"), note, _("Choose"), url, is_link=True)
        )
    return actions
