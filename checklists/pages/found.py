"""What search finds, release by release, with the words that were looked for marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from checklists.models import Item, Person, Release
from checklists.search import items_found, passages_of, terms_of
from checklists.search.find import MOST_PASSAGES, Passage
from checklists.state import RUNNING

MOST = 60
"""Items on the page; more are only said to be there."""

KINDS: dict[str, Promise] = {
    "guidance": gettext_lazy("Guidance"),
    "comment": gettext_lazy("Comment"),
    "evidence": gettext_lazy("Evidence"),
    "reason": gettext_lazy("Reason"),
}


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item with the passages that show why it was found."""

    url: str
    number: str
    title: SafeString
    passages: Sequence[tuple[str, SafeString]]


@dataclass(frozen=True, slots=True)
class FoundRelease:
    """A release with the items found in it."""

    url: str
    name: str
    status: str
    items: Sequence[FoundItem]


@dataclass(frozen=True, slots=True)
class Found:
    """All that is shown of what was found."""

    releases: Sequence[FoundRelease]
    items: int
    more: bool


def found_for(person: Person, query: str) -> Found:
    """What the person may see of what the query finds: running releases first, then the newest."""
    terms = terms_of(query)
    found = (
        items_found(terms, Release.objects.visible_to(person))
        .select_related("release__project", "own_title")
        .order_by("-release__opened_at", "release_id", "checklist__position", "position", "pk")
    )
    items = list(found[: MOST + 1])
    shown = sorted(items[:MOST], key=lambda item: item.release.status not in RUNNING)
    passages = passages_of(shown, terms) if shown else {}
    held: dict[Release, list[FoundItem]] = {}
    for item in shown:
        held.setdefault(item.release, []).append(_item(item, passages[item.pk]))
    releases = [_release(release, inside) for release, inside in held.items()]
    return Found(releases, len(shown), len(items) > MOST)


def marked(passage: Passage) -> SafeString:
    """The passage with what was looked for in <mark>."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if on else part,)
                   for part, on in passage.parts())
    )  # fmt: skip


def _release(release: Release, items: list[FoundItem]) -> FoundRelease:
    status = "" if release.status == RUNNING[0] else release.get_status_display()
    return FoundRelease(f"/releases/{release.pk}/", str(release), status, items)


def _item(item: Item, passages: Sequence[Passage]) -> FoundItem:
    title = next((marked(p) for p in passages if p.kind == "title"), format_html("{}", item.called))
    said = [
        (str(KINDS.get(p.kind, KINDS["reason"])), marked(p)) for p in passages if p.kind != "title"
    ]
    url = f"/releases/{item.release_id}/#item-{item.pk}"
    return FoundItem(url, item.number, title, said[:MOST_PASSAGES])
