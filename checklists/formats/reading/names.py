"""The names that people give to columns and fields, in English and in German."""

from __future__ import annotations

from checklists.formats.keys import slug

TITLE, GUIDANCE, STATUS, WORDS = "title", "guidance", "status", "words"
SECTION, GROUP, CHILDREN, LEFT_OUT = "section", "group", "children", "left_out"

_WRITTEN: dict[str, str] = {
    TITLE: """title name text item check task todo to-do label question summary subject content
        step checklist-item check-item action titel bezeichnung aufgabe prüfpunkt prüfung punkt
        frage schritt betreff maßnahme kontrollpunkt was""",
    GUIDANCE: """guidance description desc notes note details detail body hint help how-to
        instructions rationale acceptance-criteria explanation intro introduction beschreibung
        hinweis hinweise anmerkung anmerkungen erläuterung anleitung""",
    SECTION: """section category area phase topic chapter list milestone abschnitt kategorie
        bereich thema kapitel liste""",
    GROUP: """group subsection sub-section subcategory sub-category component gruppe unterabschnitt
        unterkategorie unterbereich komponente""",
    "requirement": """priority severity importance required mandatory moscow obligation priorität
        prio schweregrad pflicht verbindlichkeit wichtigkeit muss""",
    "owner_role": """owner-role owner role responsible responsibility team assigned-team
        verantwortlich verantwortung verantwortlicher rolle zuständig zuständigkeit""",
    "due": "due due-date due-offset deadline by-when fällig fällig-am frist termin bis bis-wann",
    STATUS: """status state done checked completed complete finished ticked closed passed is-done
        is-completed iscompleted isdone erledigt fertig abgeschlossen stand zustand""",
    WORDS: """words answer reason justification comment comments result remark remarks outcome
        antwort grund begründung kommentar kommentare ergebnis bemerkung bemerkungen""",
    "stage": "stage gate zeitpunkt",
    "condition": "condition bedingung",
    "na_allowed": "na-allowed may-not-apply n-a-allowed entfällt-möglich",
    "evidence_required": "evidence-required evidence proof nachweis nachweis-nötig beleg",
    "evidence_kind": "evidence-kind nachweisart",
    "justification_required": "justification-required begründung-nötig",
    "valid_for": "valid-for validity gültig-für gültigkeit",
    "probe": "probe",
    "key": "key",
    "related": "related related-documents related-documentation see-also documents verweise",
    "rules": "rules signoffs sign-offs",
    "extends": "extends",
    "projects": "projects",
    "environments": "environments",
    "sections": "sections lists phases categories areas chapters abschnitte kategorien bereiche",
    "groups": "groups subsections subcategories gruppen unterabschnitte",
    "items": """items tasks todos to-dos checkitems check-items subtasks sub-tasks steps
        checks requirements questions prüfpunkte punkte aufgaben schritte""",
    CHILDREN: "children checklist checklists cards elements entries nodes content-items data",
    LEFT_OUT: """labels tags assignees members user users reactions actions prefs attachments
        watchers url html-url links id uid uuid created created-at updated updated-at pos position
        avatar-url idboard idlist idcard idmembers idlabels idchecklists limits
        customfields customfielditems plugindata memberships power-ups badges cover""",
}

FIELDS: dict[str, str] = {
    name: field for field, names in _WRITTEN.items() for name in names.split()
}
"""The field that a name means, by the slug of the name."""

CONTAINERS = frozenset({"sections", "groups", "items", CHILDREN})
"""Fields that hold parts of a checklist."""

OWN = (
    "stage",
    "requirement",
    "na_allowed",
    "condition",
    "evidence_required",
    "evidence_kind",
    "due",
    "owner_role",
    "justification_required",
    "valid_for",
    "probe",
)
"""The fields of an item that are neither its texts, nor its key, nor its place."""

_EXACT = frozenset(
    {*OWN, TITLE, GUIDANCE, STATUS, WORDS, "key", "intro", "related", "rules", "extends"}
    | {"projects", "environments", "sections", "groups", "items"}
)


def field_of(name: str) -> str:
    """The field that a name means; empty if it means none."""
    plain = name.strip()
    if plain == "intro":
        return GUIDANCE
    return plain if plain in _EXACT else FIELDS.get(slug(plain.replace("_", "-")), "")


def exact_field(name: str) -> str:
    """The field of exactly that name, as our own files write it; empty if there is none."""
    return GUIDANCE if name == "intro" else name if name in _EXACT else ""
