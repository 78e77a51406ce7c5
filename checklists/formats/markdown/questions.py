"""Questionnaires: headings that ask, and what somebody wrote below them."""

from __future__ import annotations

import re

from checklists.formats.markdown import options, words
from checklists.formats.markdown.blocks import Block, readable
from checklists.formats.markdown.boxes import NO_BOX
from checklists.formats.markdown.pieces import LINE_LEVEL

_ASKS = re.compile(r".*[?\uff1f\u061f][\s*_)]*(?:\([^()]{0,80}\))?", re.DOTALL)
_BOLD_ASKS = re.compile(r"\s*(\*\*|__)([^*]{1,300}[?\uff1f\u061f])(?:\1|:\1|\1:)\s*")
_LABEL = re.compile(
    r"\s*[*_>]{0,3}(?:your answer|answer|response|reply|a|antwort|réponse|respuesta|risposta"
    r"|resposta|antwoord|ответ|回答)\s*[*_]{0,2}\s*[:\uff1a][*_]{0,2}(.*)",
    re.IGNORECASE | re.DOTALL,
)
_SPEAKS = re.compile(
    r"(?:yes|no|n/a|none|not (?:yet|applicable|sure)|we|our|i|i'm|my|partially|done|ja|nein|wir"
    r"|oui|non|sí|si)\b(?!\s*/)",
    re.IGNORECASE,
)
_FILLING = " \t\n_.\u2026*:()[]{}-\u2013\u2014"
_PLACE = re.compile(
    r"tbd|tba|to ?do|your (?:answer|response).*|answer here.*|write here.*", re.IGNORECASE
)


def asks(title: str) -> bool:
    """Whether a title is a question."""
    return bool(_ASKS.fullmatch(title))


def labelled_answer(text: str) -> str | None:
    """What stands after “Answer:”; None if a text does not begin so."""
    found = _LABEL.fullmatch(text)
    return found.group(1).strip() if found else None


def spoken_answer(text: str) -> bool:
    """Whether a text below a question reads like somebody's answer and not like advice."""
    return bool(_SPEAKS.match(text.strip().lstrip("*_> ")))


def is_place_for_answer(text: str) -> bool:
    """Whether a text only keeps the place of an answer."""
    words = text.strip(_FILLING)
    return not words or bool(_PLACE.fullmatch(words.strip("<>").strip(_FILLING)))


def said_in(text: str) -> str:
    """What an answer in words says: `done`, `not_applicable` or neither."""
    first = re.split(r"[,;.:!\u2013\u2014\n]|\s-\s", text.strip().strip("*_ "), maxsplit=1)[0]
    return options.answer_of(first)


def promote_questions(blocks: list[Block]) -> bool:
    """Make the headings that ask items, if the file is a questionnaire."""
    _lines_that_ask(blocks)
    headings = [block for block in readable(blocks) if block.kind == "heading"]
    leaves = [
        block
        for block, below in zip(headings, [*headings[1:], None], strict=False)
        if below is None or below.level <= block.level
    ]
    labelled = _answered(blocks)
    asking = [b for b in leaves if asks(b.text) or b.box or id(b) in labelled]
    if not asking or len(asking) * 2 < len([block for block in leaves if block.level > 1]):
        return False
    levels = {block.level for block in asking}
    first = True
    for block in leaves:
        if block.level in levels and (block in asking or not words.means_prose(block.text)):
            if not block.box and first:
                block.odd, first = words.QUESTIONS, False
            block.box = block.box or NO_BOX
    return True


def _answered(blocks: list[Block]) -> set[int]:
    """The headings that have a place for an answer below them."""
    found: set[int] = set()
    above: Block | None = None
    for block in readable(blocks):
        if block.kind == "heading":
            above = block
        elif above and _is_labelled(block):
            found.add(id(above))
    return found


def _is_labelled(block: Block) -> bool:
    text = block.body() if block.kind in ("paragraph", "blockquote") else ""
    return labelled_answer(text) is not None


def _lines_that_ask(blocks: list[Block]) -> None:
    """A line of its own, bold from end to end, that asks is a heading in all but name."""
    for block in readable(blocks):
        if block.kind == "paragraph" and block.end - block.start == 1:
            found = _BOLD_ASKS.fullmatch(block.body())
            if found:
                block.kind, block.level, block.text = "heading", LINE_LEVEL, found.group(2)
