"""Related documents: every link in a text, with the words beside it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.markdown import words
from checklists.formats.markdown.pieces import Piece
from checklists.formats.markdown.titles import Titles
from checklists.formats.tree import NOTE_MAX, LineKind, RelatedDocument
from checklists.formats.validate import check_document


def read_related(piece: Piece, titles: Titles) -> Iterator[RelatedDocument]:
    """The documents in a piece; one that holds no link is reported."""
    links = titles.links(piece.text, piece.line)
    if not links.found:
        piece.kind = LineKind.IGNORED
        piece.report_all(words.NO_LINK)
    note = links.note
    for title, address in links.found:
        document = RelatedDocument(title, address, note[:NOTE_MAX].strip())
        try:
            check_document(document, _("The link"))
        except Invalid as error:
            piece.kind = LineKind.IGNORED
            piece.report_all(f"{words.NO_LINK} {error.message}")
        else:
            yield document
            note = ""
