"""Which format a file or a pasted text has: from its name, and otherwise from its text."""

from __future__ import annotations

import re
from pathlib import PurePath

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.data.plain import MARK
from checklists.formats.issue import looks_like_issue
from checklists.formats.reading.names import TITLE, field_of

SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".html": "markdown",
    ".htm": "markdown",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "csv",
}
_UNSURE = frozenset({"", ".txt", ".text"})
_HEAD = 20_000
_JSON = re.compile(r"""(?:\{\s*["}]|\[\s*(?:["\[{]|-?[0-9]|true|false|null))""")
_MARKDOWN = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]|^\s*(?:[-*+]|[0-9]+[.)])[ \t]+\[.?\]", re.MULTILINE)
_TABBED = re.compile(r"^ *\t", re.MULTILINE)
"""How no line of YAML begins."""
_YAML = re.compile(
    r"""(?:---\s*\n)?(?:#.*\n|\s*\n)*((?:- *)?["']?\w[\w .()/-]{0,60}["']?:(?:[ \t]|\n|$))"""
)


def detect(name: str, source: bytes | str = "") -> str:
    """The format of a file, from its name and, where the name says nothing, from its text.

    Raises Invalid (unknown_format) for a file that no format here reads.
    """
    suffix = PurePath(name).suffix.lower()
    head = source[:_HEAD] if isinstance(source, str) else source[:_HEAD].decode("utf-8", "replace")
    head = head.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if suffix in _UNSURE:
        return _of_text(head)
    known = SUFFIXES.get(suffix)
    if known is None:
        raise Invalid(
            _("%(suffix)s files cannot be read here. Save the checklist as %(known)s.")
            % {"suffix": suffix, "known": "Markdown, YAML, JSON, CSV"},
            code="unknown_format",
            suffix=suffix,
        )
    return "issue" if known == "markdown" and looks_like_issue(head) else known


def _of_text(head: str) -> str:
    plain = head.lstrip()
    if plain.startswith(f"format: {MARK}\n"):
        return "yaml"
    if _JSON.match(plain):
        return "json"
    if _is_table(plain):
        return "csv"
    if looks_like_issue(plain):
        return "issue"
    found = None if _TABBED.search(plain) else _YAML.match(plain)
    return "yaml" if found and not _MARKDOWN.search(plain, found.start(1)) else "markdown"


def _is_table(plain: str) -> bool:
    """Whether the first line names columns, one of them that of the titles."""
    first = plain.partition("\n")[0]
    for delimiter in ",;\t|":
        names = [field_of(cell.strip(' "')) for cell in first.split(delimiter)]
        if len(names) > 1 and TITLE in names and 2 * sum(map(bool, names)) >= len(names):
            return True
    return False
