"""Our own table: a row for every part of a checklist, in order, and a column for every field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.reading.entries import Entry, Fact
from checklists.formats.reading.names import OWN
from checklists.formats.table.cells import Row
from checklists.formats.tree import Answers, ChecklistTree, Filled, Group, Item, LineKind, Section

COLUMNS = (
    *("kind", "section", "group", "level", "title", "status", "words", "guidance"),
    *OWN,
    *("key", "url", "count", "sections"),
)
_USUAL = {field.name: field.default for field in fields(Item)}
_KINDS = {
    "checklist": LineKind.TITLE,
    "section": LineKind.SECTION,
    "group": LineKind.GROUP,
    "item": LineKind.ITEM,
    "document": LineKind.RELATED,
    "rule": LineKind.SETTING,
}
_OVERLAY = {"extends": "extends", "project": "projects", "environment": "environments"}
_WHERE = ("kind", "section", "group", "level", "title")
_DEEPEST = 500
_OPEN = Filled("", "", 0)
_NOTED, _NOTE = ("document", "guidance"), "note"


def is_ours(header: Row) -> bool:
    """Whether a table is one that Readiness wrote."""
    return {"kind", "title", "key"} <= set(header.cells)


def table_of(tree: ChecklistTree, answers: Answers) -> Iterator[list[str]]:
    """The header and every row of a checklist, with what is answered in it."""
    yield list(COLUMNS)
    yield _cells(kind="checklist", title=tree.title, guidance=tree.intro)
    if tree.extends:
        yield _cells(kind="extends", title=tree.extends)
    for kind, slugs in (("project", tree.projects), ("environment", tree.environments)):
        for slug in slugs:
            yield _cells(kind=kind, title=slug)
    for section in tree.sections:
        yield _cells(
            kind="section", title=section.title, guidance=section.guidance, key=section.key
        )
        for group in section.groups:
            yield from _group_rows(section, group, answers)
    for document in tree.related:
        yield _cells(
            kind="document", title=document.title, url=document.url, guidance=document.note
        )
    for rule in tree.rules:
        yield _cells(
            kind="rule",
            title=rule.role,
            count=str(rule.count),
            stage=rule.stage,
            sections=" ".join(rule.sections),
        )


def entries_of(rows: Sequence[Row]) -> Iterator[Entry]:
    """The entries of such a table. Raises Invalid for a row that cannot be."""
    names = [cell.strip() for cell in rows[0].cells]
    _check_names(names, rows[0].line)
    yield Entry(LineKind.SETTING, "", rows[0].line, rows[0].end)
    section = group = ""
    overlay: dict[str, list[Fact]] = {}
    entries: list[Entry] = []
    for row in rows[1:]:
        values = {name: row.cell(at) for at, name in enumerate(names) if row.cell(at)}
        kind = values.get("kind", "item").strip()
        title = values.get("title", "")
        if kind in _OVERLAY:
            fact = Fact("", kind, title, row.line, row.end)
            overlay.setdefault(_OVERLAY[kind], []).append(fact)
            continue
        if kind not in _KINDS:
            raise _refusal(
                row,
                _("%(kind)s is no kind of row; use %(kinds)s")
                % {"kind": f"{kind[:80]!r}", "kinds": ", ".join(_KINDS)},
            )
        if kind == "section":
            section, group = title, ""
        elif kind == "group":
            group = title
        elif kind == "item":
            _check_place(row, values, section, group)
        entries.append(_entry(row, kind, values))
    yield from _with_overlay(entries, overlay)


def _entry(row: Row, kind: str, values: dict[str, str]) -> Entry:
    title = values.get("title", "")
    facts = [
        Fact(name, _NOTE if (kind, name) == _NOTED else name, text, row.line, row.end)
        for name, text in values.items()
        if name not in _WHERE
    ]
    if kind == "rule":
        keys = tuple(values.get("sections", "").split())
        facts = [fact for fact in facts if fact.name != "sections"]
        facts.append(Fact("", "role", title, row.line, row.end))
        facts.append(Fact("", "sections", "", row.line, row.end, keys))
        title = "rules"
    level = values.get("level", "1")
    if not (level.isascii() and level.isdigit() and 0 < int(level[:4]) <= _DEEPEST):
        raise _refusal(
            row,
            _("%(level)s is no level; write 1 for an item, 2 for one below it")
            % {"level": f"{level[:20]!r}"},
        )
    return Entry(_KINDS[kind], title, row.line, row.end, int(level[:4]) - 1, facts)


def _with_overlay(entries: list[Entry], overlay: dict[str, list[Fact]]) -> Iterator[Entry]:
    """The entries, the first with what the checklist is laid over."""
    wholes = [entry for entry in entries if entry.kind == LineKind.TITLE]
    if overlay and not wholes:
        wholes = [Entry(LineKind.TITLE, "", next(iter(overlay.values()))[0].line)]
        entries.insert(0, wholes[0])
    for field, facts in overlay.items():
        parts = tuple(fact.text for fact in facts)
        wholes[0].facts += [
            Fact(field, fact.name, parts[-1], fact.line, fact.end, parts) for fact in facts
        ]
    yield from entries


def _group_rows(section: Section, group: Group, answers: Answers) -> Iterator[list[str]]:
    yield _cells(
        kind="group",
        section=section.title,
        title=group.title,
        guidance=group.guidance,
        key=group.key,
    )
    levels = {"": 0}
    for item in group.items:
        level = levels[item.key] = levels[item.parent] + 1
        said = {
            name: _text(getattr(item, name))
            for name in OWN
            if getattr(item, name) != _USUAL[name] or name == "requirement"
        }
        filled = answers.get(item.key, _OPEN)
        yield _cells(
            kind="item",
            status=filled.answer,
            words=filled.words,
            section=section.title,
            group=group.title,
            level=str(level) if level > 1 else "",
            title=item.title,
            guidance=item.guidance,
            key=item.key,
            **said,
        )


def _check_names(names: Sequence[str], line: int) -> None:
    for at, name in enumerate(names):
        if name and (name not in COLUMNS or name in names[:at]):
            fault = _("occurs twice") if name in names[:at] else _("is not known")
            raise Invalid(
                _("Line %(line)s: the column %(name)s %(fault)s in a table of Readiness.")
                % {"line": line, "name": f"{name[:80]!r}", "fault": fault},
                code="invalid_checklist",
                line=line,
            )


def _check_place(row: Row, values: dict[str, str], section: str, group: str) -> None:
    """Refuse an item that stands elsewhere than it says: it was moved, or the rows were sorted."""
    for name, here in (("section", section), ("group", group)):
        if values.get(name, here) != here:
            raise _refusal(
                row,
                _(
                    "this item names the %(name)s “%(values)s” but stands below the row of "
                    "“%(here)s”. Put it below the row of its %(name)s; in a sorted table, "
                    "undo that"
                )
                % {"name": name, "values": values[name][:80], "here": here[:80]},
            )


def _cells(**values: str) -> list[str]:
    return [values.get(name, "") for name in COLUMNS]


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _refusal(row: Row, fault: str) -> Invalid:
    return Invalid(
        _("Line %(line)s: %(fault)s.") % {"line": row.line, "fault": fault},
        code="invalid_checklist",
        line=row.line,
    )
