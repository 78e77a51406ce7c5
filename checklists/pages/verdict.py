"""The verdict button: the gate's decision in a few words.

Nothing is judged here. Whatever counts as an exception is named beside a "go", never hidden by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from checklists.gate import Decision, Go, Level, Reason
from checklists.pages.rows import ItemRow
from checklists.pages.words import BLOCKERS, EXCEPTIONS, counted
from checklists.state import ReleaseState, ReleaseStatus, RowStatus, Stage

MOST_LISTED = 40

MISSING = ngettext_lazy("%(count)s sign-off missing", "%(count)s sign-offs missing", "count")
MORE_ITEMS = ngettext_lazy(
    "%(count)s more item not settled yet.", "%(count)s more items not settled yet.", "count"
)
EXCUSED = ngettext_lazy(
    "%(count)s item waived, warned of or left open on purpose.",
    "%(count)s items waived, warned of or left open on purpose.",
    "count",
)


@dataclass(frozen=True, slots=True)
class VerdictButton:
    """What the button says. `rest` are the reasons that belong to no single marked row."""

    css: str
    glyph: str
    title: str
    note: str
    blockers: tuple[ItemRow, ...]
    rest: tuple[str, ...]
    exceptions: tuple[str, ...]


_OVER = {
    ReleaseStatus.CLOSED: (
        "done",
        gettext_lazy("Closed"),
        gettext_lazy("Nothing in it can change any more."),
    ),
    ReleaseStatus.ABORTED: ("na", gettext_lazy("Aborted"), gettext_lazy("It does not go live.")),
    ReleaseStatus.ROLLED_BACK: (
        "failed",
        gettext_lazy("Rolled back"),
        gettext_lazy("It was live and was taken back."),
    ),
}


def verdict_button(
    state: ReleaseState,
    decision: Decision,
    rows: Sequence[ItemRow],
    role_names: Mapping[str, str],
    section_titles: Mapping[str, str],
) -> VerdictButton:
    """The button for a decision of the stage that the release is in."""
    marked = tuple(row for row in rows if row.block)
    unsettled = sum(not RowStatus(row.status).settled for row in marked)
    css, title, note = _headline(state, decision, len(marked), unsettled, role_names)
    return VerdictButton(
        css=f"verdict st-{css}",
        glyph=css,
        title=title,
        note=note,
        blockers=marked[:MOST_LISTED],
        rest=_rest(decision, len(marked), {**section_titles, **role_names}),
        exceptions=_exceptions(decision),
    )


def _headline(
    state: ReleaseState,
    decision: Decision,
    marked: int,
    unsettled: int,
    role_names: Mapping[str, str],
) -> tuple[str, str, str]:
    if state.status in _OVER:
        css, word, meaning = _OVER[state.status]
        return css, str(word), str(meaning)
    counts = decision.counts
    left = counts["items"] - counts["settled"]
    live = decision.stage == Stage.CLOSE
    signed = _("No signature is asked for")
    if counts["signoffs_required"]:
        signed = _("Signed by %(signoffs_met)s of %(signoffs_required)s") % {
            "signoffs_met": counts["signoffs_met"],
            "signoffs_required": counts["signoffs_required"],
        }
    match decision.verdict:
        case Go.UNKNOWN:
            problem = next(r for r in decision.reasons if r.level == Level.UNKNOWN)
            return "unknown", _("Cannot tell"), problem.message
        case Go.GO:
            return "done", _("Ready to close") if live else _("Ready to go live"), signed
        case Go.GO_WITH_EXCEPTIONS:
            number = counted(counts["exceptions"], EXCEPTIONS)
            words = _("Ready to close, %(number)s") if live else _("Ready to go live, %(number)s")
            return "waived", words % {"number": number}, signed
    missing = counts["signoffs_required"] - counts["signoffs_met"]
    if marked:
        others = left - unsettled
        return (
            "failed",
            _("Not ready: %(marked)s") % {"marked": counted(marked, BLOCKERS)},
            _more(others, missing),
        )
    if any(r.item is not None for r in decision.blockers):
        state_word = "progress" if live else "open"
        title = (
            _("Live, %(left)s left to check") % {"left": left}
            if live
            else _("Not ready: %(left)s to settle") % {"left": left}
        )
        return state_word, title, _more(0, missing)
    if any(r.code == "signoff_rejected" for r in decision.reasons):
        who = _roles(decision, role_names, "signoff_rejected")
        return "failed", _("Not ready: rejected"), _("by %(who)s") % {"who": who}
    names = _roles(decision, role_names)
    if missing <= 0:
        return "stale", _("Ready, but a signer answered alone"), names
    return (
        "stale",
        _("Ready, %(missing)s") % {"missing": counted(missing, MISSING)},
        names,
    )


def _more(others: int, missing: int) -> str:
    said = []
    if others > 0:
        said.append(_("%(others)s more to settle") % {"others": others})
    if missing > 0:
        said.append(counted(missing, MISSING))
    return ", ".join(said) or _("Everything else is settled")


def _roles(decision: Decision, role_names: Mapping[str, str], code: str = "") -> str:
    """The roles that stand in the way, by name; only those for one reason when it is given."""
    found = [r.role for r in decision.blockers if r.role and (not code or r.code == code)]
    return ", ".join(role_names.get(role, role) for role in found)


def _exceptions(decision: Decision) -> tuple[str, ...]:
    """Each exception beside a go; beside a no-go only how many there would be."""
    found = tuple(r.message for r in decision.reasons if r.level == Level.EXCEPTION)
    if decision.may_go or not found:
        return found
    return (counted(len(found), EXCUSED),)


def _rest(decision: Decision, marked: int, names: Mapping[str, str]) -> tuple[str, ...]:
    """The reasons without a marked row: open items as one sentence, sign-offs each."""
    open_items = sum(r.item is not None for r in decision.blockers) - marked
    said = [_sentence(r, names) for r in decision.blockers if r.item is None]
    if open_items > 0:
        said.insert(0, counted(open_items, MORE_ITEMS))
    return tuple(said)


def _sentence(reason: Reason, names: Mapping[str, str]) -> str:
    """The reason with names in place of the role's slug and of the keys of its sections."""
    return str(reason.said.naming(names)) if reason.role else reason.message
