"""Search in SQLite: an FTS5 table over the words, kept in step by triggers."""

from __future__ import annotations

from checklists.search.tokens import Term

# Words are told apart by `tokens`; here only spaces part them.
INSTALL = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS checklists_searchwords USING fts5(
    words, content='checklists_searchtext', content_rowid='id', prefix='2 3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    """CREATE TRIGGER IF NOT EXISTS search_text_added AFTER INSERT ON checklists_searchtext BEGIN
    INSERT INTO checklists_searchwords(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER IF NOT EXISTS search_text_gone AFTER DELETE ON checklists_searchtext BEGIN
    INSERT INTO checklists_searchwords(checklists_searchwords, rowid, words)
    VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER IF NOT EXISTS search_text_changed AFTER UPDATE ON checklists_searchtext BEGIN
    INSERT INTO checklists_searchwords(checklists_searchwords, rowid, words)
    VALUES ('delete', old.id, old.words);
    INSERT INTO checklists_searchwords(rowid, words) VALUES (new.id, new.words); END""",
)


def condition(key: str, words: str) -> str:
    """The SQL that a text matches, with one parameter."""
    return (
        f"{key} IN (SELECT rowid FROM checklists_searchwords"  # noqa: S608  {key} is a column
        " WHERE checklists_searchwords MATCH %s)"
    )


def query(term: Term) -> str:
    """The term in FTS5's words. Tokens hold letters, digits and marks only, so quotes suffice."""
    return f'"{" ".join(term.words)}"{"*" if term.open_end else ""}'
