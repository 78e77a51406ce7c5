"""The facts, filters and actions of a release page: what stands around rows and counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse

from checklists.audit.current import tree_by_digest
from checklists.formats.tree import RelatedDocument
from checklists.models import Checklist, Release
from checklists.pages.faces import Face, face_of
from checklists.pages.rows import ItemRow
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import iso, stamp
from checklists.state import ReleaseStatus, RowStatus, Stage
from checklists.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PinnedTemplate:
    """A template as the headline names it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the headline says of a release."""

    name: str
    project: str
    project_url: str
    version: str
    environment: str
    status_word: str
    target: str
    target_iso: str
    target_input: str
    artifact: str
    artifact_short: str
    commit: str
    commit_short: str
    templates: tuple[PinnedTemplate, ...]
    opened_by: Face
    history_url: str
    after_go_live: str


_STATUS_WORDS = {
    ReleaseStatus.PREPARING: "",
    ReleaseStatus.DEPLOYED: "Deployed",
    ReleaseStatus.CLOSED: "Closed",
    ReleaseStatus.ABORTED: "Aborted",
    ReleaseStatus.ROLLED_BACK: "Rolled back",
}


def facts_of(release: Release, snapshot: Snapshot) -> Facts:
    """The facts of a release."""
    artifact = release.artifact_digest
    later = [s for s in snapshot.counters.sections if s.after_go_live]
    return Facts(
        name=f"{release.project.slug} {release.version}",
        project=str(release.project),
        project_url=f"/projects/{release.project.slug}/",
        version=release.version,
        environment=release.environment,
        status_word=_STATUS_WORDS[ReleaseStatus(release.status)],
        target=stamp(release.target_at),
        target_iso=iso(release.target_at),
        target_input=f"{release.target_at:%Y-%m-%dT%H:%M}",
        artifact=artifact,
        artifact_short=f"{artifact[:13]}…{artifact[-4:]}" if len(artifact) > 20 else artifact,
        commit=release.commit,
        commit_short=release.commit[:12],
        templates=_pinned(tuple(c.template_digest for c in snapshot.state.checklists)),
        opened_by=face_of(release.opened_by),
        history_url=_address("release_history", release.pk),
        after_go_live=_later(later, snapshot.decision.stage),
    )


def _later(sections: list, stage: Stage) -> str:
    if not sections or stage == Stage.CLOSE:
        return ""
    names = ", ".join(section.title for section in sections)
    return f"{names}: checked after go-live. It does not count toward the gate before it."


@lru_cache(maxsize=256)
def _pinned(digests: tuple[str, ...]) -> tuple[PinnedTemplate, ...]:
    """The names of published versions, which never change their number."""
    versions = Checklist.objects.filter(template_version__digest__in=digests).values_list(
        "template_version__digest",
        "template_version__template__name",
        "template_version__template__slug",
        "template_version__number",
    )
    named = {digest: (name, slug, number) for digest, name, slug, number in versions.distinct()}
    return tuple(
        PinnedTemplate(f"{name} v{number}", f"/templates/{slug}/")
        for digest in digests
        if digest in named
        for name, slug, number in [named[digest]]
    )


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True)
class Document:
    """A related document; only addresses that a browser may open are links."""

    title: str
    url: str
    note: str
    safe: bool


def related_documents(snapshot: Snapshot) -> list[Document]:
    """The documents that the templates name, each once."""
    found: dict[str, RelatedDocument] = {}
    for checklist in snapshot.state.checklists:
        for document in tree_by_digest(checklist.template_digest).related:
            found.setdefault(document.url, document)
    return [
        Document(d.title, d.url, d.note, urlsplit(d.url).scheme in ("http", "https"))
        for d in found.values()
    ]


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
        Chip("all", "All", numbers["all"]),
        Chip("mine", "Mine", mine),
        Chip("blockers", "Blockers", numbers["blockers"], css="st-failed", icon="circle-alert"),
        Chip("failed", "Failed", numbers["failed"], css="st-failed", glyph="failed"),
        Chip("progress", "In progress", numbers["progress"], css="st-progress", glyph="progress"),
        Chip("open", "Open", numbers["open"], css="st-open", glyph="open"),
        Chip("unassigned", "Unassigned", numbers["unassigned"]),
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
    said = "The gate says go." if go else "The gate does not say go, so this is refused now."
    actions: list[Action] = []
    if viewer.may("deploy_release") and release.status == ReleaseStatus.PREPARING:
        actions += [
            Action("deploy", "Mark deployed", said, "Deploy", f"{base}/deploy/", primary=go),
            Action(
                "abort",
                "Abort",
                "It does not go live. Nothing in it can change afterwards.",
                "Abort release",
                f"{base}/abort/",
                needs_reason=True,
                danger=True,
            ),
        ]
    if viewer.may("deploy_release") and release.status == ReleaseStatus.DEPLOYED:
        actions += [
            Action("close", "Close", said, "Close release", f"{base}/close/", primary=go),
            Action(
                "roll-back",
                "Roll back",
                "It was live and is taken back. Nothing in it can change afterwards.",
                "Say it was rolled back",
                f"{base}/roll-back/",
                needs_reason=True,
                danger=True,
            ),
        ]
    if viewer.may("open_release") and release.status == ReleaseStatus.PREPARING:
        note = "Due dates given as offsets move with it."
        url = f"{base}/target/"
        actions.append(Action("target", "Move the target", note, "Move", url, needs_target=True))
    return actions
