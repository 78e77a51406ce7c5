"""From pieces to a checklist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.markdown import fields, severity, words
from checklists.formats.markdown.drafts import (
    Draft,
    DraftGroup,
    DraftItem,
    DraftSection,
    DraftTree,
    Prose,
)
from checklists.formats.markdown.inline import Title
from checklists.formats.markdown.pieces import Piece
from checklists.formats.markdown.related import read_related
from checklists.formats.markdown.titles import Titles, refuse_long_title
from checklists.formats.tree import MUST, LineKind


class Builder:
    """Takes pieces in their order and lets a checklist grow."""

    def __init__(self, titles: Titles) -> None:
        self.draft = DraftTree()
        self._titles = titles
        self._part: Draft | None = None
        self._path: list[tuple[int, str]] = []
        self._items: list[DraftItem] = []

    def take(self, piece: Piece) -> None:
        """Take one piece. Raises Invalid if a limit is passed."""
        handle = self._HANDLERS.get(piece.kind)
        if handle:
            handle(self, piece)
        elif piece.under:
            piece.part = piece.under.part

    def _tree(self, piece: Piece) -> None:
        title = self._titles.heading(piece.text, piece.line)
        found = self._fields(title, piece, lambda text: fields.heading_fields(text, segments=0))
        self.draft.title = found.get("title", title.text)
        self.draft.intro.add(title.original)
        self.draft.intro.add(title.hint)

    def _section(self, piece: Piece) -> None:
        title = self._titles.heading(piece.text, piece.line)
        section = DraftSection(piece.line, title.text, Prose(piece.line))
        self._open(section, title, piece, segments=1)
        section.closing = words.means_close(section.title)
        self.draft.sections.append(section)
        self._path = []

    def _group(self, piece: Piece) -> None:
        title = self._titles.heading(piece.text, piece.line)
        section = self._current_section()
        while self._path and self._path[-1][0] >= piece.level:
            self._path.pop()
        self._drop_mere_path(section)
        self._path.append((piece.level, title.text))
        whole = " / ".join(text for _level, text in self._path)
        refuse_long_title(whole, piece.line)
        group = DraftGroup(piece.line, whole, Prose(piece.line))
        self._open(group, title, piece, segments=2)
        section.groups.append(group)

    def _item(self, piece: Piece) -> None:
        title = self._titles.item(piece.text, piece.line)
        if not title.text:
            piece.kind = LineKind.IGNORED
            piece.report(words.NO_TITLE)
            return
        group = self._current_group()
        item = DraftItem(piece.line, title.text, Prose(piece.line), title.condition)
        item.parent = self._parent(piece)
        item.na_allowed = piece.na
        item.requirement = piece.requirement or title.requirement or self._expected()
        item.fields = self._fields(title, piece, fields.item_fields)
        item.title = item.fields.pop("title", item.title)
        item.prose.add(title.original)
        item.prose.add(title.hint)
        if title.struck:
            piece.report(words.STRUCK)
        piece.part = item
        group.items.append(item)
        self._items.append(item)

    def _parent(self, piece: Piece) -> DraftItem | None:
        """The item that it is nested in, if that is still one that others may be nested in."""
        parent = piece.under.part if piece.under else None
        while self._items and self._items[-1] is not parent:
            self._items.pop()
        return self._items[-1] if self._items else None

    def _expected(self) -> str:
        """What the headings above say of the items below them."""
        section = self._current_section()
        names = [*reversed(self._current_group().title.split(" / ")), section.title]
        return next(filter(None, map(severity.of_heading, names)), MUST)

    def _guidance(self, piece: Piece) -> None:
        piece.part = piece.under.part if piece.under else self._part
        prose = piece.part.prose if piece.part else self.draft.intro
        prose.add(piece.text, lines=piece.numbers)

    def _related(self, piece: Piece) -> None:
        if piece.text:
            self.draft.related += read_related(piece, self._titles)

    def _setting(self, piece: Piece) -> None:
        """A comment of ours that is about the whole checklist, if it has a text."""
        if piece.under:
            piece.part = piece.under.part
        if not piece.text:
            return
        try:
            found = fields.tree_fields(piece.text)
        except Invalid as error:
            # Reading on would lose the sign-off rules, and with them what protects a release.
            raise Invalid(
                _(
                    "The comment of Readiness on line %(start)s cannot be used: %(message)s "
                    "Mend or remove it."
                )
                % {"start": piece.line, "message": error.message},
                code="bad_comment",
                line=piece.line,
            ) from error
        self.draft.intro.add(found.pop("intro", ""))
        self.draft.related += found.pop("related", ())
        self.draft.rules += found.pop("rules", ())
        for name, value in found.items():
            setattr(self.draft, name, value)

    def _current_group(self) -> DraftGroup:
        """The group that items go to now; without a heading, one without a title."""
        section = self._current_section()
        if not section.groups:
            section.groups.append(DraftGroup(section.line, "", Prose(section.line)))
        return section.groups[-1]

    def _current_section(self) -> DraftSection:
        """The section that groups go to now; without a heading, one without a title."""
        if not self.draft.sections:
            self.draft.sections.append(DraftSection(1, "", Prose(1)))
        return self.draft.sections[-1]

    def _drop_mere_path(self, section: DraftSection) -> None:
        """A heading with nothing but deeper headings below lives on in their titles."""
        last = section.groups[-1] if section.groups else None
        above = " / ".join(text for _level, text in self._path)
        if last and last.title == above and not (last.items or last.fields or last.prose):
            section.groups.pop()

    def _open(
        self, part: DraftSection | DraftGroup, title: Title, piece: Piece, *, segments: int
    ) -> None:
        part.fields = self._fields(
            title, piece, lambda text: fields.heading_fields(text, segments=segments)
        )
        part.title = part.fields.pop("title", part.title)
        part.prose.add(title.original)
        part.prose.add(title.hint)
        self._part = piece.part = part
        self._items = []

    def _fields(
        self, title: Title, piece: Piece, read: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any]:
        try:
            return read(title.comment) if title.comment else {}
        except Invalid as error:
            piece.report(str(words.BAD_COMMENT).format(error.message))
            return {}

    _HANDLERS: dict[LineKind, Callable[[Builder, Piece], None]] = {
        LineKind.TITLE: _tree,
        LineKind.SECTION: _section,
        LineKind.GROUP: _group,
        LineKind.ITEM: _item,
        LineKind.GUIDANCE: _guidance,
        LineKind.RELATED: _related,
        LineKind.SETTING: _setting,
    }
