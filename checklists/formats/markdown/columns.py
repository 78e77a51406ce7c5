"""What the columns of a table mean: which one holds the items, which ones their answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from checklists.formats.keys import slug
from checklists.formats.markdown import column_names as known
from checklists.formats.markdown import options, severity
from checklists.formats.markdown.boxes import Box, leading_box
from checklists.formats.markdown.grid import Cell, Table
from checklists.formats.tree import MAY, MUST

_TIER = re.compile(
    r"(?:l|lvl|level|tier|asil|sil|stage|phase|class|cat|category|t)-?(?:[0-9]|i{1,3}|[a-d])"
    r"|bronze|silver|gold|platinum|basic|standard|advanced|minimum|beginner|intermediate|expert"
    r"|small|medium|large|dev|development|test|staging|prod|production|alpha|beta|ga|mvp|v[0-9]"
)
_ASIDES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LISTED = re.compile(r"[-+*][ \t]+(?=\S)")
_ORDINAL = re.compile(r"[A-Za-z]{0,8}[-_. ]?[0-9]{1,6}(?:[.-][0-9]{1,6})*[.)]?")


class Evidence(IntEnum):
    """How sure it is that the rows of a table are a checklist."""

    NONE = 0
    ROWS = 1
    NAMED = 2
    CHECKS = 3
    FORM = 4


@dataclass(slots=True)
class Columns:
    """Columns by their meaning. `choices` are answers to tick, by the answer's words; `levels` are
    requirements to tick; `severity` is what yes and no mean."""

    item: int
    status: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    severity: dict[int, tuple[str, str]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    choices: dict[int, str] = field(default_factory=dict)
    levels: dict[int, str] = field(default_factory=dict)
    tiers: list[int] = field(default_factory=list)

    def told(self) -> set[int]:
        """The columns whose cells are no guidance."""
        apart = {*self.status, *self.words, *self.severity, *self.choices, *self.levels}
        return {self.item, *apart}


def evidence(table: Table) -> Evidence:
    """How sure it is that the table's rows are items."""
    found = columns_of(table)
    if found is None:
        return Evidence.NONE
    boxed = any(_strong(cell.text) for row in table.rows for cell in row)
    if boxed or found.status or len(found.choices) > 1 or found.levels or len(found.tiers) > 1:
        return Evidence.FORM
    name = _name(table.header[found.item].text)
    if _is(name, known.CHECKS):
        return Evidence.CHECKS
    return Evidence.NAMED if _is(name, known.SURE) else Evidence.ROWS


def columns_of(table: Table) -> Columns | None:
    """What the columns mean; None if the table cannot be a checklist."""
    _lift_header(table)
    names = [_name(cell.text) for cell in table.header]
    if not table.rows or set(known.NAMES[known.NO_CHECKLIST]) & set(names):
        return None
    found = Columns(-1)
    open_columns = [place for place in range(len(names)) if not _take(found, table, place)]
    found.item = _item(table, names, open_columns)
    if not (found.status or found.choices):
        found.status = _boxed(table, {*open_columns, *found.told()})
    return found if found.item >= 0 else None


def _boxed(table: Table, others: set[int]) -> list[int]:
    """The one column, besides the others, that holds nothing but boxes, whatever its name is."""
    found = [
        place
        for place in range(len(table.header))
        if place not in others
        and all(row[place].text and _strong(row[place].text) for row in table.rows)
    ]
    return found if len(found) == 1 else []


def mark_of(text: str) -> Box | None:
    """The box that a cell is, with nothing beside it."""
    text = _LISTED.sub("", text)
    box = leading_box(text)
    if box and not text[box.end :].strip():
        return box
    if text.casefold() in ("x", "✓", "✔", "v", "*", "-", "\u2013", "\u2014", "o"):
        return leading_box(f"[{text}]")
    return None


