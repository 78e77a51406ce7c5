"""The one HTML comment beside a title that carries what Markdown cannot say.

`<!-- readiness {"due":"T-2d"} -->` stands at the end of an item's or heading's line. The same on a
line of its own below the title carries what belongs to the whole checklist, such as its rules.
"""

from __future__ import annotations

import json
from typing import Any

OPEN, CLOSE = "<!-- readiness {", "-->"


def write(fields: dict[str, Any]) -> str:
    """The comment. No value can end it early: `<`, `>`, `&` and double hyphens are escaped."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    text = text.replace("--", "\\u002d\\u002d")
    return f"{OPEN}{text[1:]} {CLOSE}"


def split(line: str) -> tuple[str, str]:
    """The line without the comment at its end, and the JSON text of the comment ("" if none)."""
    whole = line.rstrip()
    start = whole.rfind(OPEN)
    if start < 0 or not whole.endswith(CLOSE) or (start and whole[start - 1] not in " \t"):
        return line, ""
    return whole[:start].rstrip(), whole[start + len(OPEN) - 1 : -len(CLOSE)].strip()


def parse(text: str) -> dict[str, Any] | None:
    """The fields in the JSON text of a comment; None if it is not a JSON object."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None
