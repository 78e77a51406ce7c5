"""How many examples the tests that try anything try: a part each time, all of them for landing."""

from __future__ import annotations

import os

PERCENT = int(os.environ.get("READINESS_FUZZ", "20"))
"""READINESS_FUZZ=100 tries all, and more tries more. `.ci/run` tries all."""


def examples(number: int) -> int:
    """So many of that number."""
    return max(number * PERCENT // 100, 5)
