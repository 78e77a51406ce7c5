"""Reading and writing checklists: one pure pair of functions for each format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple, Protocol

from checklists.errors import Invalid
from checklists.formats.markdown import read_markdown, write_markdown
from checklists.formats.tree import NOTHING_SAID, ChecklistTree, ImportResult, Said


class Read(Protocol):
    """Reads a text; `said` is what a person says that its lines are."""

    def __call__(self, source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult: ...


class Format(NamedTuple):
    """How to read and write one format."""

    read: Read
    write: Callable[[ChecklistTree], str]


FORMATS: dict[str, Format] = {"markdown": Format(read_markdown, write_markdown)}
"""Every format by its name."""

_SUFFIXES = {"": "markdown", ".md": "markdown", ".markdown": "markdown", ".txt": "markdown"}


def detect(name: str, source: bytes | str = "") -> str:
    """The format of a file, from its name and, where the name says nothing, from its text.

    Raises Invalid (unknown_format) for a file that no format here reads.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise Invalid(
            f"{suffix} files cannot be read here. Save the checklist as {_known()}.",
            code="unknown_format",
            suffix=suffix,
        )
    head = source[:2000] if isinstance(source, str) else source[:2000].decode("utf-8", "replace")
    if not suffix and head.lstrip("\ufeff \n").startswith("{"):
        raise Invalid(
            f"This looks like JSON, which cannot be read here. Save the checklist as {_known()}.",
            code="unknown_format",
            suffix="",
        )
    return _SUFFIXES[suffix]


def format_named(name: str) -> Format:
    """The format of that name. Raises Invalid (unknown_format) with the names there are."""
    if name not in FORMATS:
        raise Invalid(f"There is no format {name[:40]!r}. Use {_known()}.", code="unknown_format")
    return FORMATS[name]


def _known() -> str:
    return " or ".join(sorted(FORMATS))
