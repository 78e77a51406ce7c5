"""Collects what lines are, and decides what becomes of text that is no item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from checklists.formats.markdown import questions, words
from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.boxes import leading_box
from checklists.formats.markdown.html import tag_lines
from checklists.formats.markdown.inline import BADGE
from checklists.formats.markdown.pieces import Piece
from checklists.formats.markdown.words import Why
from checklists.formats.tree import DONE, NOT_APPLICABLE, LineKind

_BADGES = re.compile(
    r"(?:\[?!\[[^\[\]\n]{0,200}\](?:\([^()\n]{0,500}\)|\[[^\[\]\n]{0,100}\])"
    r"(?:\](?:\([^()\n]{0,500}\)|\[[^\[\]\n]{0,100}\]))?\s*)+"
)
_TO_TOP = re.compile(
    r"[*_]{0,3}\[(?=[^\]\n]*[⬆↑🔝▲]|[^\]\n]*\]\(#(?:top|toc|(?:table-of-)?contents|inhalt)\))"
    r"[^\]\n]{1,80}\]\(#[^()\s]{0,100}\)[*_]{0,3}"
)
_FOR_TOOLS = re.compile(
    r"\s*(?:markdownlint|prettier|toc\b|tocstop|(?:start|end) doctoc|doctoc|textlint|vale\b|cspell"
    r"|eslint|lint|vim?:|-\*-|spdx|copyright|begin[-_ :]|end[-_ :]|start[-_ :]|stop[-_ :]"
    r"|all-contributors|rumdl|remark|alex\b|template[-_ ]version)",
    re.IGNORECASE,
)
_COMMENTED_OUT = re.compile(r"^\s*(?:(?:[-+*]|[0-9]+[.)])\s+\[.?\]|#{1,6}\s)", re.MULTILINE)
_SHOWS = re.compile(r"<(?:img|video|audio|iframe|picture|svg|object|embed)\b", re.IGNORECASE)
_FENCE = re.compile(r"(?:`{3,}|~{3,})[ \t]*")
_BOX_LINE = re.compile(r"(?:[ \t>]|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])){0,40}")


class Collected:
    """The pieces of a source, in its order."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._answering: Piece | None = None

    def add(
        self,
        kind: LineKind,
        numbers: Sequence[int],
        text: str = "",
        *,
        under: Piece | None = None,
        level: int = 0,
    ) -> Piece:
        """Add a piece."""
        piece = Piece(kind, numbers, text, level, under)
        self.pieces.append(piece)
        return piece

    def frame(self, block: Block) -> Piece | None:
        """Say of lines without words of their own that they hold the others together."""
        numbers = _frame_of(block)
        return self.add(LineKind.SETTING, numbers) if numbers else None

    def leave_out(self, block: Block, why: Why) -> None:
        """Leave a block out, and report its lines that are not empty."""
        pairs = zip(block.numbers, block.lines(), strict=True)
        numbers = [number for number, line in pairs if line.strip()]
        if numbers:
            self.add(LineKind.IGNORED, numbers).report_all(why)

    def keep(self, block: Block, under: Piece | None = None) -> Piece | None:
        """Keep a block as guidance, but for what is an answer or says nothing to a reader."""
        why = _useless(block)
        if why:
            self.leave_out(block, why)
        elif block.kind == "html_block" and _is_frame_only(block.body()):
            self.frame(block)
        elif block.kind == "colons":
            kind = LineKind.GUIDANCE if block.text else LineKind.SETTING
            self.add(kind, block.numbers, block.text, under=under if block.text else None)
        elif block.kind == "options":
            self.add(LineKind.SETTING, block.numbers, under=under).report_all(words.OPTIONS)
        elif block.kind == "html_block" and block.body().startswith("<!--"):
            self._comment(block, under)
        elif not (under and self._answer(block, under)):
            return self._guidance(block, under)
        return None

    def _guidance(self, block: Block, under: Piece | None) -> Piece | None:
        text = block.body()
        if not text.strip():
            return None
        numbers = block.numbers[: text.count("\n") + 1]
        piece = self.add(LineKind.GUIDANCE, numbers, text, under=under)
        for number, why in _odd_lines(block):
            piece.report(why, number)
        return piece

    def _comment(self, block: Block, under: Piece | None) -> None:
        text = block.body().strip().removeprefix("<!--").removesuffix("-->")
        if _FOR_TOOLS.match(text) or _COMMENTED_OUT.search(text) or not text.strip():
            self.leave_out(block, words.TOOL_COMMENT)
            return
        hint = "\n".join(line.strip() for line in text.strip().split("\n"))
        self.add(LineKind.GUIDANCE, block.numbers, hint, under=under).report(words.COMMENT)

    def _answer(self, block: Block, item: Piece) -> bool:
        """Take a text as the answer to the item that it stands under, if it is one."""
        text = block.body()
        if block.kind not in ("paragraph", "blockquote"):
            return False
        labelled = questions.labelled_answer(text)
        if labelled is not None:
            self._answering = item
        elif self._answering is item or (item.level and questions.spoken_answer(text)):
            labelled = text
        if labelled is None:
            return False
        answer = "" if questions.is_place_for_answer(labelled) else labelled
        piece = self.add(LineKind.SETTING, block.numbers, under=item)
        if answer:
            piece.report_all(words.ANSWERED)
            take_words(item, answer)
        return True


