"""What the tests of formats share."""

from __future__ import annotations

from pathlib import Path

import pytest

from checklists.formats.markdown import read_markdown
from checklists.formats.tree import ImportResult

PRODUCTION = Path(__file__).parents[2] / "checklists" / "builtin" / "production-checklist.md"


@pytest.fixture(scope="session")
def production_text() -> str:
    """The Production Checklist as shipped."""
    return PRODUCTION.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def production(production_text: str) -> ImportResult:
    """The Production Checklist as read."""
    return read_markdown(production_text)
