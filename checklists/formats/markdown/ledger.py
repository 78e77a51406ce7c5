"""Line by line: what each became, and the report of those that are not what they look like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checklists.formats.markdown import words
from checklists.formats.markdown.pieces import Piece
from checklists.formats.tree import Ignored, Line, LineKind

TEXT_MAX = 200
"""Characters of a line that the report repeats."""
_RANKS = {
    LineKind.TITLE: 0,
    LineKind.SECTION: 0,
    LineKind.GROUP: 0,
    LineKind.ITEM: 0,
    LineKind.RELATED: 1,
    LineKind.GUIDANCE: 2,
    LineKind.SETTING: 3,
    LineKind.IGNORED: 4,
}


def lines_of(source: list[str], pieces: Sequence[Piece]) -> tuple[Line, ...]:
    """Every line once, as what it became."""
    best = named(pieces)
    why: dict[int, str] = {}
    for piece in pieces:
        for number, reason in piece.odd.items():
            why.setdefault(number, str(reason))
    count = len(source) - (source[-1] == "")
    return tuple(
        _line(number, source[number - 1], best.get(number), why.get(number, ""))
        for number in range(1, count + 1)
    )


def named(pieces: Iterable[Piece]) -> dict[int, Piece]:
    """The piece that each line is named after: where several share one, the most telling."""
    best: dict[int, Piece] = {}
    for piece in pieces:
        for number in piece.numbers:
            known = best.get(number)
            if known is None or _RANKS[piece.kind] < _RANKS[known.kind]:
                best[number] = piece
    return best


def ignored_of(lines: Iterable[Line]) -> tuple[Ignored, ...]:
    """The lines with a reason."""
    return tuple(Ignored(line.number, _short(line.text), line.why) for line in lines if line.why)


def _line(number: int, text: str, piece: Piece | None, why: str) -> Line:
    if not text.strip():
        return Line(number, text, LineKind.BLANK)
    if piece is None:
        return Line(number, text, LineKind.IGNORED, "", why or str(words.NOT_READ))
    return Line(number, text, piece.kind, piece.part.key if piece.part else "", why)


def _short(text: str) -> str:
    plain = text.strip()
    return plain if len(plain) <= TEXT_MAX else plain[: TEXT_MAX - 1] + "…"
