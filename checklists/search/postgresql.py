"""Search in PostgreSQL: an index over the words as a tsvector of no language."""

from __future__ import annotations

from checklists.search.tokens import Term

INSTALL = (
    """CREATE INDEX IF NOT EXISTS checklists_searchtext_words ON checklists_searchtext
    USING gin (to_tsvector('simple'::regconfig, words))""",
)


def condition(key: str, words: str) -> str:
    """The SQL that a text matches, with one parameter."""
    return f"to_tsvector('simple'::regconfig, {words}) @@ to_tsquery('simple'::regconfig, %s)"


def query(term: Term) -> str:
    """The term as a tsquery. Tokens hold letters, digits and marks only, so quotes suffice."""
    phrase = " <-> ".join(f"'{word}'" for word in term.words)
    return f"{phrase}:*" if term.open_end else phrase
