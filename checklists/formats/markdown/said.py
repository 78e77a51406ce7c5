"""What a person says that lines are, in place of what was read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.markdown import words
from checklists.formats.markdown.boxes import leading_box
from checklists.formats.markdown.ledger import named
from checklists.formats.markdown.pieces import GROUP_LEVEL, SECTION_LEVEL, Piece
from checklists.formats.tree import LineKind, Said

_LEVELS = {LineKind.TITLE: 1, LineKind.SECTION: SECTION_LEVEL, LineKind.GROUP: GROUP_LEVEL}
_TEXTS = {LineKind.TITLE, LineKind.SECTION, LineKind.GROUP, LineKind.ITEM, LineKind.RELATED}
_MARKERS = re.compile(r"(?:[ \t>]|[-+*•](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t])){0,60}")
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")


def resaid(pieces: list[Piece], said: Said, source: Sequence[str]) -> list[Piece]:
    """The pieces, with each of those lines as the kind that it is said to be.

    Raises Invalid, naming the line, if a line cannot be that.
    """
    known = named(pieces)
    wanted = {
        number: kind
        for number, kind in sorted(said.items())
        if _changes(number, kind, known.get(number), source)
    }
    if not wanted:
        return pieces
    left = [part for piece in pieces for part in _without(piece, wanted, source)]
    _one_title(left, wanted)
    made = [_said_piece(number, kind, source[number - 1]) for number, kind in wanted.items()]
    found = _merged(left, made)
    _mend(found)
    return found


def _changes(number: int, kind: LineKind, known: Piece | None, source: Sequence[str]) -> bool:
    """Whether a line becomes something else than it was read as."""
    if not 1 <= number <= len(source):
        raise _wrong(number, _("there is no such line"))
    if not source[number - 1].strip():
        if kind in (LineKind.BLANK, LineKind.IGNORED):
            return False
        raise _wrong(number, _("it is empty"))
    now = known.kind if known else LineKind.IGNORED
    if now == kind:
        return kind in _TEXTS and known is not None and known.line != number
    if kind in (LineKind.BLANK, LineKind.SETTING):
        raise _wrong(number, _("only what was read as such can be that"))
    return True


def _one_title(pieces: list[Piece], wanted: Said) -> None:
    titles = [number for number, kind in wanted.items() if kind == LineKind.TITLE]
    if len(titles) > 1:
        raise _wrong(titles[1], _("the title is on line %(line)s already") % {"line": titles[0]})
    for piece in pieces:
        if titles and piece.kind == LineKind.TITLE:
            piece.kind = LineKind.GUIDANCE


def _without(piece: Piece, wanted: Said, source: Sequence[str]) -> list[Piece]:
    """What is left of a piece without the lines that are something else now."""
    numbers = list(piece.numbers)
    if not any(number in wanted for number in numbers):
        return [piece]
    left = [number for number in numbers if number not in wanted]
    if piece.kind in _TEXTS:
        if numbers[0] not in wanted:
            piece.numbers = left
            return [piece]
        piece.kind, piece.numbers = LineKind.BLANK, ()
        return [piece, *(_text(number, source, piece) for number in left)]
    if piece.kind != LineKind.GUIDANCE:
        piece.numbers = left
        return [piece] if left and not piece.text else []
    lines = piece.text.split("\n")
    if len(lines) != len(numbers):
        lines = [source[number - 1].strip() for number in numbers]
    return _split(piece, numbers, lines, wanted)


def _split(piece: Piece, numbers: list[int], lines: list[str], wanted: Said) -> list[Piece]:
    found: list[Piece] = []
    last = 0
    for number, line in zip(numbers, lines, strict=True):
        if number in wanted:
            continue
        if found and number == last + 1:
            found[-1].numbers = [*found[-1].numbers, number]
            found[-1].text += f"\n{line}"
        else:
            found.append(Piece(piece.kind, [number], line, under=piece.under))
        last = number
        if number in piece.odd:
            found[-1].report(piece.odd[number], number)
    return found


def _text(number: int, source: Sequence[str], piece: Piece) -> Piece:
    return Piece(LineKind.GUIDANCE, [number], source[number - 1].strip(), under=piece)


def _said_piece(number: int, kind: LineKind, line: str) -> Piece:
    text = bare(line)
    if kind in _TEXTS and not any(character.isalnum() for character in text):
        raise _wrong(number, _("it holds no words, so it cannot be of that kind"))
    piece = Piece(kind, [number], text, _LEVELS.get(kind, 0))
    if kind == LineKind.IGNORED:
        piece.report(words.SAID_IGNORED)
    return piece


def bare(line: str) -> str:
    """A line without the marks that Markdown, tables and HTML put around its words."""
    text = line.strip()
    if text.startswith("|"):
        text = " ".join(part.strip() for part in text.strip("|").split("|") if part.strip())
    text = _TAGS.sub(" ", text).removeprefix("<!--").removesuffix("-->")
    found = _MARKERS.match(text)
    text = text[found.end() if found else 0 :]
    box = leading_box(text)
    return (text[box.end :] if box else text).strip()


def _merged(pieces: list[Piece], made: list[Piece]) -> list[Piece]:
    """Both in the order of their lines."""
    found: list[Piece] = []
    above: Piece | None = None
    waiting = made[::-1]
    for piece in [*pieces, None]:
        framing = piece is not None and (not piece.numbers or piece.kind == LineKind.SETTING)
        while waiting and not framing and (piece is None or waiting[-1].line < piece.line):
            said = waiting.pop()
            said.under = above if said.kind == LineKind.GUIDANCE else None
            found.append(said)
            above = _above(said, above)
        if piece is not None:
            found.append(piece)
            above = _above(piece, above)
    return found


def _above(piece: Piece, before: Piece | None) -> Piece | None:
    """The item that text below this piece belongs to."""
    if piece.kind == LineKind.ITEM:
        return piece
    return None if piece.kind in _LEVELS else before


def _mend(pieces: list[Piece]) -> None:
    """What was under an item that is none any more goes to what stands above that."""
    above: Piece | None = None
    heirs: dict[int, Piece | None] = {}
    for piece in pieces:
        if piece.kind == LineKind.BLANK:
            heirs[id(piece)] = above
        while piece.under is not None and piece.under.kind != LineKind.ITEM:
            nested = piece.kind == LineKind.ITEM
            piece.under = piece.under.under if nested else heirs.get(id(piece.under))
        above = _above(piece, above)


def _wrong(number: int, fault: str) -> Invalid:
    return Invalid(
        _("Line %(line)s cannot be read as you say: %(fault)s.") % {"line": number, "fault": fault},
        code="bad_line_kind",
        line=number,
    )
