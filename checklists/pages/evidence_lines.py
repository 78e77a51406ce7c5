"""The evidence of an item as its detail lists it: versions, both dates, and how links are doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Evidence, Item, LinkCheck
from checklists.moments import short_day
from checklists.pages.faces import Face, face_of
from checklists.state import ItemState, period

ERASED = gettext_lazy("The words were erased.")

TYPE_WORDS = {
    "image/png": gettext_lazy("PNG image"),
    "image/jpeg": gettext_lazy("JPEG image"),
    "image/gif": gettext_lazy("GIF image"),
    "image/webp": gettext_lazy("WebP image"),
    "image/svg+xml": gettext_lazy("SVG, as text"),
    "application/pdf": gettext_lazy("PDF"),
    "application/zip": gettext_lazy("ZIP archive"),
    "application/gzip": gettext_lazy("gzip archive"),
    "application/x-tar": gettext_lazy("tar archive"),
    "text/html": gettext_lazy("HTML, as text"),
    "application/xml": gettext_lazy("XML, as text"),
    "text/plain": gettext_lazy("text"),
    "video/mp4": gettext_lazy("MP4 video"),
    "video/webm": gettext_lazy("WebM video"),
}

FAULT_WORDS = {
    "address": gettext_lazy("private address"),
    "denied-host": gettext_lazy("private name"),
    "metadata": gettext_lazy("metadata service"),
    "port": gettext_lazy("its port is not open to us"),
    "dns": gettext_lazy("its name could not be looked up"),
    "uplink": gettext_lazy("no network"),
    "no-such-name": gettext_lazy("no such host"),
    "refused": gettext_lazy("connection refused"),
    "timeout": gettext_lazy("no answer in time"),
    "tls": gettext_lazy("its certificate is not trusted"),
    "redirects": gettext_lazy("too many redirects"),
}


@dataclass(frozen=True, slots=True)
class LinkLine:
    """What was seen of a link: `css` colours it, `checked_at` is when we looked."""

    css: str
    glyph: str
    said: str
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence: what, by whom, seen when and attached when.

    `state` is held, replaced or withdrawn. `file` describes a file, and `url` is where it is
    fetched. `stale` says that it is older at go-live than the item's answers are believed.
    """

    pk: int
    kind: str
    text: str
    url: str
    file: str
    sha256: str
    who: Face
    pid: str
    observed_at: datetime
    attached_at: datetime
    digest: str
    state: str
    replaces: str
    stale: bool
    link: LinkLine | None

    @property
    def held(self) -> bool:
        """It counts."""
        return self.state == "held"

    @property
    def called(self) -> str:
        """Its name in a list."""
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"


def evidence_lines(
    item: Item, state: ItemState, go_live: datetime, now: datetime
) -> list[EvidenceLine]:
    """Everything attached to the item, what counts first, each in the order it came."""
    held = {evidence.id for evidence in state.held_evidence}
    rows = list(item.evidence.select_related("content", "attached_by", "link_check"))
    texts = {row.pk: _text(row) for row in rows}
    lines = [
        EvidenceLine(
            pk=row.pk,
            kind=row.kind if row.content is not None or row.sha256 else "",
            text=texts[row.pk],
            url=f"/evidence/{row.pk}/" if row.sha256 else "",
            file=_file(row),
            sha256=row.sha256,
            who=face_of(row.attached_by),
            pid=row.attached_by.pid,
            observed_at=row.observed_at,
            attached_at=row.attached_at,
            digest=row.digest,
            state="withdrawn" if row.withdrawn_at else "held" if row.pk in held else "replaced",
            replaces=texts.get(row.replaces_id or 0, ""),
            stale=_is_stale(row, state, go_live),
            link=_link(row, now),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.held)


def type_word(media_type: str) -> str:
    """What a file is, for people."""
    return str(TYPE_WORDS.get(media_type, _("file")))


def link_line(check: LinkCheck, now: datetime) -> LinkLine:
    """What was seen of a link when we looked last."""
    since = _("since %(day)s") % {"day": short_day(check.since, now)} if check.since else ""
    if check.alive:
        asks = check.http_status is not None and check.http_status >= 400
        said = _("there, and asks who you are") if asks else _("there")
        return LinkLine("st-done", "done", said, check.checked_at)
    fault = FAULT_WORDS.get(check.fault, check.fault)
    if check.alive is None:
        said = _("cannot be looked at from here (%(fault)s)") % {"fault": fault}
        return LinkLine("st-unknown", "unknown", said, check.checked_at)
    what = str(check.http_status or fault)
    said = _("%(what)s, %(since)s") % {"what": what, "since": since}
    return LinkLine("st-failed", "failed", said, check.checked_at)


def _text(row: Evidence) -> str:
    return row.content.value if row.content else str(ERASED)


def _file(row: Evidence) -> str:
    if not row.sha256:
        return ""
    return f"{type_word(row.media_type)}, {filesizeformat(row.size or 0)}"


def _is_stale(row: Evidence, state: ItemState, go_live: datetime) -> bool:
    if not (state.evidence_required and state.valid_for):
        return False
    return row.observed_at + period(state.valid_for) <= go_live


def _link(row: Evidence, now: datetime) -> LinkLine | None:
    if row.kind != Evidence.Kind.LINK:
        return None
    check = getattr(row, "link_check", None)
    return link_line(check, now) if check is not None and check.checked_at else None
