"""Puts a checklist together from what a source says, and remembers what each line became."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.markdown.drafts import (
    Draft,
    DraftGroup,
    DraftItem,
    DraftSection,
    DraftTree,
    Prose,
    give_keys,
)
from checklists.formats.markdown.words import KEY_TAKEN, means_close
from checklists.formats.reading.documents import document_of, rule_of
from checklists.formats.reading.entries import Entry, Fact, Words
from checklists.formats.reading.facts import CONDITION
from checklists.formats.reading.marks import Marks
from checklists.formats.reading.names import GUIDANCE
from checklists.formats.reading.taking import SAID, UNKNOWN, Taking, wrong
from checklists.formats.tree import NOTHING_SAID, TITLE_MAX, ImportResult, LineKind, Said
from checklists.formats.validate import check_tree

NO_TITLE = gettext_lazy("There is no title here, so there is no item.")
NO_ITEMS = gettext_lazy("There is no checklist item in this {}. {}")
SECOND_TITLE = gettext_lazy("The checklist has a title already, so this is guidance.")
LONG_TITLE = gettext_lazy(
    "The title is longer than {:,} characters; all of it was kept as guidance."
)
_MAY_SAY = frozenset(
    {LineKind.TITLE, LineKind.SECTION, LineKind.GROUP, LineKind.ITEM, LineKind.GUIDANCE}
)
_BREAKS = re.compile("[\t\x85\u2028\u2029]+")
_OVERLAY = ("extends", "projects", "environments")


class Assembler:
    """Takes the entries of one source in their order. `exact`: Readiness wrote the source."""

    def __init__(self, source: str, said: Said = NOTHING_SAID, *, exact: bool = False) -> None:
        self.marks = Marks(source)
        self._taking = Taking(self.marks, exact=exact)
        self._said = said
        self._exact = exact
        self._tree = DraftTree()
        self._overlay: dict[str, Any] = {}
        self._above: list[DraftItem] = []
        self._part: Draft | None = None
        self._moved: set[int] = set()
        self._implied: list[tuple[LineKind, Entry, Draft | None]] = []

    def add(self, entry: Entry) -> None:
        """Take one entry. Raises Invalid for what a file of ours cannot say."""
        wanted = None if entry.implied else self._said.get(entry.line)
        if wanted and entry.line not in self._moved and wanted != entry.kind:
            self._moved.add(entry.line)
            if wanted == LineKind.IGNORED:
                entry = Entry(LineKind.IGNORED, entry.text, entry.line, entry.end, why=SAID)
            elif wanted in _MAY_SAY:
                entry = replace(entry, kind=wanted, why="", level=0)
        handle = {
            LineKind.TITLE: self._title,
            LineKind.SECTION: self._section,
            LineKind.GROUP: self._group,
            LineKind.ITEM: self._item,
            LineKind.GUIDANCE: self._guidance,
            LineKind.RELATED: self._related,
            LineKind.SETTING: self._setting,
        }.get(entry.kind, self._ignored)
        handle(entry)

    def result(self, what: str, advice: Words) -> ImportResult:
        """The checklist and the report. Raises Invalid (no_items) if there is nothing to answer."""
        for kind, entry, owner in self._implied:
            self.marks.take(kind, entry.line, entry.end, owner)
        for part in give_keys(self._tree.sections):
            self.marks.report(part.line, str(KEY_TAKEN))
        tree = replace(self._tree.finish(lambda text: text), **self._overlay)
        if not any(True for _ in tree.items()):
            raise Invalid(NO_ITEMS.format(what, advice), code="no_items")
        check_tree(tree)
        lines = self.marks.lines()
        return ImportResult(tree, self.marks.ignored(), lines, self._taking.answers())

    def _title(self, entry: Entry) -> None:
        if self._tree.title and entry.text:
            self._guidance(replace(entry, why=SECOND_TITLE))
            return
        title, rest = self._split(entry)
        self._tree.title = title
        self._tree.intro.add(rest)
        if entry.text or self._exact:
            self.marks.take(LineKind.TITLE, entry.line, entry.end, why=entry.why)
        for fact in entry.facts:
            self._tree_fact(fact)

    def _section(self, entry: Entry) -> None:
        title, rest = self._split(entry)
        section = DraftSection(entry.line, title, Prose(entry.line))
        section.closing = not self._exact and means_close(title)
        self._tree.sections.append(section)
        self._opened(section, rest, entry)

    def _group(self, entry: Entry) -> None:
        title, rest = self._split(entry)
        group = DraftGroup(entry.line, title, Prose(entry.line))
        self._open_section(entry.line).groups.append(group)
        self._opened(group, rest, entry)

    def _item(self, entry: Entry) -> None:
        if not entry.text.strip():
            self._ignored(replace(entry, why=NO_TITLE))
            return
        title, rest = self._split(entry)
        del self._above[entry.level :]
        parent = self._above[-1] if self._above else None
        item = DraftItem(entry.line, title, Prose(entry.line), parent=parent)
        found = None if self._exact else CONDITION.fullmatch(title)
        if found:
            item.title = found[1]
            item.condition = " ".join(found[2].casefold().split())
        self._open_group(entry.line).items.append(item)
        above = [*self._above, item]
        self._opened(item, rest, entry)
        self._above = above

    def _opened(self, part: Draft, rest: str, entry: Entry) -> None:
        self._above = []
        self._part = part
        self._mark(entry.kind, entry, part, entry.why)
        part.prose.add(rest)
        parts = []
        for fact in entry.facts:
            apart = not entry.line <= fact.line <= max(entry.line, entry.end)
            wanted = self._said.get(fact.line) if apart else None
            if wanted in _MAY_SAY and wanted != LineKind.GUIDANCE:
                parts.append(Entry(wanted, fact.text, fact.line, fact.end))
            else:
                self._taking.take(part, fact, wanted)
        for moved in parts:
            self.add(moved)

    def _guidance(self, entry: Entry) -> None:
        prose = self._part.prose if self._part else self._tree.intro
        prose.add(entry.text.strip("\n"))
        self.marks.take(LineKind.GUIDANCE, entry.line, entry.end, self._part, entry.why)
        for fact in entry.facts:
            if self._part:
                self._taking.keep(self._part, fact)
            else:
                prose.add(f"{fact.name}: {fact.text}")
                self.marks.take(LineKind.GUIDANCE, fact.line, fact.end)

    def _related(self, entry: Entry) -> None:
        document, why = document_of(entry)
        if document is None and self._exact:
            raise Invalid(
                _("Line %(line)s: %(why)s") % {"line": entry.line, "why": why},
                code="invalid_checklist",
                line=entry.line,
            )
        if document:
            self._tree.related.append(document)
        kind = LineKind.RELATED if document else LineKind.IGNORED
        self._take_all(kind, entry, why)

    def _setting(self, entry: Entry) -> None:
        """A sign-off rule, or a name that opens a list of parts."""
        if entry.text == "rules":
            self._tree.rules += (rule_of(entry),)
        self._take_all(LineKind.SETTING, entry, entry.why)

    def _ignored(self, entry: Entry) -> None:
        self._take_all(LineKind.IGNORED, entry, entry.why)

    def _take_all(self, kind: LineKind, entry: Entry, why: Words) -> None:
        self._mark(kind, entry, self._part, why)
        for fact in entry.facts:
            self.marks.take(kind, fact.line, fact.end, self._part)

    def _mark(self, kind: LineKind, entry: Entry, part: Draft | None, why: Words) -> None:
        """Mark the entry's lines; an implied one only where nothing else does."""
        if entry.implied:
            self._implied.append((kind, entry, part))
        else:
            self.marks.take(kind, entry.line, entry.end, part, str(why))
        if why and entry.implied:
            self.marks.report(entry.line, str(why))

    def _tree_fact(self, fact: Fact) -> None:
        if fact.field == GUIDANCE:
            self._tree.intro.add(fact.text.strip("\n"))
            self.marks.take(LineKind.GUIDANCE, fact.line, fact.end)
        elif fact.field in _OVERLAY:
            self._overlay[fact.field] = fact.text if fact.field == "extends" else fact.parts
            self.marks.take(LineKind.SETTING, fact.line, fact.end)
        elif self._exact:
            raise wrong(fact, _("is not known"))
        else:
            why = UNKNOWN.format(fact.name[:80]) if fact.text.strip() else ""
            self.marks.take(LineKind.IGNORED, fact.line, fact.end, why=why)

    def _open_section(self, line: int) -> DraftSection:
        if not self._tree.sections:
            self._tree.sections.append(DraftSection(line, "", Prose(line)))
        return self._tree.sections[-1]

    def _open_group(self, line: int) -> DraftGroup:
        section = self._open_section(line)
        if not section.groups:
            section.groups.append(DraftGroup(line, "", Prose(line)))
        return section.groups[-1]

    def _split(self, entry: Entry) -> tuple[str, str]:
        """The title that a text gives, and the lines of it that are guidance."""
        text = entry.text.strip(" \n") if self._exact else entry.text.strip()
        first, _, rest = text.partition("\n")
        title = _BREAKS.sub(" ", first).strip()
        if len(title) > TITLE_MAX:
            self.marks.report(entry.line, LONG_TITLE.format(TITLE_MAX))
            title, rest = title[: TITLE_MAX - 1].rstrip() + "…", text
        return title, rest.strip("\n")
