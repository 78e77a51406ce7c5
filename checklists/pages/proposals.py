"""The page on which answers are carried over: which can be, which not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from checklists.carrying import NotCarried, Proposal
from checklists.models import Release
from checklists.operations.carrying import proposed, sources_for
from checklists.operations.guards import whole_state
from checklists.pages.carried import NOT_CARRIED_WORDS, origin_words, reason_words
from checklists.pages.people import faces_of
from checklists.pages.words import ANSWER_WORDS
from checklists.state import Carried, ItemState

MOST_SOURCES = 50

REASON_TITLES = {
    Carried.VALIDITY: gettext_lazy("Still valid at go-live"),
    Carried.PROBE: gettext_lazy("Its probe passes"),
    Carried.EVIDENCE: gettext_lazy("Its evidence is still there"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the new release and what becomes of it."""

    pk: int
    number: str
    title: str
    href: str
    answer: str
    origin: str
    why: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Items of which the same is to be said."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CarryPage:
    """Everything the page shows for one earlier release."""

    source: Release
    sources: Sequence[Release]
    carried: tuple[Lines, ...]
    left: tuple[Lines, ...]

    @property
    def number(self) -> int:
        """How many answers can be carried."""
        return sum(len(group.lines) for group in self.carried)


def carry_page(release: Release, source: Release, now: datetime) -> CarryPage:
    """What can be carried from one release into another. Raises Conflict for a broken log."""
    found = [
        proposal
        for proposal in proposed(release, whole_state(release), source, at=now)
        if proposal.item.added_by is None
    ]
    say = _Sayer(release, source, found, now)
    return CarryPage(
        source=source,
        sources=sources_for(release.project, but=release)[:MOST_SOURCES],
        carried=tuple(
            Lines(str(title), tuple(say.line(p) for p in found if p.reason == reason))
            for reason, title in REASON_TITLES.items()
            if any(p.reason == reason for p in found)
        ),
        left=tuple(_left(found, say)),
    )


def _left(found: Sequence[Proposal], say: _Sayer) -> Iterable[Lines]:
    for code in NotCarried:
        lines = tuple(say.line(p) for p in found if p.why_not == code)
        if lines:
            yield Lines(str(NOT_CARRIED_WORDS[code]), lines)


class _Sayer:
    """Puts proposals into words, with the names of those who answered read once."""

    def __init__(
        self, release: Release, source: Release, found: Sequence[Proposal], now: datetime
    ) -> None:
        self._release, self._source, self._now = release, source, now
        olds = [p.old for p in found if p.old is not None]
        self._faces = faces_of({old.answered_by for old in olds if old.answered_by})
        given_in = {old.carried_from for old in olds if old.carried_from is not None}
        self._versions = {source.pk: source.version} | dict(
            Release.objects.filter(pk__in=given_in).values_list("pk", "version")
        )

    def line(self, proposal: Proposal) -> Line:
        """The line of one item."""
        item, old = proposal.item, proposal.old
        return Line(
            pk=item.id,
            number=item.number,
            title=item.title,
            href=f"/releases/{self._release.pk}/#item-{item.id}",
            answer=str(ANSWER_WORDS[old.answer]) if old is not None else "",
            origin=self._origin(old),
            why=reason_words(proposal.reason, proposal.until, self._now) if proposal.reason else "",
        )

    def _origin(self, old: ItemState | None) -> str:
        if old is None:
            return ""
        given_in = old.carried_from or self._source.pk
        return origin_words(old, given_in, self._versions, self._faces, self._now)
