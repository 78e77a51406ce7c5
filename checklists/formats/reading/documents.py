"""Related documents and sign-off rules from what a source says of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.reading.entries import Entry, Fact
from checklists.formats.reading.taking import wrong
from checklists.formats.tree import RelatedDocument, SignoffRule
from checklists.formats.validate import check_document

_URL = frozenset({"url", "href", "link", "address", "adresse"})
_NOTE = frozenset({"note", "description", "notes", "desc", "hinweis", "beschreibung"})
_RULE = frozenset({"role", "count", "sections", "stage"})
_DIGITS = 6


def document_of(entry: Entry) -> tuple[RelatedDocument | None, str]:
    """The document, or why there is none in words."""
    url = _first(entry.facts, _URL)
    document = RelatedDocument(entry.text or url, url, _first(entry.facts, _NOTE))
    try:
        check_document(document, _("The document"))
    except Invalid as error:
        return None, error.message
    return document, ""


def rule_of(entry: Entry) -> SignoffRule:
    """The rule. Raises Invalid, whoever wrote the file: a rule must not be lost or guessed."""
    values = {fact.name: fact for fact in entry.facts}
    for name in sorted(set(values) - _RULE):
        raise wrong(values[name], _("is not known in a sign-off rule"))
    if "role" not in values:
        raise Invalid(
            _("Line %(line)s: the sign-off rule names no role.") % {"line": entry.line},
            code="invalid_checklist",
            line=entry.line,
        )
    count = values["count"].text if "count" in values else "1"
    if not (count.isascii() and count.isdigit() and len(count) < _DIGITS):
        raise wrong(values["count"], _("must be a whole number"))
    return SignoffRule(
        role=values["role"].text,
        count=int(count),
        sections=values["sections"].parts if "sections" in values else (),
        stage=values["stage"].text if "stage" in values else "deploy",
    )


def _first(facts: list[Fact], names: frozenset[str]) -> str:
    return next((fact.text for fact in facts if fact.name.casefold() in names), "")
