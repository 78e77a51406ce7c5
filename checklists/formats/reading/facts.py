"""What a value means: yes and no, must and may, done and not applicable, in words people use."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.keys import slug
from checklists.formats.markdown.words import means_close
from checklists.formats.tree import (
    CLOSE,
    DEPLOY,
    DONE,
    DUE,
    EVIDENCE_KINDS,
    MAY,
    MUST,
    NOT_APPLICABLE,
    REQUIREMENTS,
    ROLE,
    ROLE_MAX,
    SHOULD,
    STAGES,
    VALIDITY,
    Item,
)
from checklists.formats.validate import check_item

YES = frozenset(["true", "yes", "y", "1", "x", "✓", "✔", "☑", "✅", "on", "ja", "j", "wahr"])
NO = frozenset(["false", "no", "n", "0", "off", "nein", "falsch", "-", "☐"]) | {""}
_WORDS: dict[str, str] = {
    MUST: """must required mandatory critical blocker blocking high highest p0 p1 urgent muss
        pflicht hoch kritisch zwingend verpflichtend""",
    SHOULD: "should medium normal recommended major p2 soll sollte mittel empfohlen",
    MAY: "may could optional low lowest minor trivial p3 p4 p5 kann niedrig gering",
}
REQUIREMENT_WORDS = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_ANSWERS: dict[str, str] = {
    DONE: """done complete completed closed checked passed pass ok okay finished resolved ticked
        erledigt fertig abgeschlossen bestanden geschlossen abgehakt gemacht in-ordnung""",
    "": """open to-do todo pending incomplete unchecked new not-started in-progress doing started
        blocked backlog offen ausstehend in-arbeit unerledigt begonnen nicht-erledigt""",
    NOT_APPLICABLE: """n-a na not-applicable not_applicable not-relevant irrelevant entfällt
        does-not-apply nicht-zutreffend nicht-anwendbar nicht-relevant trifft-nicht-zu""",
}
_ANSWER_WORDS = {word: answer for answer, words in _ANSWERS.items() for word in words.split()}
CONDITION = re.compile(r"(.*\S)\s*\(\s*(if\s+needed|if\s+applicable)\s*\)", re.IGNORECASE)


def answer_of(text: str) -> str | None:
    """The answer that a status means; empty for an open one, None if nobody can tell."""
    word = text.strip().casefold()
    if word in YES:
        return DONE
    if word in NO:
        return ""
    return _ANSWER_WORDS.get(slug(text))


def exact_value(field: str, text: str) -> Any:
    """The value of a field as our own files write it. Raises Invalid for anything else."""
    if field in ("na_allowed", "evidence_required", "justification_required"):
        if text not in ("true", "false"):
            raise Invalid(
                _("%(field)s must be true or false, not %(text)r.")
                % {"field": field, "text": text[:80]}
            )
        return text == "true"
    values: dict[str, Any] = {field: text}
    if field == "evidence_kind" and text:
        values["evidence_required"] = True
    check_item(Item(**{"key": "a/a/a", "title": "a", **values}), _("The item"))
    return text


def likely_values(field: str, text: str) -> dict[str, Any] | None:
    """The fields of an item that a value in somebody's own words sets; None if it makes no sense.

    No field at all for a value that says nothing.
    """
    text = text.strip()
    if not text:
        return {}
    word = text.casefold()
    if field in ("na_allowed", "justification_required"):
        return {field: word in YES} if word in YES | NO else None
    return _LIKELY[field](text)


def _requirement(text: str) -> dict[str, Any] | None:
    word = text.casefold()
    if word in REQUIREMENTS or word in REQUIREMENT_WORDS:
        return {"requirement": REQUIREMENT_WORDS.get(word, word)}
    if word in YES | NO:
        return {"requirement": MUST if word in YES else MAY}
    return None


def _stage(text: str) -> dict[str, Any] | None:
    word = text.casefold()
    if word in STAGES:
        return {"stage": word}
    if means_close(text):
        return {"stage": CLOSE}
    return {"stage": DEPLOY} if slug(text).startswith(("pre-", "before")) else None


def _condition(text: str) -> dict[str, Any] | None:
    word = " ".join(text.casefold().split())
    if word not in ("if needed", "if applicable"):
        return None
    return {"condition": word, "na_allowed": True}


def _evidence(text: str) -> dict[str, Any] | None:
    word = text.casefold()
    if word in YES | NO:
        return {"evidence_required": word in YES}
    return _evidence_kind(text)


def _evidence_kind(text: str) -> dict[str, Any] | None:
    word = text.casefold()
    return {"evidence_required": True, "evidence_kind": word} if word in EVIDENCE_KINDS else None


def _owner(text: str) -> dict[str, Any] | None:
    role = slug(text)
    fits = ROLE.fullmatch(role) and len(role) <= ROLE_MAX and "@" not in text
    return {"owner_role": role} if fits else None


def _due(text: str) -> dict[str, Any] | None:
    plain = text.replace(" ", "")
    return {"due": plain} if DUE.fullmatch(plain) else None


def _valid_for(text: str) -> dict[str, Any] | None:
    plain = text.replace(" ", "")
    return {"valid_for": plain} if VALIDITY.fullmatch(plain) else None


def _probe(text: str) -> dict[str, Any] | None:
    try:
        check_item(Item("a/a/a", "a", probe=text), "item")
    except Invalid:
        return None
    return {"probe": text}


_LIKELY = {
    "requirement": _requirement,
    "stage": _stage,
    "condition": _condition,
    "evidence_required": _evidence,
    "evidence_kind": _evidence_kind,
    "owner_role": _owner,
    "due": _due,
    "valid_for": _valid_for,
    "probe": _probe,
}
