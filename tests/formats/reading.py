"""Short ways to read Markdown in tests."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid
from checklists.formats.markdown import read_markdown
from checklists.formats.tree import ChecklistTree, Item


def read(text: str) -> ChecklistTree:
    return read_markdown(text).tree


def items(text: str) -> list[Item]:
    return list(read(text).items())


def only(text: str) -> Item:
    (item,) = items(text)
    return item


def ignored(text: str) -> list[tuple[int, str]]:
    return [(line.line, line.why) for line in read_markdown(text).ignored]


def refused(text: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_markdown(text)
    return caught.value
