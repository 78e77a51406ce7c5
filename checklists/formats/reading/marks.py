"""What became of each line, and the report of those that were not understood."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from checklists.formats.markdown.drafts import Draft
from checklists.formats.reading.entries import Words
from checklists.formats.tree import Ignored, Line, LineKind

TEXT_MAX = 200
"""Characters of a line that a report shows."""
NOTHING = gettext_lazy("Nothing on this line says what it is about. It was left out.")


@dataclass(slots=True)
class Mark:
    """What one line became; `part` is what it belongs to."""

    kind: LineKind
    part: Draft | None
    why: str = ""


class Marks:
    """The lines of one source. The first to mark a line says what it is."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        if self._lines[-1] == "":
            self._lines.pop()
        self._marks: dict[int, Mark] = {}
        self._odd: dict[int, Ignored] = {}

    def take(
        self, kind: LineKind, line: int, end: int = 0, part: Draft | None = None, why: Words = ""
    ) -> None:
        """Say what the lines from `line` to `end` became; `why` is reported for the first."""
        for number in range(line, max(line, end) + 1):
            mark = self._marks.setdefault(number, Mark(kind, part))
            known = self._odd.get(number)
            mark.why = mark.why or (known.why if known else "")
            if why and number == line:
                mark.why = mark.why or str(why)
        if why:
            self.report(line, why)

    def report(self, line: int, why: Words) -> None:
        """Report a line without saying what it became; its first reason counts."""
        text = self._lines[line - 1].strip() if line <= len(self._lines) else ""
        short = text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"
        self._odd.setdefault(line, Ignored(line, short, str(why)))
        if line in self._marks:
            self._marks[line].why = self._marks[line].why or str(why)

    def lines(self) -> tuple[Line, ...]:
        """Every line; what nobody marked is blank, or ignored if there is something to read."""
        return tuple(self._line(number, text) for number, text in enumerate(self._lines, 1))

    def ignored(self) -> tuple[Ignored, ...]:
        """What was reported, by line. Call `lines` first."""
        return tuple(self._odd[number] for number in sorted(self._odd))

    def _line(self, number: int, text: str) -> Line:
        mark = self._marks.get(number)
        if mark is None and any(character.isalnum() for character in text):
            self.take(LineKind.IGNORED, number, why=NOTHING)
            mark = self._marks[number]
        if mark is None:
            return Line(number, text, LineKind.BLANK)
        return Line(number, text, mark.kind, mark.part.key if mark.part else "", mark.why)
