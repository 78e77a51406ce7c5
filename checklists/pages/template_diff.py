"""What a version of a checklist changes, as lines that were taken away and lines that came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.formats.diff import ItemChange, compare
from checklists.formats.places import locate, part_at
from checklists.formats.tree import CLOSE, ChecklistTree, Item, RelatedDocument
from checklists.words import role_called

MOST_LINES = 200
_WORDS = {
    "na_allowed": gettext_lazy("may not apply"),
    "evidence_required": gettext_lazy("evidence required"),
    "justification_required": gettext_lazy("a tick needs words"),
    "evidence_kind": gettext_lazy("kind of evidence"),
    "owner_role": gettext_lazy("role"),
    "requirement": gettext_lazy("requirement"),
    "condition": gettext_lazy("condition"),
    "stage": gettext_lazy("stage"),
    "due": gettext_lazy("due"),
    "valid_for": gettext_lazy("valid for"),
    "probe": gettext_lazy("probe"),
    "parent": gettext_lazy("nested under"),
}
_WHOLE = {
    "title": "#",
    "related": gettext_lazy("related document"),
    "extends": gettext_lazy("extends"),
    "projects": gettext_lazy("project"),
    "environments": gettext_lazy("environment"),
}
MOST_TEXT = 500
"""Lines of two texts that are matched; longer ones are shown as gone and come, which costs less."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: `kind` is "del", "ins" or "span" for what stands around them."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TemplateDiff:
    """The differences, cut at MOST_LINES, and how many items they are about."""

    lines: tuple[DiffLine, ...]
    hidden: int
    added: int
    removed: int
    changed: int


def template_diff(
    old: ChecklistTree, new: ChecklistTree, *, most: int = MOST_LINES
) -> TemplateDiff | None:
    """What `new` changes, cut at `most` lines; None if the two are the same."""
    found = compare(old, new)
    if not found:
        return None
    lines = [
        *(line for name in found.whole for line in _whole(name, old, new)),
        *(line for heading in found.headings for line in _heading(heading)),
        *(DiffLine("del", _title(item)) for item in found.removed),
        *(DiffLine("ins", _title(item)) for item in found.added),
        *(line for change in found.changed for line in _item(change, old, new)),
    ]
    return TemplateDiff(
        lines=tuple(lines[:most]),
        hidden=max(len(lines) - most, 0),
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
    )


def _whole(name: str, old: ChecklistTree, new: ChecklistTree) -> Iterator[DiffLine]:
    if name == "rules":
        before, after = map(_rules, (old, new))
        yield from (DiffLine("del", line) for line in before if line not in after)
        yield from (DiffLine("ins", line) for line in after if line not in before)
    elif name == "intro":
        yield DiffLine("span", _("The introduction"))
        yield from _text(old.intro, new.intro)
    elif name == "order":
        yield DiffLine("span", _("The headings stand in another order"))
    else:
        yield from _lines(name, getattr(old, name), getattr(new, name))


def _lines(name: str, before: Any, after: Any) -> Iterator[DiffLine]:
    """A field of the checklist itself: one line of text, or one for each of its values."""
    word = _WHOLE[name]
    for kind, values, others in (("del", before, after), ("ins", after, before)):
        if isinstance(values, str):
            yield DiffLine(kind, f"{word}: {_plain(values)}")
        else:
            left = (value for value in values if value not in others)
            yield from (DiffLine(kind, f"{word}: {_value(value)}") for value in left)


def _value(value: Any) -> str:
    return f"{value.title} {value.url}" if isinstance(value, RelatedDocument) else str(value)


def _text(before: str, after: str) -> Iterator[DiffLine]:
    """Two texts line by line, with a line of what stands around each change."""
    if not (before and after) or before.count("\n") + after.count("\n") > MOST_TEXT:
        yield from (DiffLine("del", f"    {line}") for line in before.splitlines())
        yield from (DiffLine("ins", f"    {line}") for line in after.splitlines())
        return
    for line in list(unified_diff(before.split("\n"), after.split("\n"), n=1, lineterm=""))[2:]:
        kind = {"-": "del", "+": "ins"}.get(line[:1], "span")
        yield DiffLine(kind, "    …" if line.startswith("@@") else f"    {line[1:]}")


def _rules(tree: ChecklistTree) -> list[str]:
    titles = {section.key: section.title or tree.title for section in tree.sections}
    return [
        _("rule: %(count)s of %(role)s, %(stage)s, %(sections)s")
        % {
            "count": rule.count,
            "role": role_called(rule.role),
            "stage": _("before it closes") if rule.stage == CLOSE else _("before the deployment"),
            "sections": ", ".join(titles.get(key, key) for key in rule.sections)
            or _("every section"),
        }
        for rule in tree.rules
    ]


def _heading(change: Any) -> Iterator[DiffLine]:
    if change.old is None or "title" in change.fields:
        if change.old is not None:
            yield DiffLine("del", f"## {change.old.title}")
        yield DiffLine("ins", f"## {change.new.title}")
    elif change.new is None:
        yield DiffLine("del", f"## {change.old.title}")
    if "guidance" in change.fields:
        yield DiffLine("span", f"## {change.new.title}")
        yield from _text(change.old.guidance, change.new.guidance)


def _item(change: ItemChange, old: ChecklistTree, new: ChecklistTree) -> Iterator[DiffLine]:
    if "title" in change.fields:
        yield DiffLine("del", _title(change.old))
        yield DiffLine("ins", _title(change.new))
    else:
        yield DiffLine("span", _title(change.new))
    for name in change.fields:
        if name == "title":
            continue
        word = _WORDS.get(name, name)
        if name == "group":
            yield DiffLine("del", _("  stood in %(place)s") % {"place": _place(old, change.key)})
            yield DiffLine("ins", _("  stands in %(place)s") % {"place": _place(new, change.key)})
        elif name == "position":
            yield DiffLine("ins", _("  moved among its neighbours"))
        elif name == "guidance":
            yield from _text(change.old.guidance, change.new.guidance)
        elif name == "parent":
            yield DiffLine("del", f"  {word}: {_named(old, change.old.parent)}")
            yield DiffLine("ins", f"  {word}: {_named(new, change.new.parent)}")
        else:
            yield DiffLine("del", f"  {word}: {_plain(getattr(change.old, name))}")
            yield DiffLine("ins", f"  {word}: {_plain(getattr(change.new, name))}")


def _named(tree: ChecklistTree, key: str) -> str:
    return part_at(tree, locate(tree, key)).title if key else _("nothing")


def _place(tree: ChecklistTree, key: str) -> str:
    """The headings above an item."""
    place = locate(tree, key)
    section = tree.sections[place.section]
    titles = (section.title or tree.title, section.groups[place.group or 0].title)
    return ", ".join(filter(None, titles))


def _title(item: Item) -> str:
    return f"- {item.title}{f' ({item.condition})' if item.condition else ''}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) or _("none")