def _take(found: Columns, table: Table, place: int) -> bool:
    """Give a column that cannot hold the items its meaning. False if it may hold them."""
    header = table.header[place].text
    name = _name(header)
    cells = [row[place].text for row in table.rows if row[place].text]
    marks = all(mark_of(cell) for cell in cells)
    level = severity.of_word(header.rstrip("?"))
    if marks and (_is(name, known.STATUS) or (not name and cells) or mark_of(header)):
        found.status.append(place)
    elif marks and options.is_option(header):
        found.choices[place] = header.strip()
    elif _is(name, known.STATUS) and all(map(_is_state, cells)):
        found.status.append(place)
    elif marks and level and _levels(table) > 1:
        found.levels[place] = level
    elif _says_severity(name, cells):
        found.severity[place] = (MAY, MUST) if name == "optional" else (MUST, MAY)
    elif _TIER.fullmatch(name) and all(map(_is_state, cells)):
        found.tiers.append(place)
    elif _is(name, known.WORDS):
        found.words.append(place)
    elif _counts(name, header, cells):
        found.numbers.append(place)
    else:
        return marks or (all(map(_is_state, cells)) and not _names_items(name))
    return True


def _is(name: str, meaning: str) -> bool:
    return name in known.NAMES[meaning]


def _names_items(name: str) -> bool:
    return any(_is(name, meaning) for meaning in (known.CHECKS, known.SURE, known.NAMED))


def _levels(table: Table) -> int:
    return sum(bool(severity.of_word(cell.text.rstrip("?"))) for cell in table.header)


def _says_severity(name: str, cells: list[str]) -> bool:
    if _is(name, known.SEVERITY):
        letters = name == "moscow"
        return bool(cells) and all(
            _is_severity(cell) or (letters and severity.of_letter(cell)) for cell in cells
        )
    words = [cell for cell in cells if severity.of_word(cell)]
    return bool(words) and len(words) == len(cells) and not _names_items(name)


def _counts(name: str, header: str, cells: list[str]) -> bool:
    if _is(name, known.NUMBER) or header.strip() == "#":
        return True
    return bool(cells) and all(map(_ORDINAL.fullmatch, cells)) and not _names_items(name)


def _item(table: Table, names: list[str], places: list[int]) -> int:
    for name in (*known.NAMES[known.CHECKS], *known.NAMES[known.SURE], *known.NAMES[known.NAMED]):
        for place in places:
            if names[place] in (name, f"{name}s"):
                return place
    for place in places:
        cells = [row[place].text for row in table.rows if row[place].text]
        if (
            names[place] not in known.NAMES[known.ASIDE]
            and len(set(cells)) * 5 >= len(table.rows) * 4
        ):
            return place
    return places[0] if places else -1


def _lift_header(table: Table) -> None:
    """Rows of HTML may have a first one that is the header, and Markdown's header may be a row."""
    if table.rows and not any(cell.text for cell in table.header):
        names = {_name(cell.text) for cell in table.rows[0]}
        if _knows(names) and not any(_strong(cell.text) for cell in table.rows[0]):
            table.header = table.rows.pop(0)
        return
    boxed = any(_strong(cell.text) for cell in table.header)
    if boxed and not _knows({_name(cell.text) for cell in table.header}):
        table.rows.insert(0, table.header)
        table.header = [Cell("", cell.line) for cell in table.header]


def _knows(names: Iterable[str]) -> bool:
    return any(name in known.KNOWN for name in names)


def _strong(text: str) -> bool:
    box = leading_box(text)
    return box is not None and not box.weak


def _is_state(text: str) -> bool:
    return (
        bool(mark_of(text))
        or options.is_option(text)
        or bool(options.in_line(text))
        or "-".join(text.casefold().split()) in known.NAMES[known.STATES]
    )


def _is_severity(text: str) -> bool:
    return bool(mark_of(text) or severity.of_word(text)) or options.is_option(text)


def _name(header: str) -> str:
    plain = re.sub(r"[*_`]", "", header)
    return slug(_ASIDES.sub("", plain)) or slug(plain)
