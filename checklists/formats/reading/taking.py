"""Facts become fields of a part, its guidance, or its answer; what fits nowhere is reported.

In our own files a value that cannot be is refused: reading on could lose what protects a release.
In anybody else's it is kept as guidance, in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.keys import is_key
from checklists.formats.markdown.drafts import Draft, DraftGroup, DraftItem
from checklists.formats.markdown.questions import said_in
from checklists.formats.markdown.words import NOT_APPLICABLE as NOT_APPLICABLE_MARK
from checklists.formats.reading.entries import Fact, Words
from checklists.formats.reading.facts import answer_of, exact_value, likely_values
from checklists.formats.reading.marks import Marks
from checklists.formats.reading.names import GUIDANCE, LEFT_OUT, OWN, STATUS, WORDS
from checklists.formats.tree import NOT_APPLICABLE, Filled, LineKind

UNKNOWN = gettext_lazy("“{}” is not a field of a checklist. It was left out.")
KEPT = gettext_lazy("“{}” is not a field of a checklist. What it says was kept as guidance.")
NO_VALUE = gettext_lazy("{!r} means nothing as {}. It was kept as guidance.")
NO_STATUS = gettext_lazy(
    "{!r} is neither done, nor not applicable, nor open. It was kept as somebody's words."
)
NO_KEY = gettext_lazy("“{}” is no key that Readiness made, so a new one was made from the title.")
SAID = gettext_lazy("Somebody said that this is to be left out.")
_SHORT = 80


@dataclass(slots=True)
class Told:
    """An answer of a filled form, before its item has a key. `said`: a status says what it is."""

    item: DraftItem
    answer: str = ""
    words: str = ""
    line: int = 0
    said: bool = False


class Taking:
    """Takes facts for one source. `exact`: the source is a file that Readiness wrote."""

    def __init__(self, marks: Marks, *, exact: bool) -> None:
        self._marks = marks
        self._exact = exact
        self._told: dict[int, Told] = {}

    def take(self, part: Draft, fact: Fact, wanted: LineKind | None = None) -> None:
        """Take one fact of a section, group or item; `wanted` is what a person says that it is.

        Raises Invalid in our own files.
        """
        if wanted == LineKind.IGNORED:
            self._marks.take(LineKind.IGNORED, fact.line, fact.end, part, SAID)
        elif wanted == LineKind.GUIDANCE and fact.field != GUIDANCE:
            self.keep(part, fact)
        elif fact.field == GUIDANCE:
            part.prose.add(fact.text.strip("\n"))
            self._marks.take(LineKind.GUIDANCE, fact.line, fact.end, part)
        elif fact.field == "key":
            self._key(part, fact)
        elif isinstance(part, DraftItem) and fact.field in (STATUS, WORDS):
            self._answer(part, fact)
        elif isinstance(part, DraftItem) and fact.field in OWN:
            self._field(part, fact)
        elif fact.text.strip() or self._exact:
            self._unknown(part, fact)
        else:
            self._marks.take(LineKind.SETTING, fact.line, fact.end, part)

    def keep(self, part: Draft, fact: Fact, why: Words = "") -> None:
        """Keep what a fact says as guidance, with its name."""
        part.prose.add(f"{fact.name}: {fact.text}".strip())
        self._marks.take(LineKind.GUIDANCE, fact.line, fact.end, part, why)

    def answers(self) -> tuple[Filled, ...]:
        """The answers of a filled form, in the order of the source. Keys must have been given."""
        return tuple(
            Filled(told.item.key, told.answer, told.line, told.words)
            for told in self._told.values()
            if told.answer or told.words
        )

    def _key(self, part: Draft, fact: Fact) -> None:
        segments = 3 if isinstance(part, DraftItem) else 2 if isinstance(part, DraftGroup) else 1
        if is_key(fact.text, segments=segments):
            # What stands under no heading has the key of that place, and no other.
            if part.title:
                part.fields["key"] = fact.text
            self._marks.take(LineKind.SETTING, fact.line, fact.end, part)
        elif self._exact:
            raise wrong(
                fact, _("must be %(segments)s slugs with a slash between") % {"segments": segments}
            )
        else:
            why = NO_KEY.format(fact.text[:_SHORT])
            self._marks.take(LineKind.IGNORED, fact.line, fact.end, part, why)

    def _answer(self, item: DraftItem, fact: Fact) -> None:
        told = self._told.setdefault(id(item), Told(item, line=fact.line))
        kind, why = LineKind.SETTING, ""
        if fact.field == WORDS:
            told.words = "\n\n".join(filter(None, (told.words, fact.text.strip())))
            if not (told.said or self._exact):
                told.answer = told.answer or said_in(fact.text)
                item.na_allowed = item.na_allowed or told.answer == NOT_APPLICABLE
        else:
            answer = answer_of(fact.text)
            if answer is None:
                why = NO_STATUS.format(fact.text[:_SHORT])
                told.words = "\n\n".join(filter(None, (fact.text.strip(), told.words)))
            told.said = bool(fact.text.strip())
            told.answer = answer or ("" if told.said else told.answer)
            if answer == NOT_APPLICABLE and not self._exact:
                item.na_allowed, why = True, str(NOT_APPLICABLE_MARK)
        self._marks.take(kind, fact.line, fact.end, item, why)

    def _field(self, item: DraftItem, fact: Fact) -> None:
        values: dict[str, Any] | None
        if self._exact:
            try:
                values = {fact.field: exact_value(fact.field, fact.text)}
            except Invalid as error:
                raise wrong(
                    fact, _("cannot be: %(message)s") % {"message": error.message}
                ) from None
        else:
            values = likely_values(fact.field, fact.text)
        if values is None:
            self.keep(item, fact, NO_VALUE.format(fact.text[:_SHORT], f"“{fact.name}”"))
            return
        item.fields |= values
        self._marks.take(LineKind.SETTING, fact.line, fact.end, item)

    def _unknown(self, part: Draft, fact: Fact) -> None:
        if self._exact:
            raise wrong(fact, _("is not known"))
        if fact.field != LEFT_OUT and _is_prose(fact.text):
            self.keep(part, fact, KEPT.format(fact.name[:_SHORT]))
            return
        why = UNKNOWN.format(fact.name[:_SHORT])
        self._marks.take(LineKind.IGNORED, fact.line, fact.end, part, why)


def wrong(fact: Fact, fault: str) -> Invalid:
    """What our own file says that no checklist can be, with its line."""
    return Invalid(
        _("Line %(line)s: %(name)s %(rstrip)s.")
        % {"line": fact.line, "name": fact.name[:_SHORT], "rstrip": fault.rstrip(".")},
        code="invalid_checklist",
        line=fact.line,
        field=fact.name[:_SHORT],
    )


def _is_prose(text: str) -> bool:
    """Whether somebody wrote this for people: words with a space between."""
    return len(text.split()) > 1 and any(character.isalpha() for character in text)
