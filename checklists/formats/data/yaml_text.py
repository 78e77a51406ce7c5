"""Plain data as YAML that people like to read: short texts bare, long ones as blocks.

Only what YAML 1.1 and 1.2 both read as a text stands bare: never `no`, `1.10` or a date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()/_;+-]*(?<! )")
_TAKEN = re.compile(r"(?:y|n|yes|no|on|off|true|false|null)", re.IGNORECASE)
_UNPRINTABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_QUOTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml_text(data: dict[str, Any]) -> str:
    """The mapping as a YAML document."""
    return "\n".join(_mapping(data, "")) + "\n"


def _mapping(data: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            if value:
                yield f"{indent}{name}:"
                yield from _listing(value, indent + "  ")
            else:
                yield f"{indent}{name}: []"
        else:
            yield f"{indent}{name}: {_scalar(value, indent + '  ')}"


def _listing(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if not isinstance(value, dict):
            yield f"{indent}- {_scalar(value, indent + '  ')}"
            continue
        lines = _mapping(value, indent + "  ")
        yield f"{indent}- {next(lines)[len(indent) + 2 :]}"
        yield from lines


def _scalar(value: Any, indent: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if _BARE.fullmatch(value) and not _TAKEN.fullmatch(value):
        return value
    if "\n" in value and not _UNPRINTABLE.search(value) and value.strip("\n") == value:
        lines = (indent + line if line else "" for line in value.split("\n"))
        return "|2-\n" + "\n".join(lines)
    return quoted(value)


def quoted(text: str) -> str:
    """The text in quotes as JSON and YAML both read it."""
    written = json.dumps(text, ensure_ascii=False)
    return _QUOTED.sub(lambda found: f"\\u{ord(found.group()):04x}", written)
