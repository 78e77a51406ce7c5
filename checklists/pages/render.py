"""Rows and counters as HTML: one rendering for the page, the answers and the stream."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import fields
from functools import lru_cache

from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from checklists.pages.counters import Mark, SectionCount
from checklists.pages.rows import ItemRow
from checklists.pages.snapshot import Snapshot
from checklists.pages.spoken import kept_in_each_language


@kept_in_each_language(maxsize=4_000)
def drawn_with(template: str, *values: tuple[str, Hashable]) -> SafeString:
    """A template drawn with these values alone. Equal values are equal HTML, as with rows."""
    return SafeString(render_to_string(template, dict(values)))


@kept_in_each_language(maxsize=4_000)
def row_html(row: ItemRow) -> SafeString:
    """The row. Equal rows are equal HTML, so what was once rendered is kept and stays true."""
    # A template finds names in a mapping a quarter faster, and rows are most of a page.
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    html = get_template("checklists/_item_row.html").render({"row": values, "sprite": _sprite()})
    return mark_safe(html.strip())  # noqa: S308  a template's output is safe


@kept_in_each_language(maxsize=250)
def section_html(section: SectionCount, rows: tuple[ItemRow, ...]) -> SafeString:
    """A section with all its rows, kept as rows are: after a tick only one is drawn anew."""
    drawn = iter(rows)
    groups = [
        (group, mark_safe("".join(row_html(next(drawn)) for _ in group.pks)))  # noqa: S308
        for group in section.groups
    ]
    return SafeString(
        render_to_string("checklists/_section.html", {"s": section, "groups": groups})
    )


def sections_html(snapshot: Snapshot) -> list[SafeString]:
    """Every section with its rows; those that stayed the same since before are not drawn again."""

    def draw(section: SectionCount) -> SafeString:
        pks = [pk for group in section.groups for pk in group.pks]
        return section_html(section, tuple(snapshot.rows[pk] for pk in pks))

    return _of_each_section(snapshot, "rows", draw)


def of_each_section(snapshot: Snapshot, template: str) -> list[SafeString]:
    """What a template says of every section: its place in the strip, say, or in the navigator."""
    return _of_each_section(snapshot, template, lambda s: drawn_with(template, ("s", s)))


def _of_each_section(
    snapshot: Snapshot, part: str, draw: Callable[[SectionCount], SafeString]
) -> list[SafeString]:
    sections, drawn = snapshot.counters.sections, snapshot.sections_drawn
    for section in sections:
        if (part, section.index) not in drawn:
            before = snapshot.section_drawn_before(part, section)
            drawn[part, section.index] = draw(section) if before is None else before
    return [drawn[part, section.index] for section in sections]


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("icons.svg")


def row_frame(row: ItemRow) -> str:
    """The row as something to swap in where it stands."""
    return (
        f'<hx-partial hx-target="#{row.dom_id}" hx-swap="outerMorph">{row_html(row)}</hx-partial>'
    )


def row_frames(snapshot: Snapshot, item_ids: Collection[int]) -> dict[int, str]:
    """The frames of these items, as they are now."""
    return {pk: row_frame(snapshot.rows[pk]) for pk in item_ids if pk in snapshot.rows}


def counter_frame(snapshot: Snapshot, item_ids: Collection[int] | None = None) -> str:
    """What counts the rows, to be swapped in. With `item_ids`, only the sections they are in.

    Kept with the snapshot: the answer to a tick and the stream draw the same at the same moment.
    """
    wanted = None if item_ids is None else frozenset(item_ids)
    with snapshot.drawing:
        if wanted not in snapshot.drawn:
            snapshot.drawn[wanted] = _counters_html(snapshot, wanted)
        return snapshot.drawn[wanted]


def _counters_html(snapshot: Snapshot, wanted: frozenset[int] | None) -> str:
    counters = snapshot.counters
    sections = [s for s in counters.sections if wanted is None or _holds(s, wanted)]
    return render_to_string(
        "checklists/_counters.html",
        {"counters": counters, "sections": sections, "marks": list(_marks(sections, wanted))},
    ).strip()


def _holds(section: SectionCount, item_ids: frozenset[int]) -> bool:
    return any(not item_ids.isdisjoint(group.pks) for group in section.groups)


def _marks(sections: Iterable[SectionCount], item_ids: frozenset[int] | None) -> Iterable[Mark]:
    for section in sections:
        for mark in section.marks:
            if item_ids is None or int(mark.pk) in item_ids:
                yield mark
