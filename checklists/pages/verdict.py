"""The verdict button and the sign-off cells: the gate's decision in a few words.

Nothing is judged here. Whatever counts as an exception is named beside a "go", never hidden by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checklists.gate import Decision, Go, Level, Reason
from checklists.gate.signoffs import Standing
from checklists.pages.faces import Face
from checklists.pages.rows import ItemRow
from checklists.pages.words import counted, iso, stamp
from checklists.state import ReleaseState, ReleaseStatus, RowStatus, SignoffState, Stage

MOST_LISTED = 40


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


@dataclass(frozen=True, slots=True)
class SignCell:
    """Where one sign-off role stands."""

    role: str
    name: str
    css: str
    glyph: str
    word: str
    face: Face | None
    iso: str
    stamp: str
    action: str


_OVER = {
    ReleaseStatus.CLOSED: ("done", "Closed", "Nothing in it can change any more."),
    ReleaseStatus.ABORTED: ("na", "Aborted", "It does not go live."),
    ReleaseStatus.ROLLED_BACK: ("failed", "Rolled back", "It was live and was taken back."),
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
        return _OVER[state.status]
    counts = decision.counts
    left = counts["items"] - counts["settled"]
    live = decision.stage == Stage.CLOSE
    signed = "No signature is asked for"
    if counts["signoffs_required"]:
        signed = f"Signed by {counts['signoffs_met']} of {counts['signoffs_required']}"
    match decision.verdict:
        case Go.UNKNOWN:
            problem = next(r for r in decision.reasons if r.level == Level.UNKNOWN)
            return "unknown", "Cannot tell", problem.message
        case Go.GO:
            return "done", "Ready to close" if live else "Ready to go live", signed
        case Go.GO_WITH_EXCEPTIONS:
            number = counted(counts["exceptions"], "exception")
            verb = "close" if live else "go live"
            return "waived", f"Ready to {verb}, {number}", signed
    missing = counts["signoffs_required"] - counts["signoffs_met"]
    if marked:
        others = left - unsettled
        return "failed", f"Not ready: {counted(marked, 'blocker')}", _more(others, missing)
    if any(r.item is not None for r in decision.blockers):
        state_word = "progress" if live else "open"
        title = f"Live, {left} left to check" if live else f"Not ready: {left} to settle"
        return state_word, title, _more(0, missing)
    if any(r.code == "signoff_rejected" for r in decision.reasons):
        who = _roles(decision, role_names, "signoff_rejected")
        return "failed", "Not ready: rejected", f"by {who}"
    names = _roles(decision, role_names)
    if missing <= 0:
        return "stale", "Ready, but a signer answered alone", names
    return "stale", f"Ready, {counted(missing, 'sign-off')} missing", names


def _more(others: int, missing: int) -> str:
    said = []
    if others > 0:
        said.append(f"{others} more to settle")
    if missing > 0:
        said.append(f"{counted(missing, 'sign-off')} missing")
    return ", ".join(said) or "Everything else is settled"


def _roles(decision: Decision, role_names: Mapping[str, str], code: str = "") -> str:
    """The roles that stand in the way, by name; only those for one reason when it is given."""
    found = [r.role for r in decision.blockers if r.role and (not code or r.code == code)]
    return ", ".join(role_names.get(role, role) for role in found)


def _exceptions(decision: Decision) -> tuple[str, ...]:
    """Each exception beside a go; beside a no-go only how many there would be."""
    found = tuple(r.message for r in decision.reasons if r.level == Level.EXCEPTION)
    if decision.may_go or not found:
        return found
    return (f"{counted(len(found), 'item')} waived, warned of or left open on purpose.",)


def _rest(decision: Decision, marked: int, names: Mapping[str, str]) -> tuple[str, ...]:
    """The reasons without a marked row: open items as one sentence, sign-offs each."""
    open_items = sum(r.item is not None for r in decision.blockers) - marked
    said = [_sentence(r, decision, names) for r in decision.blockers if r.item is None]
    if open_items > 0:
        said.insert(0, f"{counted(open_items, 'more item')} not settled yet.")
    return tuple(said)


def _sentence(reason: Reason, decision: Decision, names: Mapping[str, str]) -> str:
    """The reason with names in place of the role's slug and of the keys of its sections."""
    message = reason.message
    for standing in decision.signoffs:
        if standing.role == reason.role and message.startswith(standing.role):
            said = message.removeprefix(standing.role)
            # Longest first: a key may begin as another one does.
            for ref in sorted(standing.sections, key=len, reverse=True):
                said = said.replace(ref, names.get(ref, ref))
            return names.get(standing.role, standing.role) + said
    return message


def sign_cells(
    standings: Sequence[Standing],
    role_names: Mapping[str, str],
    holders: Mapping[str, Sequence[Face]],
    faces: Mapping[str, Face],
) -> tuple[SignCell, ...]:
    """A cell for each role whose standing is given."""
    return tuple(
        _cell(standing, role_names.get(standing.role, standing.role), holders, faces)
        for standing in standings
    )


def _cell(
    standing: Standing, name: str, holders: Mapping[str, Sequence[Face]], faces: Mapping[str, Face]
) -> SignCell:
    css, word, signature, action = _stands(standing, bool(holders.get(standing.role)))
    held = holders.get(standing.role, ())
    who = faces.get(signature.person) if signature else None
    # Of a stale signature the time would read as the time of the change.
    when = signature.signed_at if signature and css in ("done", "failed") else None
    return SignCell(
        role=standing.role,
        name=name,
        css=f"status st-{css}",
        glyph=css,
        word=word,
        face=who or (held[0] if held else None),
        iso=iso(when) if when else "",
        stamp=stamp(when) if when else "",
        action=action,
    )


def _stands(standing: Standing, held: bool) -> tuple[str, str, SignoffState | None, str]:
    """Colour, words, the signature meant, and what a holder can do."""
    share = f" ({standing.met} of {standing.required})" if standing.required > 1 else ""
    if standing.rejecting:
        return "failed", "Rejected", standing.rejecting[-1], "Sign"
    if standing.code == "signoff_only_by_answerer":
        return "stale", "Signer also answered", standing.counted[-1], "See"
    if standing.met >= standing.required:
        return "done", f"Signed{share}", standing.counted[-1], ""
    if standing.stale:
        changed = counted(len(standing.changed_sections), "section")
        return "stale", f"Stale, {changed} changed", standing.stale[-1], "Sign again"
    if not held:
        return "open", "Nobody holds this role", None, ""
    return "open", f"Not signed{share}", None, "Sign"
