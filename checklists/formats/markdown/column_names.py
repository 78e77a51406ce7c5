"""The names that people give to the columns of a checklist in a table."""

from __future__ import annotations

CHECKS, SURE, NAMED, STATUS, WORDS = "checks", "sure", "named", "status", "words"
SEVERITY, NUMBER, ASIDE, NO_CHECKLIST, STATES = "severity", "number", "aside", "none", "states"

_WRITTEN: dict[str, str] = {
    CHECKS: "checklist-item check-item checklist check checkpoint question",
    SURE: """item requirement control criterion criteria acceptance-criteria task to-do todo
        verification activity action step practice rule test test-case deliverable what topic
        prüfpunkt aufgabe frage maßnahme anforderung""",
    NAMED: "description statement title name beschreibung feature",
    STATUS: """done done-y-n status state complete completed completed-y-n check checked tick ticked
        ok okay pass passed verified finished implemented compliant compliance met y-n yes-no y-n-na
        yes-no-na yes-no-n-a y-n-n-a pass-fail in-place ready signed-off result erledigt stand
        fertig""",
    WORDS: """answer answers response responses reply your-answer evidence finding findings outcome
        proof comment comments remark remarks justification antwort antworten nachweis bemerkung""",
    SEVERITY: """priority severity prio required mandatory importance level requirement-level
        criticality moscow optional obligation must priorität pflicht""",
    NUMBER: "no nr sr sl pos number id ref s-no lfd-nr sl-no sr-no item-no key code num",
    ASIDE: """category area section phase group domain type component team owner owners responsible
        assignee assigned-to role date due due-date link links notes note reference references
        details how how-to-verify why rationale when where who stage system tool kategorie bereich
        verantwortlich hinweis hinweise""",
    NO_CHECKLIST: """meaning symbol icon legend signature signed signed-by approver approved-by
        email e-mail phone contact version author revision term definition bedeutung unterschrift
        abbreviation acronym""",
    STATES: """todo open closed wip pending planned blocked started tbd ongoing draft offen ? … ...
        to-do not-started""",
}

NAMES: dict[str, tuple[str, ...]] = {
    meaning: tuple(names.split()) for meaning, names in _WRITTEN.items()
}
"""The names of columns with each meaning, as slugs, the most telling first."""

KNOWN = frozenset(
    name
    for meaning, names in NAMES.items()
    if meaning not in (NO_CHECKLIST, STATES)
    for name in names
)
"""Every name that a column of a checklist may have."""
