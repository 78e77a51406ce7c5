"""Checklists as JSON and YAML: one shape, read and written in both.

A file that says `format: readiness-checklist` is ours: every field in it must be one we know, and
nothing is guessed. Any other is read for what a person would see in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.data.boards import board_entries, is_board
from checklists.formats.data.compact import compact_text, fits
from checklists.formats.data.issue_forms import form_entries, is_issue_form
from checklists.formats.data.json_nodes import parse_json
from checklists.formats.data.nodes import Mapping, Node, Text
from checklists.formats.data.plain import MARK, VERSION, plain_data
from checklists.formats.data.shapes import Shapes
from checklists.formats.data.yaml_nodes import parse_yaml
from checklists.formats.data.yaml_text import yaml_text
from checklists.formats.reading.assembling import Assembler
from checklists.formats.reading.entries import Entry
from checklists.formats.reading.names import exact_field, field_of
from checklists.formats.source import clean_text
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

COMMENT = gettext_lazy("A comment is not shown to anybody. It was left out.")
ADVICE = gettext_lazy("Write each one as a text in a list, or as an object with a title.")


def read_json(source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult:
    """The checklist in a JSON text, and every line that was not understood.

    Raises Invalid with a sentence for people, and nothing else: as `read_markdown`, and for what
    is no JSON (bad_json, name_twice, too_deep, too_complex).
    """
    text = clean_text(source)
    return _read(text, (parse_json(text),), {}, said, "JSON")


def read_yaml(source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult:
    """The checklist in a YAML text, and every line that was not understood.

    Raises Invalid as `read_json` does (bad_yaml, bad_alias).
    """
    text = clean_text(source)
    parsed = parse_yaml(text)
    return _read(text, parsed.documents, parsed.comments, said, "YAML")


def write_json(tree: ChecklistTree, answers: Answers = NO_ANSWERS) -> str:
    """The checklist as JSON that reads back as the same checklist, with the same answers.

    Raises Invalid.
    """
    check_tree(tree)
    data = plain_data(tree, answers)
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return text if fits(text) else compact_text(data)


def write_yaml(tree: ChecklistTree, answers: Answers = NO_ANSWERS) -> str:
    """The checklist as YAML that reads back as the same checklist, with the same answers.

    Raises Invalid.
    """
    check_tree(tree)
    data = plain_data(tree, answers)
    text = yaml_text(data)
    return text if fits(text) else compact_text(data)


def _read(
    text: str, documents: tuple[Node, ...], comments: dict[int, bool], said: Said, what: str
) -> ImportResult:
    exact = bool(documents) and _is_ours(documents[0])
    if exact and len(documents) > 1:
        raise Invalid(
            _("Line %(line)s: a second checklist begins here. Import it by itself.")
            % {"line": documents[1].line},
            code="several_documents",
            line=documents[1].line,
        )
    assembler = Assembler(text, said, exact=exact)
    shapes = Shapes(exact_field if exact else field_of)
    for number, document in enumerate(documents):
        if exact and isinstance(document, Mapping):
            _take_mark(assembler, document)
        for entry in _entries(document, shapes, first=number == 0):
            assembler.add(entry)
    for line, whole in comments.items():
        if whole:
            assembler.marks.take(LineKind.IGNORED, line, why=COMMENT)
        else:
            assembler.marks.report(line, COMMENT)
    return assembler.result(what, ADVICE)


def _entries(document: Node, shapes: Shapes, *, first: bool) -> Iterator[Entry]:
    if isinstance(document, Mapping) and is_board(document):
        return board_entries(document)
    if isinstance(document, Mapping) and is_issue_form(document):
        return form_entries(document)
    return shapes.whole(document, first=first)


def _is_ours(document: Node) -> bool:
    return isinstance(document, Mapping) and any(
        key.text == "format" and isinstance(value, Text) and value.text == MARK
        for key, value in document.pairs
    )


def _take_mark(assembler: Assembler, document: Mapping) -> None:
    """Take what says that the file is ours. Raises Invalid (newer_format)."""
    rest = []
    for key, value in document.pairs:
        if key.text == "version" and getattr(value, "text", "") != str(VERSION):
            raise Invalid(
                _(
                    "Line %(line)s: this file is of a format newer than %(version)s, which "
                    "this Readiness does not know. Update it, or export the checklist as "
                    "Markdown."
                )
                % {"line": key.line, "version": VERSION},
                code="newer_format",
                line=key.line,
            )
        if key.text in ("format", "version"):
            assembler.marks.take(LineKind.SETTING, key.line)
        else:
            rest.append((key, value))
    document.pairs[:] = rest
