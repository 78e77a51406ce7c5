"""A finding of the linter, and what each code says and advises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

HINT, WARN, BLOCK = "hint", "warn", "block"
SEVERITIES = (BLOCK, WARN, HINT)
"""How much it weighs. Only `block` keeps a draft from being published."""


class Words(NamedTuple):
    """How much a code weighs, what it says, and what to do about it."""

    severity: str
    says: Any
    advice: Any


LINT_WORDS: dict[str, Words] = {
    "duplicate_title": Words(
        WARN,
        _("The same title stands in “%(where)s” already."),
        _("Say what differs, or delete one of the two."),
    ),
    "near_duplicate": Words(
        HINT,
        _("Much like “%(other)s”."),
        _("Delete one, or say what differs."),
    ),
    "two_questions": Words(
        HINT,
        _("Asks for two things (“%(word)s”), and one tick cannot answer both."),
        _("Split it: press Enter in the middle of the title."),
    ),
    "probe_possible": Words(
        HINT,
        _("A probe of the kind %(kind)s could verify this."),
        _("Suggest one, and releases start with it."),
    ),
    "vague": Words(
        HINT,
        _("“%(word)s” leaves open what must be true."),
        _("Name what one can look at, or a number."),
    ),
    "too_short": Words(
        HINT,
        _("One word does not say what must be true of it."),
        _("Write a short sentence, like “DNS points to the new servers”."),
    ),
    "too_long": Words(
        WARN,
        _("The title has %(length)s characters; more than %(limit)s are hard to scan."),
        _("Move the details into the guidance."),
    ),
    "no_items": Words(
        WARN,
        _("There is nothing to check under this heading."),
        _("Add an item or delete the heading."),
    ),
    "may_with_evidence": Words(
        WARN,
        _("Optional, and yet evidence is required."),
        _("Make it should or must, or let the evidence go."),
    ),
    "evidence_kind_missing": Words(
        HINT,
        _("Evidence is required, and any kind will do."),
        _("Say whether a file, a link or a text proves it."),
    ),
    "validity_missing": Words(
        HINT,
        _("This ages (“%(word)s”), and an answer would be believed for ever."),
        _("Set how long an answer is valid."),
    ),
    "due_after_target": Words(
        WARN,
        _("Due at %(due)s, after the deployment that waits for it."),
        _("Set it due before the target, or move it to the stage after go-live."),
    ),
    "rule_without_items": Words(
        WARN,
        _("The rule for %(role)s covers no item of the stage %(stage)s."),
        _("Choose other sections, or remove the rule."),
    ),
    "owner_unknown": Words(
        WARN,
        _("No project has a role %(role)s, so nobody gets the item."),
        _("Create the role in a project, or choose another."),
    ),
    "role_unknown": Words(
        WARN,
        _("A rule asks for %(role)s, and no project has that role yet."),
        _("Create the role in the projects that use this checklist."),
    ),
    "impossible_quorum": Words(
        BLOCK,
        _("A rule asks for %(required)s of %(role)s; at most %(holders)s hold that role."),
        _("Add holders of the role, or ask for fewer."),
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `key` is the section, group or item; empty for the checklist itself."""

    code: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def severity(self) -> str:
        """One of SEVERITIES."""
        return LINT_WORDS[self.code].severity

    @property
    def says(self) -> str:
        """What is odd, in a sentence."""
        return str(LINT_WORDS[self.code].says) % dict(self.facts)

    @property
    def advice(self) -> str:
        """What to do about it."""
        return str(LINT_WORDS[self.code].advice)
