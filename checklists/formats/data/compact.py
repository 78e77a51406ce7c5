"""Plain data with each item on one line, for checklists too long to have a line for each field.

It is JSON and YAML alike.
"""

from __future__ import annotations

import json
from typing import Any

from checklists.formats.data.yaml_text import quoted
from checklists.formats.source import MAX_LINES


def fits(text: str) -> bool:
    """Whether a text has no more lines than can be read again."""
    return text.count("\n") <= MAX_LINES


def compact_text(data: dict[str, Any]) -> str:
    """The data with a line for each part."""
    return f"{_text(data)}\n"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f'"{name}": {_text(inner)}' for name, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_text, value)) + "\n]" if value else "[]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)
