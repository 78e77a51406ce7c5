"""What a person says of the lines of a source: from the selects of a page, and carried in a field.

The field is compact: `12i 40x` says that line 12 is an item and line 40 is left out.
"""

from __future__ import annotations

import re

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.source import MAX_LINES
from checklists.formats.tree import LineKind, Said

LETTERS = {
    "t": LineKind.TITLE,
    "s": LineKind.SECTION,
    "g": LineKind.GROUP,
    "i": LineKind.ITEM,
    "n": LineKind.GUIDANCE,
    "x": LineKind.IGNORED,
}
CHOICES = (
    (LineKind.ITEM, gettext_lazy("an item")),
    (LineKind.SECTION, gettext_lazy("a section")),
    (LineKind.GROUP, gettext_lazy("a group")),
    (LineKind.GUIDANCE, gettext_lazy("guidance")),
    (LineKind.TITLE, gettext_lazy("the title")),
    (LineKind.IGNORED, gettext_lazy("left out")),
)
"""What a line can be said to be, with words for people."""
_LETTER_OF = {kind: letter for letter, kind in LETTERS.items()}
_BY_NAME = {str(kind): kind for kind in LETTERS.values()}
_ONE = re.compile(r"([1-9][0-9]{0,4})([a-z])")
_SELECT = re.compile(r"as-([1-9][0-9]{0,4})")


def said_before(posted: QueryDict) -> dict[int, LineKind]:
    """What was said on earlier pages. Raises Invalid (bad_said) for what no page of ours sends."""
    said: dict[int, LineKind] = {}
    for part in posted.get("said", "").split():
        found = _ONE.fullmatch(part)
        if not found or found[2] not in LETTERS or int(found[1]) > MAX_LINES:
            raise _wrong(part)
        said[int(found[1])] = LETTERS[found[2]]
    return said


def said_in(posted: QueryDict) -> dict[int, LineKind]:
    """What was said on earlier pages, changed by the selects of this one.

    Raises Invalid as `said_before` does.
    """
    said = said_before(posted)
    for name, value in posted.items():
        line = _SELECT.fullmatch(name)
        if not line:
            continue
        number = int(line[1])
        if value in _BY_NAME and number <= MAX_LINES:
            said[number] = _BY_NAME[value]
        elif value:
            raise _wrong(f"{number} {value}")
        else:
            said.pop(number, None)
    return said


def carried(said: Said) -> str:
    """The field's text, which `said_in` reads back."""
    return " ".join(f"{number}{_LETTER_OF[said[number]]}" for number in sorted(said))


def _wrong(part: object) -> Invalid:
    return Invalid(
        _("“%(part)s” says nothing of a line. Open the preview again.") % {"part": str(part)[:40]},
        code="bad_said",
        field="said",
    )
