"""A checklist as canonical JSON, and the digest that names its content for ever.

The text is RFC 8785 canonical: equal checklists give equal bytes on every machine. The digest
covers titles, guidance, keys, stages, flags, links and rules; it knows no slug, version number or
person. Fields that came later than the format (LATER) are left out where they say nothing, so that
older content keeps its bytes and its digest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any, TypeVar

import rfc8785
from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.tree import (
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)
from checklists.formats.validate import check_tree

TAG = "readiness-template-v1"
_PARTS: dict[str, type] = {
    "sections": Section,
    "groups": Group,
    "items": Item,
    "related": RelatedDocument,
    "rules": SignoffRule,
}
LATER: dict[type, frozenset[str]] = {
    Item: frozenset({"justification_required", "evidence_kind", "valid_for", "probe"}),
    ChecklistTree: frozenset({"extends", "projects", "environments"}),
}
"""The fields of each class that content written before they existed does not have."""
_PLAIN: dict[str, type] = {"str": str, "bool": bool, "int": int}
T = TypeVar("T")


def to_content(tree: ChecklistTree) -> str:
    """The checklist as canonical JSON text. Raises Invalid if it breaks a rule of its own."""
    check_tree(tree)
    return rfc8785.dumps(to_data(tree)).decode()


def to_data(tree: ChecklistTree) -> dict[str, Any]:
    """The checklist as JSON data: every field, but for later ones that say nothing."""
    data = _without_empty(asdict(tree), ChecklistTree)
    for section in data["sections"]:
        for group in section["groups"]:
            group["items"] = [_without_empty(item, Item) for item in group["items"]]
    return data


def digest(tree: ChecklistTree) -> str:
    """SHA-256, in hex, over `readiness-template-v1`, a line feed and the canonical JSON text."""
    return digest_of(to_content(tree))


def digest_of(content: str) -> str:
    """The digest of a canonical text that `to_content` wrote."""
    return hashlib.sha256(f"{TAG}\n{content}".encode()).hexdigest()


def from_content(text: str) -> ChecklistTree:
    """The checklist in a JSON text. Raises Invalid, naming the field that is wrong."""
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise Invalid(
            _("The JSON is nested too deeply to be a checklist."), code="bad_json"
        ) from None
    except ValueError as error:
        raise Invalid(
            _("This is not JSON: %(error)s.") % {"error": error}, code="bad_json"
        ) from None
    tree = build(ChecklistTree, data, "")
    check_tree(tree)
    return tree


@lru_cache(maxsize=64)
def known_content(text: str) -> ChecklistTree:
    """As `from_content`, and kept by its text: every look at a release reads its templates."""
    return from_content(text)


def build(kind: type[T], data: Any, path: str) -> T:
    """A value of a tree class from JSON data with exactly its fields, each of its type."""
    if not isinstance(data, dict):
        raise _wrong(path or "content", _("must be an object"))
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    optional = LATER.get(kind, frozenset())
    for name in sorted((names ^ set(data)) - (optional - set(data))):
        fault = _("is missing") if name in names else _("is not known")
        raise _wrong(_join(path, name[:80]), fault)
    values = {
        field.name: check_value(field.name, str(field.type), data[field.name], path)
        for field in fields(kind)  # type: ignore[arg-type]
        if field.name in data
    }
    return kind(**values)


def check_value(name: str, annotation: str, value: Any, path: str) -> Any:
    """The value of one field, converted if it holds parts. Raises Invalid if its type is wrong."""
    here = _join(path, name)
    if annotation in _PLAIN:
        expected = _PLAIN[annotation]
        if type(value) is not expected:  # to Python, True is an int; to a checklist it is not
            raise _wrong(here, _("must be %(words)s") % {"words": _words(expected)})
        return value
    if not isinstance(value, list):
        raise _wrong(here, _("must be a list"))
    if annotation == "tuple[str, ...]":
        return tuple(check_value(f"{name}[{n}]", "str", part, path) for n, part in enumerate(value))
    return tuple(build(_PARTS[name], part, f"{here}[{n}]") for n, part in enumerate(value))


def _without_empty(data: dict[str, Any], kind: type) -> dict[str, Any]:
    later = LATER[kind]
    return {name: value for name, value in data.items() if value or name not in later}


def _words(expected: type) -> str:
    return {str: _("a text"), bool: _("true or false"), int: _("a whole number")}[expected]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _wrong(path: str, fault: str) -> Invalid:
    return Invalid(f"{path} {fault}.", code="invalid_checklist", field=path)