def take_words(item: Piece, text: str) -> None:
    """Note what somebody wrote as the answer to an item."""
    item.words = f"{item.words}\n\n{text}" if item.words else text
    item.answer = item.answer or questions.said_in(text)
    item.na = item.na or item.answer == NOT_APPLICABLE


def take_answer(item: Piece, answer: str, mark: str = "") -> None:
    """Note what a box or cell says of an item, and report that it was filled in."""
    if answer == DONE:
        item.report(words.TICKED)
    elif answer == NOT_APPLICABLE:
        item.na = True
        item.report(words.NOT_APPLICABLE)
    elif mark:
        item.words = item.words or mark
        item.report(words.UNCLEAR_MARK)
    item.answer = item.answer or answer


def _frame_of(block: Block) -> list[int]:
    pairs = list(zip(block.numbers, block.lines(), strict=True))
    if block.kind == "table":
        return (
            []
            if block.table is None
            else sorted({number for number, _ in pairs[: block.table.frame]})
        )
    if block.kind == "opened":
        return [block.numbers[0], block.numbers[-1]]
    if block.kind == "blockquote":
        return [number for number, line in pairs if not line.strip(" \t>")]
    tags = set(tag_lines([line for _, line in pairs]))
    return [number for place, (number, _) in enumerate(pairs, 1) if place in tags]


def _is_frame_only(text: str) -> bool:
    """Whether HTML holds nothing to read and nothing to see."""
    lines = text.split("\n")
    return len(tag_lines(lines)) == len(lines) and not _SHOWS.search(text)


def _useless(block: Block) -> Why:
    """Why nobody needs the block as guidance; nothing if somebody may."""
    if block.kind == "hr":
        return words.RULE
    if block.kind == "contents":
        return words.CONTENTS
    if block.kind == "dropped":
        return words.DROPPED
    if block.kind == "list_item" and _is_empty_box(block):
        return words.NO_TITLE
    text = block.body() if block.kind == "paragraph" else ""
    if text.startswith(("!", "[!")) and _BADGES.fullmatch(text) and BADGE.search(text):
        return words.BADGE
    if _TO_TOP.fullmatch(text.strip()):
        return words.TO_TOP
    return ""


def _is_empty_box(entry: Block) -> bool:
    if entry.kind != "list_item" or len(entry.children) != 1:
        return False
    text = entry.children[0].body()
    box = leading_box(text)
    return box is not None and not text[box.end :].strip()


def _odd_lines(block: Block) -> Iterable[tuple[int, Why]]:
    """The lines of a text that look like items."""
    if block.kind in ("list", "list_item", "blockquote"):
        if _is_empty_box(block):
            yield block.line, words.NO_TITLE
        for child in block.children:
            yield from _odd_lines(child)
    elif block.kind == "code_block":
        for number, line in zip(block.numbers, block.lines(), strict=True):
            if _looks_like_item(line):
                yield number, words.INDENTED
    elif block.kind == "fence":
        lines = block.lines()
        closed = len(lines) > 1 and _FENCE.fullmatch(lines[-1].strip(" \t>"))
        if not closed and any(map(_looks_like_item, lines)):
            yield block.line, words.UNCLOSED


def _looks_like_item(line: str) -> bool:
    found = _BOX_LINE.match(line)
    return leading_box(line[found.end() if found else 0 :]) is not None
