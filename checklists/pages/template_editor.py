"""The editor of a draft: its outline as rows, and the part of which the settings are shown.

An edit touches one section or two: the outline is drawn by section, so that an answer brings those
and no more, however long the checklist is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from checklists.formats.lint_words import Finding
from checklists.formats.places import locate, part_at
from checklists.formats.tree import CLOSE, ChecklistTree, Group, Item, Section
from checklists.pages.template_pages import item_flags

MOST_FINDINGS = 200
"""Findings that a page shows; whoever has more begins with those."""


@dataclass(frozen=True, slots=True)
class EditedPart:
    """The part whose settings are shown. `level`: 0 is the checklist, 3 an item."""

    key: str
    level: int
    number: str
    name: str
    part: Section | Group | Item | ChecklistTree
    inside: int


@dataclass(frozen=True, slots=True)
class Finder:
    """Where a finding of the linter leads."""

    code: str
    severity: str
    says: str
    advice: str
    key: str
    number: str
    title: str


class Found(NamedTuple):
    """What the linter found, the heaviest first: cut at MOST_FINDINGS, and how many there are."""

    shown: list[Finder]
    total: int
    hidden: int


def part_of(tree: ChecklistTree, key: str) -> EditedPart:
    """The part with the key; without one the checklist itself. Raises Conflict if it is gone."""
    if not key:
        return EditedPart("", 0, "", _("The checklist"), tree, tree.counts().items)
    place = locate(tree, key)
    part = part_at(tree, place)
    number = ".".join(str(at + 1) for at in place if at is not None)
    level = sum(at is not None for at in place)
    names = (_("Section %(number)s"), _("Group %(number)s"), _("Item %(number)s"))
    inside = 0
    if isinstance(part, Section):
        inside = sum(1 for item in part.items())
    elif isinstance(part, Group):
        inside = len(part.items)
    return EditedPart(key, level, number, names[level - 1] % {"number": number}, part, inside)


def finders_of(tree: ChecklistTree, findings: list[Finding]) -> Found:
    """The findings, each with the number and title of the part that it is about."""
    named: dict[str, tuple[str, str]] = {"": ("", tree.title)}
    for s, section in enumerate(tree.sections, start=1):
        named[section.key] = (str(s), section.title or tree.title)
        for g, group in enumerate(section.groups, start=1):
            named[group.key] = (f"{s}.{g}", group.title)
            numbered = enumerate(group.items, start=1)
            named |= {item.key: (f"{s}.{g}.{i}", item.title) for i, item in numbered}
    shown = [
        Finder(f.code, f.severity, f.says, f.advice, f.key, *named[f.key])
        for f in findings[:MOST_FINDINGS]
    ]
    return Found(shown, len(findings), len(findings) - len(shown))


def outline_html(tree: ChecklistTree, current: str) -> SafeString:
    """The whole outline."""
    sections = (section_html(tree, at, current) for at in range(len(tree.sections)))
    return mark_safe("".join(sections))  # noqa: S308  each comes from section_html


def section_html(tree: ChecklistTree, at: int, current: str) -> SafeString:
    """One section with its rows; `current` is the key of the row whose settings are shown."""
    section = tree.sections[at]
    held = current if current and _holds(section, current) else ""
    return _section(section, at + 1, tree.title, held, get_language() or "")


def changed_sections(before: ChecklistTree, after: ChecklistTree) -> list[int] | None:
    """The indices of the sections that differ; None if the outline has to be drawn anew."""
    keys = [section.key for section in before.sections]
    if keys != [section.key for section in after.sections] or before.title != after.title:
        return None
    pairs = enumerate(zip(before.sections, after.sections, strict=True))
    return [at for at, (old, new) in pairs if old != new]


def dom_id(key: str) -> str:
    """The id of a part's row."""
    return f"p-{key}"


@lru_cache(maxsize=500)
def _section(section: Section, number: int, fallback: str, current: str, _lang: str) -> SafeString:
    """A section's rows. Equal ones are drawn once; `_lang` keeps languages apart."""
    count = sum(1 for item in section.items())
    after = count and all(item.stage == CLOSE for item in section.items())
    flags = [_("After go-live")] if after else []
    title = section.title or fallback
    rows = [_row(section.key, str(number), title, "sec", flags, current, tail=str(count))]
    for at, group in enumerate(section.groups, start=1):
        rows += _group(group, f"{number}.{at}", current)
    return mark_safe(  # noqa: S308  rows are escaped where they are made
        f'<li class="tsec" id="sec-{number}"><ol>{"".join(rows)}</ol></li>'
    )


def _group(group: Group, number: str, current: str) -> Iterator[str]:
    if group.title:
        yield _row(group.key, number, group.title, "subsec", [], current)
    depths = {"": 0}
    for at, item in enumerate(group.items, start=1):
        depth = depths[item.key] = depths[item.parent] + 1
        flags = list(item_flags(item))
        css = f"d{min(depth, 6)}"
        yield _row(item.key, f"{number}.{at}", item.title, css, flags, current, depth=depth)


def _row(
    key: str,
    number: str,
    title: str,
    css: str,
    flags: list[str],
    current: str,
    *,
    tail: str = "",
    depth: int = 0,
) -> str:
    marks = "".join(f'<span class="tag">{escape(flag)}</span>' for flag in flags)
    if tail:
        marks += f'<span class="count small">{tail}</span>'
    here = ' aria-current="true"' if key == current else ""
    # Only what is nested says so: the numbers say the rest.
    nested = f'<span class="sr">{_level(depth)}</span>' if depth > 1 else ""
    return (
        f'<li data-key="{escape(key)}" class="o {css}">'
        '<span class="grip" aria-hidden="true"></span>'
        f'<span class="no">{number}</span><a id="{escape(dom_id(key))}"'
        f' href="?key={quote(key, safe="")}#part"{here}>{escape(title)}{nested}</a>'
        f'<span class="flags">{marks}</span></li>'
    )


def _level(depth: int) -> SafeString:
    return format_html(", {}", _("level %(depth)s") % {"depth": depth})


def _holds(section: Section, key: str) -> bool:
    return section.key == key or any(
        group.key == key or any(item.key == key for item in group.items) for group in section.groups
    )
