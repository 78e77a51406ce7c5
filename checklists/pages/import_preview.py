"""The preview of an import: the lines of the source beside the parts that they became.

A page holds so many lines and only the parts that they touch, so that a file of twenty thousand
lines costs no more to look at than one of two hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.formats.tree import (
    MUST,
    ChecklistTree,
    ImportResult,
    Item,
    Line,
    LineKind,
    Said,
)

LINES_AT_ONCE = 300
TEXT_SHOWN = 400
"""Characters of a line that are shown; the rest is counted."""

WORDS = {
    LineKind.TITLE: gettext_lazy("Title"),
    LineKind.SECTION: gettext_lazy("Section"),
    LineKind.GROUP: gettext_lazy("Group"),
    LineKind.ITEM: gettext_lazy("Item"),
    LineKind.GUIDANCE: gettext_lazy("Guidance"),
    LineKind.RELATED: gettext_lazy("Document"),
    LineKind.SETTING: gettext_lazy("Setting"),
    LineKind.IGNORED: gettext_lazy("Left out"),
    LineKind.BLANK: "",
}
_ICONS = {
    LineKind.TITLE: "flag",
    LineKind.SECTION: "layers",
    LineKind.GROUP: "folder",
    LineKind.ITEM: "check",
    LineKind.GUIDANCE: "file-text",
    LineKind.RELATED: "link",
    LineKind.SETTING: "settings",
    LineKind.IGNORED: "triangle-alert",
    LineKind.BLANK: "",
}
SHOWS: dict[str, Callable[[Line, Said], bool]] = {
    "all": lambda line, said: True,
    "odd": lambda line, said: bool(line.why) or line.kind == LineKind.IGNORED,
    "items": lambda line, said: line.kind == LineKind.ITEM,
    "hand": lambda line, said: line.number in said,
}
"""Which lines each filter shows."""


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line: what it became as a word, an icon and a class, and why if it is odd."""

    number: int
    text: str
    more: int
    kind: str
    word: str
    icon: str
    part: str
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of the checklist: `depth` moves it in, `guidance` counts its lines of text."""

    key: str
    kind: str
    icon: str
    title: str
    depth: int
    flags: tuple[str, ...]
    guidance: int


@dataclass(frozen=True, slots=True)
class ShowChoice:
    """A filter above the lines."""

    name: str
    word: str
    number: int


@dataclass(frozen=True, slots=True)
class LinePage:
    """The lines of one page beside their parts. Pages count from 1."""

    lines: tuple[LineShown, ...]
    parts: tuple[PartShown, ...]
    page: int
    pages: int
    first: int
    last: int
    show: str
    shows: tuple[ShowChoice, ...]

    @property
    def total(self) -> int:
        """How many lines the filter shows."""
        return next(choice.number for choice in self.shows if choice.name == self.show)


def line_page(result: ImportResult, said: Said, show: str, page: int) -> LinePage:
    """One page of the lines that a filter shows; the nearest page there is."""
    show = show if show in SHOWS else "all"
    found = [line for line in result.lines if SHOWS[show](line, said)]
    pages = max(-(-len(found) // LINES_AT_ONCE), 1)
    page = min(max(page, 1), pages)
    start = (page - 1) * LINES_AT_ONCE
    shown = found[start : start + LINES_AT_ONCE]
    whole = show == "all" and pages == 1
    keys = None if whole else {line.key for line in shown if line.key}
    return LinePage(
        lines=tuple(_line(line, said) for line in shown),
        parts=tuple(_parts(result.tree, keys)),
        page=page,
        pages=pages,
        first=shown[0].number if shown else 0,
        last=shown[-1].number if shown else 0,
        show=show,
        shows=tuple(_choices(result.lines, said)),
    )


def _choices(lines: Sequence[Line], said: Said) -> Iterator[ShowChoice]:
    words = {"all": _("All lines"), "odd": _("Odd"), "items": _("Items"), "hand": _("By hand")}
    for name, word in words.items():
        number = sum(SHOWS[name](line, said) for line in lines)
        if number or name in ("all", "odd"):
            yield ShowChoice(name, word, number)


def _line(line: Line, said: Said) -> LineShown:
    return LineShown(
        number=line.number,
        text=line.text[:TEXT_SHOWN],
        more=max(len(line.text) - TEXT_SHOWN, 0),
        kind=str(line.kind),
        word=str(WORDS[line.kind]),
        icon=_ICONS[line.kind],
        part=line.key,
        why=line.why,
        said=str(said.get(line.number, "")),
    )


def _parts(tree: ChecklistTree, keys: set[str] | None) -> Iterator[PartShown]:
    """The parts of these keys with the headings above them; without keys all."""
    for section in tree.sections:
        below: list[PartShown] = []
        for group in section.groups:
            depths = {"": 1 + bool(group.title)}
            items: list[PartShown] = []
            for item in group.items:
                depths[item.key] = depths[item.parent] + 1
                if keys is None or item.key in keys:
                    items.append(_item(item, depths[item.parent]))
            if group.title and (keys is None or items or group.key in keys):
                below.append(_part(LineKind.GROUP, group.key, group.title, 1, group.guidance))
            below += items
        if section.title and (keys is None or below or section.key in keys):
            yield _part(LineKind.SECTION, section.key, section.title, 0, section.guidance)
        yield from below


def _part(kind: LineKind, key: str, title: str, depth: int, guidance: str) -> PartShown:
    lines = guidance.count("\n") + bool(guidance)
    return PartShown(key, str(kind), _ICONS[kind], title, min(depth, 6), (), lines)


def _item(item: Item, depth: int) -> PartShown:
    flags = [item.condition or (_("may not apply") if item.na_allowed else "")]
    flags += [item.requirement if item.requirement != MUST else "", item.due, item.owner_role]
    flags.append(_("evidence") if item.evidence_required else "")
    lines = item.guidance.count("\n") + bool(item.guidance)
    return PartShown(
        key=item.key,
        kind=str(LineKind.ITEM),
        icon=_ICONS[LineKind.ITEM],
        title=item.title,
        depth=min(depth, 6),
        flags=tuple(filter(None, flags)),
        guidance=lines,
    )
