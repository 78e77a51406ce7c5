"""The sign-off cells: where each role stands, in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.gate.signoffs import Standing
from checklists.pages.faces import Face
from checklists.pages.words import SECTIONS, counted, iso, stamp
from checklists.state import SignoffState


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
    share = (
        _(" (%(met)s of %(required)s)") % {"met": standing.met, "required": standing.required}
        if standing.required > 1
        else ""
    )
    if standing.rejecting:
        return "failed", _("Rejected"), standing.rejecting[-1], _("Sign")
    if standing.code == "signoff_only_by_answerer":
        return "stale", _("Signer also answered"), standing.counted[-1], _("See")
    if standing.met >= standing.required:
        return "done", _("Signed%(share)s") % {"share": share}, standing.counted[-1], ""
    if standing.stale:
        changed = counted(len(standing.changed_sections), SECTIONS)
        return (
            "stale",
            _("Stale, %(changed)s changed") % {"changed": changed},
            standing.stale[-1],
            _("Sign again"),
        )
    if not held:
        return "open", _("Nobody holds this role"), None, ""
    return "open", _("Not signed%(share)s") % {"share": share}, None, _("Sign")
