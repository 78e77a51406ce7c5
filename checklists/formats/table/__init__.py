"""Checklists as CSV: our own table, which loses nothing, and anybody's, read by its header."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.reading.assembling import Assembler
from checklists.formats.source import clean_text
from checklists.formats.table import ours, somebodys
from checklists.formats.table.cells import read_rows, write_rows
from checklists.formats.table.columns import columns_of
from checklists.formats.tree import (
    NO_ANSWERS,
    NOTHING_SAID,
    Answers,
    ChecklistTree,
    ImportResult,
    LineKind,
    Said,
)
from checklists.formats.validate import check_tree

ADVICE = gettext_lazy("Write each one in a row of its own, below a header with a column “title”.")


def read_csv(source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult:
    """The checklist in a CSV text, and every line that was not understood.

    Raises Invalid with a sentence for people, and nothing else: as `read_markdown`, and for what
    is no CSV (bad_csv).
    """
    text = clean_text(source)
    rows = read_rows(text)
    if not rows:
        raise Invalid(_("The file is empty. %(advice)s") % {"advice": ADVICE}, code="no_items")
    exact = ours.is_ours(rows[0])
    assembler = Assembler(text, said, exact=exact)
    if exact:
        entries = ours.entries_of(rows)
    else:
        columns = columns_of(rows)
        if columns.header:
            assembler.marks.take(LineKind.SETTING, columns.header.line, columns.header.end)
            rows = rows[1:]
        entries = somebodys.entries_of(rows, columns)
    for entry in entries:
        assembler.add(entry)
    return assembler.result("table", ADVICE)


def write_csv(tree: ChecklistTree, answers: Answers = NO_ANSWERS) -> str:
    """The checklist as CSV that reads back as the same checklist, with the same answers.

    Raises Invalid.
    """
    check_tree(tree)
    return write_rows(ours.table_of(tree, answers))
