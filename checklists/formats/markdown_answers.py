"""A checklist as Markdown with its answers: boxes that are ticked, and the words below them.

The checklist is written as ever; then the box of each answered item is filled in. `- [x]` is done,
`- [n/a]` is not applicable, and “Answer: …” below an item are somebody's words.
"""

from __future__ import annotations

from checklists.errors import Invalid
from checklists.formats.markdown import read_markdown, write_markdown
from checklists.formats.markdown.places import HiddenPlaces
from checklists.formats.markdown.writer import Writer
from checklists.formats.tree import (
    DONE,
    NO_ANSWERS,
    NOT_APPLICABLE,
    Answers,
    ChecklistTree,
    Filled,
    LineKind,
)

_MARKS = {DONE: "[x]", NOT_APPLICABLE: "[n/a]"}
_EMPTY = "[ ]"
_OF_ITEM = (LineKind.ITEM, LineKind.GUIDANCE)


def write_answered(tree: ChecklistTree, answers: Answers = NO_ANSWERS) -> str:
    """The checklist as Markdown that reads back as the same one, with the same answers.

    Line ends in somebody's words become spaces. Raises Invalid.
    """
    text = write_markdown(tree)
    if not answers:
        return text
    filled = _filled(text, answers)
    if _reads_as(filled, tree, answers):
        return filled
    # Guidance can change what the words below it mean; in comments it cannot.
    return _filled(Writer(tree, HiddenPlaces()).text(), answers)


def _filled(text: str, answers: Answers) -> str:
    lines = read_markdown(text).lines
    last = {line.key: line.number for line in lines if line.kind in _OF_ITEM}
    indents: dict[str, str] = {}
    made: list[str] = []
    for line in lines:
        filled = answers.get(line.key)
        shown = line.text
        if filled and line.kind == LineKind.ITEM and _EMPTY in shown:
            before, _box, after = shown.partition(_EMPTY)
            shown = f"{before}{_MARKS.get(filled.answer, _EMPTY)}{after}"
            indents[line.key] = " " * len(before)
        made.append(shown)
        if filled and last.get(line.key) == line.number and line.key in indents:
            made += _words(filled, indents[line.key])
    return "\n".join(made) + "\n"


def _words(filled: Filled, indent: str) -> list[str]:
    words = " ".join(filled.words.split())
    return ["", f"{indent}Answer: {words}", ""] if words else []


def _reads_as(text: str, tree: ChecklistTree, answers: Answers) -> bool:
    try:
        result = read_markdown(text)
    except Invalid:
        return False
    told = {found.key: (found.answer, found.words) for found in result.answers}
    meant = {key: (f.answer, " ".join(f.words.split())) for key, f in answers.items()}
    return result.tree == tree and told == meant
