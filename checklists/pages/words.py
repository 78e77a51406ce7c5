"""The words of the pages: one per state, everywhere, and how things are counted."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from checklists.gate import Go
from checklists.moments import iso, short_day, stamp
from checklists.state import Answer, Requirement, RowStatus, Stage, Verdict
from checklists.words import RELEASE_WORDS

__all__ = ["RELEASE_WORDS", "iso", "short_day", "stamp"]

STATUS_WORDS = {
    RowStatus.OPEN: gettext_lazy("Open"),
    RowStatus.PROGRESS: gettext_lazy("In progress"),
    RowStatus.DONE: gettext_lazy("Done"),
    RowStatus.FAILED: gettext_lazy("Failed"),
    RowStatus.WAIVED: gettext_lazy("Waived"),
    RowStatus.NOT_APPLICABLE: gettext_lazy("Not applicable"),
}

REQUIREMENT_WORDS = {
    Requirement.MUST: gettext_lazy("Must"),
    Requirement.SHOULD: gettext_lazy("Should"),
    Requirement.MAY: gettext_lazy("May"),
}
STAGE_WORDS = {
    Stage.DEPLOY: gettext_lazy("Before go-live"),
    Stage.CLOSE: gettext_lazy("After go-live"),
}
ANSWER_WORDS = {
    Answer.OPEN: gettext_lazy("Open"),
    Answer.DONE: gettext_lazy("Done"),
    Answer.NOT_APPLICABLE: gettext_lazy("Not applicable"),
}
GO_WORDS = {
    Go.GO: gettext_lazy("Go"),
    Go.GO_WITH_EXCEPTIONS: gettext_lazy("Go with exceptions"),
    Go.NO_GO: gettext_lazy("No-go"),
    Go.UNKNOWN: gettext_lazy("Cannot tell"),
}

# The row's word is left to the glyph where the glyph says it all; screen readers get it anyway.
QUIET = frozenset({RowStatus.OPEN, RowStatus.DONE})

# Verdict -> (status whose colour and glyph it takes, word).
VERDICT_LOOKS = {
    Verdict.PASS: ("done", gettext_lazy("Pass")),
    Verdict.WARN: ("stale", gettext_lazy("Warn")),
    Verdict.FAIL: ("failed", gettext_lazy("Fail")),
    Verdict.ERROR: ("unknown", gettext_lazy("No answer")),
    Verdict.STALE: ("stale", gettext_lazy("Stale")),
    Verdict.NEVER: ("open", gettext_lazy("Never")),
}

BLOCKERS = ngettext_lazy("%(count)s blocker", "%(count)s blockers", "count")
DUE_DATES = ngettext_lazy("%(count)s due date", "%(count)s due dates", "count")
EXCEPTIONS = ngettext_lazy("%(count)s exception", "%(count)s exceptions", "count")
ITEMS = ngettext_lazy("%(count)s item", "%(count)s items", "count")
RUNS = ngettext_lazy("%(count)s run", "%(count)s runs", "count")
SECTIONS = ngettext_lazy("%(count)s section", "%(count)s sections", "count")
SIGNATURES = ngettext_lazy("%(count)s signature", "%(count)s signatures", "count")


class _Count(int):
    """A number that is written with its thousands apart, as the language writes them."""

    def __str__(self) -> str:
        return number_format(int(self), force_grouping=True) if self >= 1000 else repr(int(self))


def counted(number: int, words: Any) -> str:
    """ "1 blocker", "4 blockers", "1,204 items": `words` is an `ngettext_lazy` of `count`."""
    said: str = words % {"count": _Count(number)}
    return said


def of_total(part: int, total: int) -> str:
    """ "4 of 5"."""
    return _("%(part)s of %(total)s") % {"part": part, "total": total}
