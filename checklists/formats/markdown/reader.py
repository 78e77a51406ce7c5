"""Reads a file in five steps: blocks, what is hidden in them, which of them are items, pieces,
checklist. Between the last two a person may say what a line is.
"""

from __future__ import annotations

import re

from checklists.formats.markdown import foreign, html, words
from checklists.formats.markdown.blocks import Block, Source
from checklists.formats.markdown.build import Builder
from checklists.formats.markdown.drafts import give_keys
from checklists.formats.markdown.ledger import ignored_of, lines_of
from checklists.formats.markdown.pieces import Piece
from checklists.formats.markdown.references import Definitions
from checklists.formats.markdown.said import resaid
from checklists.formats.markdown.shapes import shaped
from checklists.formats.markdown.survey import surveyed
from checklists.formats.markdown.titles import Titles
from checklists.formats.markdown.walk import Walk, begins_with_sections
from checklists.formats.tree import NOTHING_SAID, Filled, ImportResult, LineKind, Said

_SETTING = re.compile(r"[A-Za-z_][\w-]*[ \t]*:|[ \t#]|- (?!\[)|$")
"""How a line of front matter begins."""
_ZERO = re.compile(r"\bP0\b", re.IGNORECASE)


class Reader:
    """Reads one text once. `said` is what a person says that its lines are."""

    def __init__(self, text: str, said: Said = NOTHING_SAID) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._said = said
        self._definitions = Definitions()
        self._pieces: list[Piece] = []

    def read(self) -> ImportResult:
        """The checklist, its lines and the report. Raises Invalid if a limit is passed."""
        blocks = self._blocks()
        for block in blocks:
            self._definitions.learn(block)
        environment = self._definitions.environment() | {"p0": bool(_ZERO.search(self._text))}
        titles = Titles(environment)
        walk = Walk(titles, self._definitions, all_sections=begins_with_sections(blocks))
        walk.walk(blocks)
        self._pieces += walk.found.pieces
        self._pieces = resaid(self._pieces, self._said, self._lines)
        return self._built(Builder(titles))

    def _blocks(self) -> list[Block]:
        if html.is_page(self._text):
            self._pieces.append(Piece(LineKind.SETTING, html.tag_lines(self._lines)))
            return surveyed(shaped(html.page(self._lines)))
        skip = _front_matter(self._lines)
        if skip:
            settings = Piece(LineKind.IGNORED, range(1, skip + 1))
            settings.report_all(words.FRONT_MATTER)
            self._pieces.append(settings)
        numbers = range(skip + 1, len(self._lines) + 1)
        return surveyed(shaped(Source(foreign.from_jira(self._lines[skip:]), numbers).blocks))

    def _built(self, builder: Builder) -> ImportResult:
        for piece in self._pieces:
            builder.take(piece)
        refused = {id(part) for part in give_keys(builder.draft.sections)}
        for piece in self._pieces:
            if id(piece.part) in refused and piece.line == getattr(piece.part, "line", 0):
                piece.report(words.KEY_TAKEN)
        tree = builder.draft.finish(self._complete)
        self._report_unused()
        lines = lines_of(self._lines, self._pieces)
        return ImportResult(tree, ignored_of(lines), lines, _answers(self._pieces))

    def _report_unused(self) -> None:
        unused = {line for unused in self._definitions.unused() for line in unused.lines}
        if not unused:
            return
        left_out = Piece(LineKind.IGNORED, sorted(unused))
        left_out.report_all(words.UNUSED_LINK)
        for piece in self._pieces:
            if piece.kind == LineKind.SETTING and not unused.isdisjoint(piece.numbers):
                piece.numbers = [number for number in piece.numbers if number not in unused]
        self._pieces.append(left_out)

    def _complete(self, text: str) -> str:
        return "\n\n".join(filter(None, (text, "\n".join(self._definitions.needed_by(text)))))


def _answers(pieces: list[Piece]) -> tuple[Filled, ...]:
    return tuple(
        Filled(piece.part.key, piece.answer, piece.line, piece.words)
        for piece in pieces
        if piece.kind == LineKind.ITEM and piece.part and (piece.answer or piece.words)
    )


def _front_matter(lines: list[str]) -> int:
    """How many lines of settings (YAML between two lines of three hyphens) the text begins with."""
    first, *rest = lines
    if first.rstrip() != "---" or not rest or ":" not in rest[0]:
        return 0
    for number, line in enumerate(rest, 2):
        if line.rstrip() == "---":
            return number
        if not _SETTING.match(line):
            return 0
    return 0
