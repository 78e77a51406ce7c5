"""From HTML to lines of Markdown that remember where they stood."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from checklists.formats.markdown.boxes import leading_box
from checklists.formats.markdown.grid import Cell, Row, Table, padded
from checklists.formats.markdown.segments import Segment

_TOKEN = re.compile(
    r"(<!--.*?(?:-->|\Z))|<(/?)([a-zA-Z][a-zA-Z0-9-]{0,20})\b([^<>]*)>|<![^<>]*>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&]")
_LEADING = re.compile(r"[-+=]|[0-9]{1,9}[.)]")
_BREAKS = {"p", "div", "br", "ul", "ol", "li", "section", "article", "header", "footer", "main"}
_BREAKS |= {"hr", "pre", "blockquote", "dl", "dt", "dd", "form", "fieldset", "legend", "body"}
_SILENT = {"script", "style", "template", "noscript"}
_MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`", "del": "~~", "s": "~~"}


class Lines:
    """Reads one text. `titled`: its `<title>` is the title, for there is no other."""

    def __init__(self, *, titled: bool = False) -> None:
        self._titled = titled
        self._found: list[Segment] = []
        self._line = 0
        self._inline = ""
        self._began = 0
        self._lists = 0
        self._marker = False
        self._heading = 0
        self._silent = ""
        self._single = ""
        self._rows: list[tuple[bool, Row]] | None = None
        self._open_cell = ""
        self._links: list[str] = []

    def read(self, text: str, first: int) -> list[Segment]:
        """What is in the text, whose first line has that number."""
        self._line = first
        place = 0
        for found in _TOKEN.finditer(text):
            self._text(text[place : found.start()])
            place = found.end()
            if found.group(1):
                self._comment(found.group(1))
            elif found.group(3):
                self._tag(found.group(3).lower(), found.group(4), closing=bool(found.group(2)))
            self._line += found.group().count("\n")
        self._text(text[place:])
        self._end_cell()
        self._flush()
        self._close_table()
        return self._found

    def _text(self, text: str) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                self._line += 1
                self._soft_break()
            if part.strip():
                self._add(part)
            else:
                self._inline += " " if part and self._inline else ""

    def _add(self, part: str) -> None:
        if self._silent:
            self._put("dropped", part.strip(), self._line)
            return
        text = html.unescape(part)
        if self._inline.strip():
            self._inline += _SPECIAL.sub(r"\\\g<0>", text)
            return
        box = leading_box(text)
        shown = text[: box.end] if box else ""
        self._begin(shown + _SPECIAL.sub(r"\\\g<0>", text[len(shown) :].lstrip()))

    def _begin(self, text: str) -> None:
        self._inline = text.lstrip()
        self._began = self._line

    def _soft_break(self) -> None:
        if self._heading or self._single or self._rows is not None:
            self._inline += " " if self._inline else ""
        else:
            self._flush()

    def _comment(self, comment: str) -> None:
        if comment[4:-3].strip():
            self._put("dropped", comment.split("\n")[0].strip(), self._line)

    def _tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if self._silent:
            self._silent = "" if closing and name == self._silent else self._silent
        elif name in _SILENT and not closing:
            self._flush()
            self._silent = name
        elif name in _MARKS:
            self._mark(_MARKS[name])
        elif name in self._BLOCKS:
            self._BLOCKS[name](self, name, closing)
        elif name in _BREAKS:
            self._break()
        elif not closing or name == "a":
            self._inline_tag(name, attributes, closing)

    def _inline_tag(self, name: str, attributes: str, closing: bool) -> None:
        given = {
            key.lower(): html.unescape(a or b or c)
            for key, a, b, c in _ATTRIBUTE.findall(attributes[:4000])
        }
        if name == "input" and given.get("type", "").lower() == "checkbox":
            box = "[x] " if re.search(r"\bchecked\b", attributes, re.I) else "[ ] "
            if self._inline.strip():
                self._inline += box
            else:
                self._begin(box)
        elif name == "img" and given.get("alt"):
            self._add(given["alt"])
        elif name == "a" and not closing:
            self._links.append(given.get("href", ""))
            self._mark("[" if self._links[-1] else "")
        elif name == "a" and self._links:
            address = re.sub(r"[\s<>\\]", "", self._links.pop())
            self._inline += f"](<{address}>)" if address else ""

    def _mark(self, mark: str) -> None:
        if mark and self._inline:
            self._inline += mark
        elif mark:
            self._begin(mark)

    def _break(self) -> None:
        if self._rows is not None or self._heading or self._single:
            self._inline += " " if self._inline else ""
        else:
            self._flush()
            self._put("text", "", self._line)

    def _list(self, name: str, closing: bool) -> None:
        self._break()
        if self._rows is None:
            self._lists = max(0, self._lists + (-1 if closing else 1))
            self._marker = False

    def _entry(self, name: str, closing: bool) -> None:
        self._break()
        if self._rows is None:
            self._lists = max(1, self._lists) if not closing else self._lists
            self._marker = not closing

    def _head(self, name: str, closing: bool) -> None:
        if self._rows is None:
            self._flush()
            self._heading = 0 if closing else int(name[1])

    def _one(self, name: str, closing: bool) -> None:
        if closing and self._single:
            kind = self._single
            text, self._inline = self._inline.strip(), ""
            self._single = ""
            if kind == "title" and text:
                kind, text = ("text", f"# {text}") if self._titled else ("dropped", text)
            if text:
                self._put(kind, text, self._began)
        elif not closing:
            self._flush()
            self._single = name

    def _table(self, name: str, closing: bool) -> None:
        self._end_cell()
        self._flush()
        self._close_table()
        self._rows = None if closing else []

    def _row(self, name: str, closing: bool) -> None:
        self._end_cell()
        if not closing:
            self._flush()
            self._rows = [] if self._rows is None else self._rows
            self._rows.append((False, []))

    def _cell(self, name: str, closing: bool) -> None:
        if self._rows is None:
            self._break()
            return
        self._end_cell()
        if not closing:
            self._inline = ""
            self._open_cell = name

    def _end_cell(self) -> None:
        if self._rows and self._open_cell:
            heads, row = self._rows[-1]
            text = self._inline.strip()
            row.append(Cell(text, self._began if text else self._line))
            self._rows[-1] = (heads or self._open_cell == "th", row)
        if self._open_cell:
            self._inline, self._open_cell = "", ""

    def _close_table(self) -> None:
        self._end_cell()
        rows = [(heads, row) for heads, row in self._rows or () if row]
        self._rows = None
        if not rows:
            return
        width = max(len(row) for _, row in rows)
        has_head = rows[0][0]
        table = Table([], [padded(row, width) for _, row in rows])
        first = table.rows[0][0].line
        table.header = table.rows.pop(0) if has_head else [Cell("", first)] * width
        self._found.append(Segment("table", table=table))

    def _flush(self) -> None:
        text, self._inline = self._inline.strip(), ""
        if not text or self._rows is not None:
            return
        indent = "  " * min(self._lists, 20)
        if self._heading and not self._lists:
            text = "#" * self._heading + f" {text}"
        elif self._marker:
            text, indent = f"- {text}", indent[2:]
            self._marker = False
        elif _LEADING.match(text):
            text = f"\\{text}" if not text[0].isdigit() else text
        self._put("text", indent + text, self._began)

    def _put(self, kind: str, line: str, number: int) -> None:
        if not self._found or self._found[-1].kind != kind:
            self._found.append(Segment(kind))
        self._found[-1].lines.append(line)
        self._found[-1].numbers.append(number)

    _BLOCKS: dict[str, Callable[[Lines, str, bool], None]] = {
        "ul": _list,
        "ol": _list,
        "li": _entry,
        "table": _table,
        "tr": _row,
        "td": _cell,
        "th": _cell,
        "summary": _one,
        "title": _one,
        **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _head),
    }
