"""Reading and writing checklists: one pure pair of functions for each format."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats.data import read_json, read_yaml, write_json, write_yaml
from checklists.formats.detecting import detect
from checklists.formats.issue import read_issue
from checklists.formats.markdown import read_markdown
from checklists.formats.markdown_answers import write_answered
from checklists.formats.table import read_csv, write_csv
from checklists.formats.tree import (
    NO_ANSWERS,
    NOTHING_SAID,
    Answers,
    ChecklistTree,
    ImportResult,
    Said,
)

__all__ = ["FORMATS", "WRITTEN", "Format", "Read", "detect", "format_named", "writer_named"]


class Read(Protocol):
    """Reads a text; `said` is what a person says that its lines are."""

    def __call__(self, source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult: ...


class Write(Protocol):
    """Writes a checklist, with what is answered in it."""

    def __call__(self, tree: ChecklistTree, answers: Answers = NO_ANSWERS) -> str: ...


class Format(NamedTuple):
    """How to read one format and, unless it is only ever read, how to write it.

    `word` names it for people; files of it have the suffix and the media type.
    """

    word: str | Promise
    read: Read
    write: Write | None = None
    suffix: str = ""
    media_type: str = ""


FORMATS: dict[str, Format] = {
    "markdown": Format("Markdown", read_markdown, write_answered, "md", "text/markdown"),
    "yaml": Format("YAML", read_yaml, write_yaml, "yaml", "application/yaml"),
    "json": Format("JSON", read_json, write_json, "json", "application/json"),
    "csv": Format("CSV", read_csv, write_csv, "csv", "text/csv"),
    "issue": Format(gettext_lazy("GitHub or GitLab issue"), read_issue),
}
"""Every format by its name."""

WRITTEN = tuple(name for name, known in FORMATS.items() if known.write)
"""The names of the formats that are written, too."""


def format_named(name: str) -> Format:
    """The format of that name. Raises Invalid (unknown_format) with the names there are."""
    if name not in FORMATS:
        raise _unknown(name, tuple(FORMATS))
    return FORMATS[name]


def writer_named(name: str) -> Write:
    """How to write the format of that name. Raises Invalid (unknown_format)."""
    found = FORMATS.get(name)
    if found is None or found.write is None:
        raise _unknown(name, WRITTEN)
    return found.write


def _unknown(name: str, known: tuple[str, ...]) -> Invalid:
    return Invalid(
        _("There is no format %(name)r. Use %(known)s.")
        % {"name": name[:40], "known": ", ".join(known)},
        code="unknown_format",
    )
