"""From blocks to a checklist: headings open sections and groups, boxes are items, the rest is text.

- `#` is the title, `##` a section, `###` a group; a deeper heading is a group whose title is the
  path to it ("Compute / GPU").
- The first line beside a box is the item's title. Whatever else belongs to that list entry is its
  guidance, but for entries with a box of their own: those are nested items. A title that is merely
  broken at the margin (a long line that goes on in lower case) is put together again.
- Text under a heading is guidance of that section or group, wherever it stands there.
"""

from __future__ import annotations

import re
from typing import Any

from checklists.errors import Invalid
from checklists.formats.markdown import comments, fields, words
from checklists.formats.markdown.blocks import Block, Source
from checklists.formats.markdown.drafts import (
    Draft,
    DraftGroup,
    DraftSection,
    DraftTree,
    Prose,
    give_keys,
)
from checklists.formats.markdown.entries import Entries
from checklists.formats.markdown.inline import Title
from checklists.formats.markdown.references import Definitions
from checklists.formats.markdown.related import read_related
from checklists.formats.markdown.report import Report
from checklists.formats.markdown.titles import Titles, refuse_long_title
from checklists.formats.tree import ImportResult

_SECTION_LEVEL = 2
_SETTING = re.compile(r"[A-Za-z_][\w-]*[ \t]*:|[ \t#]|- (?!\[)|$")
"""How a line of front matter begins."""


class Reader:
    """Reads one text once."""

    def __init__(self, text: str) -> None:
        skip = _front_matter(text)
        self.source = Source(text, skip=skip)
        self.report = Report(self.source)
        self.report.lines(Block("front_matter", 0, skip, 0), words.FRONT_MATTER)
        self.definitions = Definitions()
        self.blocks = [
            block for block in self.source.blocks if not self.definitions.take(block, self.source)
        ]
        self.titles = Titles(self.definitions.environment())
        self.entries = Entries(self.source, self.report, self.titles)
        self.draft = DraftTree()
        self.prose = self.draft.intro
        self.path: list[tuple[int, str]] = []
        self.titled = False

    def read(self) -> ImportResult:
        """The checklist and the report. Raises Invalid if there is no item or a limit is passed."""
        position = 0
        while position < len(self.blocks):
            block = self.blocks[position]
            position += 1
            if block.kind == "heading":
                position = self._heading(block, position)
            elif block.has_box:
                self.group().items += self.entries.items(block, self.prose)
            elif not self._header(block):
                self.entries.keep(block, self.prose)
        for part in give_keys(self.draft.sections):
            self.report.line(part.line, words.KEY_TAKEN)
        tree = self.draft.finish(self._complete)
        for definition in self.definitions.unused():
            self.report.line(definition.line, words.UNUSED_LINK)
        return ImportResult(tree, self.report.all())

    def group(self) -> DraftGroup:
        """The group that items go to now; without a heading, one without a title."""
        section = self.section()
        if not section.groups:
            section.groups.append(DraftGroup(section.line, "", Prose(section.line)))
        return section.groups[-1]

    def section(self) -> DraftSection:
        """The section that groups go to now; without a heading, one without a title."""
        if not self.draft.sections:
            self.draft.sections.append(DraftSection(1, "", Prose(1)))
        return self.draft.sections[-1]

    def _heading(self, block: Block, position: int) -> int:
        line = block.start + 1
        title = self.titles.heading(block.text, line)
        if not title.text:
            self.report.line(line, words.EMPTY_HEADING)
        elif block.level > _SECTION_LEVEL:
            self._open_group(block.level, title, line)
        elif block.level == 1 and not self.titled and not self.draft.sections:
            self._open_tree(title, line)
        elif self._lists_documents(title, position):
            return self._documents(position)
        else:
            if block.level == 1:
                self.report.line(line, words.SECOND_TITLE)
            self._open_section(title, line)
        return position

    def _open_tree(self, title: Title, line: int) -> None:
        found = self._fields(title, line, segments=0)
        self.draft.title = found.get("title", title.text)
        self.prose.add(title.original)
        self.titled = True

    def _open_section(self, title: Title, line: int) -> None:
        section = DraftSection(line, title.text, Prose(line))
        self._claim(section, title, segments=1)
        section.closing = words.means_close(section.title)
        self.draft.sections.append(section)
        self.prose, self.path = section.prose, []

    def _open_group(self, level: int, title: Title, line: int) -> None:
        section = self.section()
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self._drop_mere_path(section)
        self.path.append((level, title.text))
        whole = " / ".join(text for _, text in self.path)
        refuse_long_title(whole, line)
        group = DraftGroup(line, whole, Prose(line))
        self._claim(group, title, segments=2)
        section.groups.append(group)
        self.prose = group.prose

    def _drop_mere_path(self, section: DraftSection) -> None:
        """A heading with nothing but deeper headings below lives on in their titles."""
        last = section.groups[-1] if section.groups else None
        above = " / ".join(text for _, text in self.path)
        if last and last.title == above and not (last.items or last.fields or last.prose):
            section.groups.pop()

    def _claim(self, part: Draft, title: Title, *, segments: int) -> None:
        part.fields = self._fields(title, part.line, segments=segments)
        part.title = part.fields.pop("title", part.title)
        part.prose.add(title.original)

    def _fields(self, title: Title, line: int, *, segments: int) -> dict[str, Any]:
        try:
            return fields.heading_fields(title.comment, segments=segments) if title.comment else {}
        except Invalid as error:
            self.report.line(line, words.BAD_COMMENT.format(error.message))
            return {}

    def _lists_documents(self, title: Title, position: int) -> bool:
        """Whether the section is the list of related documents; our comment says it is not."""
        return (
            words.means_related(title.text)
            and not title.comment
            and not any(b.has_box for b in self.blocks[position : self._section_end(position)])
        )

    def _documents(self, position: int) -> int:
        end = self._section_end(position)
        blocks = self.blocks[position:end]
        for block in blocks:
            self.definitions.needed_by(self.source.text_of(block))
        self.draft.related += read_related(blocks, self.source, self.titles, self.report)
        return end

    def _section_end(self, position: int) -> int:
        end = position
        while end < len(self.blocks):
            block = self.blocks[end]
            if block.kind == "heading" and block.level <= _SECTION_LEVEL:
                break
            end += 1
        return end

    def _header(self, block: Block) -> bool:
        """Take a comment of ours that is about the whole checklist."""
        if block.kind != "html_block":
            return False
        rest, comment = comments.split(self.source.text_of(block))
        if rest or not comment:
            return False
        try:
            found = fields.tree_fields(comment)
        except Invalid as error:
            # Reading on would lose the sign-off rules, and with them what protects a release.
            raise Invalid(
                f"The comment of Readiness on line {block.start + 1} cannot be used: "
                f"{error.message} Mend or remove it.",
                code="bad_comment",
                line=block.start + 1,
            ) from error
        self.draft.intro.add(found.get("intro", ""))
        self.draft.related += found.get("related", ())
        self.draft.rules += found.get("rules", ())
        return True

    def _complete(self, text: str) -> str:
        return "\n\n".join(filter(None, (text, "\n".join(self.definitions.needed_by(text)))))


def _front_matter(text: str) -> int:
    """How many lines of settings (YAML between two lines of three hyphens) the text begins with."""
    first, *lines = text.split("\n")
    if first.rstrip() != "---" or not lines or ":" not in lines[0]:
        return 0
    for number, line in enumerate(lines, 2):
        if line.rstrip() == "---":
            return number
        if not _SETTING.match(line):
            return 0
    return 0
