"""Titles that ask for the same in other words: the same words once the filling is taken away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from checklists.formats.keys import slug
from checklists.formats.tree import ChecklistTree

ALIKE = 0.75
"""The share of their words that two titles have in common when they count as the same."""
MOST_ALIKE = 40
"""Titles that share a rare word; a word of more than these tells nothing, and would cost much."""

_FILLING = frozenset(
    [
        *("a", "an", "the", "of", "for", "in", "on", "to", "at", "all", "up", "our", "your"),
        *("and", "or", "with", "is", "are", "be", "needed", "applicable"),
        *("set", "configure", "implement", "enable", "provision", "setup"),
    ]
)
_WORD = re.compile(r"[^\W_]+")


def near_duplicates(tree: ChecklistTree) -> Iterator[tuple[str, str]]:
    """The key of each item that is much like an earlier one, and the title of that."""
    items = [(item, _words(item.title)) for item in tree.items()]
    common = Counter(word for _, words in items for word in words)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for number, (item, words) in enumerate(items):
        rarest = sorted(words, key=lambda word: (common[word], word))
        # Whatever is alike shares one of these: the rest together are too few.
        telling = rarest[: len(rarest) - int(len(rarest) * ALIKE) + 1]
        candidates = sorted({at for word in telling for at in seen[word]})
        for at in candidates:
            earlier, other = items[at]
            if slug(earlier.title) != slug(item.title) and _alike(words, other):
                yield item.key, earlier.title
                break
        for word in telling:
            if len(seen[word]) < MOST_ALIKE:
                seen[word].append(number)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _words(title: str) -> frozenset[str]:
    found = (word.removesuffix("s") for word in _WORD.findall(title.casefold()))
    return frozenset(word for word in found if word not in _FILLING)
