"""Checklists as Markdown: GitHub's task lists under headings."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.markdown.places import HiddenPlaces, Places
from checklists.formats.markdown.reader import Reader
from checklists.formats.markdown.writer import Writer
from checklists.formats.source import clean_text
from checklists.formats.tree import NOTHING_SAID, ChecklistTree, ImportResult, Said
from checklists.formats.validate import check_tree


def read_markdown(source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult:
    """The checklist in a Markdown text, and every line of it that was not understood.

    `said` is what a person says of lines, by number.

    Raises Invalid with a sentence for people: the text cannot be read at all (see `clean_text`), is
    too deep or too long in some part, holds no item (`no_items`), or a line cannot be what is said
    of it (`bad_line_kind`). Never raises anything else.
    """
    result = Reader(clean_text(source), said).read()
    if not any(True for _ in result.tree.items()):
        raise Invalid(_no_items(result), code="no_items")
    check_tree(result.tree)
    return result


def write_markdown(tree: ChecklistTree) -> str:
    """The checklist as Markdown that reads back as the same checklist, key by key.

    Raises Invalid if the checklist breaks a rule of its own.
    """
    check_tree(tree)
    text = Writer(tree, Places()).text()
    return text if _reads_as(text, tree) else Writer(tree, HiddenPlaces()).text()


def _reads_as(text: str, tree: ChecklistTree) -> bool:
    try:
        return Reader(text).read().tree == tree
    except Invalid:
        return False


def _no_items(result: ImportResult) -> str:
    sentence = _("The file has no checklist item. Write each one as “- [ ] What must be true”.")
    if not result.ignored:
        return sentence
    first = result.ignored[0]
    return _("%(sentence)s Line %(line)s (“%(text)s”): %(why)s") % {
        "sentence": sentence,
        "line": first.line,
        "text": first.text,
        "why": first.why,
    }
