"""What a comment of ours may say of an item, a heading or the whole checklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.content import check_value
from checklists.formats.keys import is_key
from checklists.formats.markdown import comments
from checklists.formats.tree import TITLE_MAX, ChecklistTree, Item
from checklists.formats.validate import check_document, check_item, check_line, check_prose

_ITEM = {field.name: str(field.type) for field in fields(Item) if field.name != "parent"}
_HEADING = {"key": "str", "title": "str", "guidance": "str"}
_TREE = {
    field.name: str(field.type)
    for field in fields(ChecklistTree)
    if field.name not in ("title", "sections")
}


def item_fields(text: str) -> dict[str, Any]:
    """The fields of an item in a comment's JSON text. Raises Invalid if one cannot be."""
    return _read(text, _ITEM, _check_item)


def heading_fields(text: str, *, segments: int) -> dict[str, Any]:
    """The fields of a heading; its key has that many segments (none: it has no key)."""
    names = _HEADING if segments else {"title": "str"}

    def check(values: dict[str, Any]) -> None:
        _check_heading(values, segments)

    return _read(text, names, check)


def tree_fields(text: str) -> dict[str, Any]:
    """The fields of the whole checklist: rules, intro, related."""
    return _read(text, _TREE, _check_tree)


def _read(
    text: str, names: dict[str, str], check: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    data = comments.parse(text)
    if data is None:
        raise Invalid(_("it does not hold a JSON object."))
    unknown = sorted(set(data) - set(names))
    if unknown:
        raise Invalid(_("%(unknown)s is not a field here.") % {"unknown": unknown[0][:80]})
    values = {name: check_value(name, names[name], value, "") for name, value in data.items()}
    check(values)
    return values


def _check_item(values: dict[str, Any]) -> None:
    check_item(Item(**{"key": "a/a/a", "title": "a", **values}), "item")


def _check_heading(values: dict[str, Any], segments: int) -> None:
    if "key" in values and not is_key(values["key"], segments=segments):
        raise Invalid(
            _("the key must be %(segments)s slugs with a slash between.") % {"segments": segments}
        )
    if "title" in values:
        check_line(values["title"], "title", limit=TITLE_MAX, needed=True)
    check_prose(values.get("guidance", ""), "guidance")


def _check_tree(values: dict[str, Any]) -> None:
    check_prose(values.get("intro", ""), "intro")
    for number, document in enumerate(values.get("related", ())):
        check_document(document, f"related[{number}]")
