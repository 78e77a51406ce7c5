"""The facts, filters and actions of a release page: what stands around rows and counters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.audit.current import tree_of
from checklists.formats.tree import RelatedDocument
from checklists.models import Release, TemplateVersion
from checklists.pages.counters import SectionCount
from checklists.pages.faces import Face, face_of
from checklists.pages.render import of_each_section, sections_html
from checklists.pages.snapshot import Snapshot
from checklists.pages.waivers import release_waivers
from checklists.pages.words import iso, stamp
from checklists.state import ReleaseStatus, Stage


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
    target_at: datetime
    artifact: str
    artifact_short: str
    commit: str
    commit_short: str
    templates: tuple[PinnedTemplate, ...]
    opened_by: Face
    history_url: str
    room_url: str
    watch_url: str
    unwatch_url: str
    progress_url: str
    after_go_live: str


_STATUS_WORDS = {
    ReleaseStatus.PREPARING: "",
    ReleaseStatus.DEPLOYED: gettext_lazy("Deployed"),
    ReleaseStatus.CLOSED: gettext_lazy("Closed"),
    ReleaseStatus.ABORTED: gettext_lazy("Aborted"),
    ReleaseStatus.ROLLED_BACK: gettext_lazy("Rolled back"),
}


def facts_of(release: Release, snapshot: Snapshot) -> Facts:
    """The facts of a release."""
    artifact, base = release.artifact_digest, f"/releases/{release.pk}"
    later = [s for s in snapshot.counters.sections if s.after_go_live]
    return Facts(
        name=str(release),
        project=str(release.project),
        project_url=f"/projects/{release.project.slug}/",
        version=release.version,
        environment=release.environment,
        status_word=str(_STATUS_WORDS[ReleaseStatus(release.status)]),
        target=stamp(release.target_at),
        target_iso=iso(release.target_at),
        target_at=release.target_at,
        artifact=artifact,
        artifact_short=f"{artifact[:13]}…{artifact[-4:]}" if len(artifact) > 20 else artifact,
        commit=release.commit,
        commit_short=release.commit[:12],
        templates=_pinned(tuple(d for c in snapshot.state.checklists for d in c.content_digests)),
        opened_by=face_of(release.opened_by),
        history_url=f"{base}/history/",
        progress_url=f"{base}/progress/",
        watch_url=f"{base}/watch/",
        unwatch_url=f"{base}/unwatch/",
        room_url="" if release.is_over else f"{base}/room/",
        after_go_live=_later(later, snapshot.decision.stage),
    )


def _later(sections: list, stage: Stage) -> str:
    if not sections or stage == Stage.CLOSE:
        return ""
    names = ", ".join(section.title for section in sections)
    return _("%(names)s: checked after go-live. It does not count toward the gate before it.") % {
        "names": names
    }


@lru_cache(maxsize=256)
def _pinned(digests: tuple[str, ...]) -> tuple[PinnedTemplate, ...]:
    """The names of published versions, which never change their number."""
    versions = TemplateVersion.objects.filter(
        digest__in=digests, published_at__isnull=False
    ).values_list("digest", "template__name", "template__slug", "number")
    named = {digest: (name, slug, number) for digest, name, slug, number in versions.distinct()}
    return tuple(
        PinnedTemplate(f"{name} v{number}", f"/templates/{slug}/")
        for digest in digests
        if digest in named
        for name, slug, number in [named[digest]]
    )


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
        for document in tree_of(checklist).related:
            found.setdefault(document.url, document)
    return [
        Document(d.title, d.url, d.note, urlsplit(d.url).scheme in ("http", "https"))
        for d in found.values()
    ]


@dataclass(frozen=True, slots=True)
class Parts:
    """What everybody sees of a release at one moment, drawn once and kept with the snapshot."""

    facts: Facts
    band: SafeString
    summary: SafeString
    nav: SafeString
    below: SafeString


def parts_of(release: Release, snapshot: Snapshot) -> Parts:
    """The parts of the page that do not depend on who looks."""
    return snapshot.keep("parts", partial(_draw_parts, release, snapshot))


def _draw_parts(release: Release, snapshot: Snapshot) -> Parts:
    facts = facts_of(release, snapshot)
    context = {
        "facts": facts,
        "counters": snapshot.counters,
        "strip": of_each_section(snapshot, "checklists/_strip_section.html"),
        "places": of_each_section(snapshot, "checklists/_section_nav_item.html"),
        "lines": of_each_section(snapshot, "checklists/_section_summary.html"),
        "related": related_documents(snapshot),
        "waivers": release_waivers(snapshot),
    }
    band, summary, nav, below = (
        SafeString(render_to_string(f"checklists/_release_{name}.html", context))
        for name in ("band", "summary", "nav", "below")
    )
    return Parts(facts, band, summary, nav, below)


def sections_of(
    snapshot: Snapshot, shown: frozenset[int] | None, *, selecting: bool = False
) -> list[SafeString]:
    """Every section with its rows, and the name of a checklist where another one begins.

    Rows of `selecting` have a box to choose them with.
    """
    drawn = []
    for section, html in zip(snapshot.counters.sections, sections_html(snapshot), strict=True):
        if section.first_of_checklist and snapshot.counters.several:
            drawn.append(format_html('<h2 class="checklist">{}</h2>', section.checklist))
        rows = html if shown is None else _hidden(html, section, shown)
        drawn.append(SafeString(_with_boxes(rows, snapshot) if selecting else rows))
    return drawn


def _hidden(html: str, section: SectionCount, shown: frozenset[int]) -> str:
    """The section with a mark on the rows that the filter leaves out."""
    for group in section.groups:
        for pk in group.pks:
            if pk not in shown:
                html = html.replace(f'id="item-{pk}"', f'id="item-{pk}" data-ui-off', 1)
    return html


_LINE = re.compile(r'id="item-(\d+)"[^>]*><div class="line">')


def _with_boxes(html: str, snapshot: Snapshot) -> str:
    """The section with a box in each row, as scripts put them in when somebody chooses."""

    def with_box(found: re.Match[str]) -> str:
        row = snapshot.rows[int(found[1])]
        label = _("Select %(number)s %(title)s") % {"number": row.number, "title": row.title}
        box = format_html(
            '<input type="checkbox" class="pick" form="bulk" name="item" value="{}.{}" '
            'aria-label="{}">',
            row.pk,
            row.version,
            label,
        )
        return found[0] + box

    return _LINE.sub(with_box, html)
