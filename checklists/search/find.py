"""Reading the index: the items that hold every term, and the passages that show it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from checklists.models import Item, Release, SearchText
from checklists.search.tokens import Term, Token, tokens
from checklists.search.vendors import Matches

AROUND = 90
"""Characters of a passage before and after what was found."""
MOST_PASSAGES = 3
"""Of one item, besides its title."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text; `marks` are where in it the terms stand. `kind` says whose words it is."""

    kind: str
    text: str
    marks: tuple[tuple[int, int], ...]

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The passage in pieces, each with whether it was looked for."""
        at = 0
        for start, end in self.marks:
            yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        yield self.text[at:], False


def items_found(terms: Sequence[Term], releases: QuerySet[Release]) -> QuerySet[Item]:
    """The items of these releases of which every term is said somewhere. No term finds nothing."""
    if not terms:
        return Item.objects.none()
    found = Item.objects.filter(release__in=releases, removed_at=None)
    for term in terms:
        found = found.filter(pk__in=SearchText.objects.filter(Matches(term)).values("item"))
    return found


def passages_of(items: Collection[Item], terms: Sequence[Term]) -> dict[int, list[Passage]]:
    """For each item the title, guidance and words in which a term stands, title first.

    Of many words the oldest MOST_PASSAGES: reading more costs time, and nobody looks at them.
    """
    found: dict[int, list[Passage]] = {
        item.pk: [passage for passage in [passage_of("title", item.called, terms)] if passage]
        for item in items
    }
    matching = reduce(or_, (Q(Matches(term)) for term in terms))
    texts = SearchText.objects.filter(matching, item__in=found).select_related("text")
    for row in texts.order_by("pk"):
        kind, text = (row.text.kind, row.text.value) if row.text else ("guidance", row.plain)
        there = found[row.item_id]
        if kind == "item_title" or len(there) > MOST_PASSAGES:
            continue
        if (passage := passage_of(kind, text, terms)) is not None:
            there.append(passage)
    return found


def passage_of(kind: str, text: str, terms: Sequence[Term]) -> Passage | None:
    """The part of the text around the first place where a term stands; None if none does."""
    there: list[Token] = []
    folded: list[str] = []
    spans: list[tuple[int, int]] = []
    for token in tokens(text):
        if spans and token.start > spans[0][1] + AROUND:
            break  # what comes now is not shown
        there.append(token)
        folded.append(token.folded)
        starts = (len(there) - len(term.words) for term in terms if term.ends(folded))
        spans += ((there[at].start, token.end) for at in starts)
    if not spans:
        return None
    begin, end = _window(text, spans[0])
    marks: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if start >= (marks[-1][1] + begin if marks else begin) and stop <= end:
            marks.append((start - begin, stop - begin))
    return _cut(kind, text, begin, end, marks)


def _window(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """From where to where to show, at spaces if some are near."""
    begin, end = max(span[0] - AROUND, 0), min(span[1] + AROUND, len(text))
    if begin and (space := text.find(" ", begin, span[0])) >= 0:
        begin = space + 1
    if end < len(text) and span[1] <= (space := text.rfind(" ", span[1], end)):
        end = space
    return begin, end


def _cut(kind: str, text: str, begin: int, end: int, marks: list[tuple[int, int]]) -> Passage:
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    moved = tuple((start + len(before), stop + len(before)) for start, stop in marks)
    return Passage(kind, f"{before}{text[begin:end]}{after}", moved)
