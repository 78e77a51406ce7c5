"""Finding items by their titles, guidance, comments, evidence and reasons.

The index is derived: `index` writes it in the transaction of the event that brings the words, and
`rebuild` makes it anew. What a word is, `tokens` says for both databases, so that they find the
same.
"""

from checklists.search.find import items_found, passages_of
from checklists.search.index import note_event, rebuild
from checklists.search.tokens import Term, terms_of
from checklists.search.vendors import install

__all__ = [
    "Term",
    "install",
    "items_found",
    "note_event",
    "passages_of",
    "rebuild",
    "terms_of",
]
