"""A checklist as plain data that people can read: nested as it is seen, without what says nothing.

Items that are nested under an item stand in its `items`; a field that has its usual value is left
out. Keys are always there: they name a part for life.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from checklists.formats.tree import (
    NO_ANSWERS,
    Answers,
    ChecklistTree,
    Filled,
    Group,
    Item,
    Section,
)

MARK, VERSION = "readiness-checklist", 1
_USUAL = {field.name: field.default for field in fields(Item)}


def plain_data(tree: ChecklistTree, answers: Answers = NO_ANSWERS) -> dict[str, Any]:
    """The whole checklist, with the mark that says what it is, and what is answered in it."""
    data = {
        "format": MARK,
        "version": VERSION,
        "title": tree.title,
        "intro": tree.intro,
        "extends": tree.extends,
        "projects": list(tree.projects),
        "environments": list(tree.environments),
        "sections": [_section(section, answers) for section in tree.sections],
        "related": [
            _said({"title": document.title, "url": document.url, "note": document.note})
            for document in tree.related
        ],
        "rules": [
            _said(
                {
                    "role": rule.role,
                    "count": rule.count,
                    "stage": rule.stage,
                    "sections": list(rule.sections),
                }
            )
            for rule in tree.rules
        ],
    }
    return _said(data)


def _section(section: Section, answers: Answers) -> dict[str, Any]:
    return _heading(section) | {"groups": [_group(group, answers) for group in section.groups]}


def _group(group: Group, answers: Answers) -> dict[str, Any]:
    data = _heading(group)
    below: dict[str, list[dict[str, Any]]] = {"": []}
    for item in group.items:
        made = _item(item) | _answer(answers.get(item.key))
        below[item.parent].append(made)
        made["items"] = below[item.key] = []
    return data | {"items": [_without_items(item) for item in below[""]]}


def _item(item: Item) -> dict[str, Any]:
    data: dict[str, Any] = {"title": item.title, "key": item.key}
    for name, usual in _USUAL.items():
        value = getattr(item, name)
        if name not in ("key", "title", "parent") and value != usual:
            data[name] = value
    return data


def _answer(filled: Filled | None) -> dict[str, Any]:
    return _said({"status": filled.answer, "words": filled.words}) if filled else {}


def _without_items(data: dict[str, Any]) -> dict[str, Any]:
    """The item without empty lists; those nested under it come last."""
    waiting = [data]
    while waiting:
        here = waiting.pop()
        waiting += here["items"]
        if not here["items"]:
            del here["items"]
    return data


def _heading(part: Section | Group) -> dict[str, Any]:
    return _said({"title": part.title, "key": part.key, "guidance": part.guidance})


def _said(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", [])}
