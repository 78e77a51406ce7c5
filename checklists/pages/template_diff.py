"""What a version of a checklist changes, as lines that were taken away and lines that came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.formats.diff import ItemChange, compare
from checklists.formats.tree import ChecklistTree, Item, SignoffRule

MOST_LINES = 200
_WORDS = {
    "na_allowed": gettext_lazy("may not apply"),
    "evidence_required": gettext_lazy("evidence required"),
    "owner_role": "role",
    "parent": gettext_lazy("nested under"),
}
_WHOLE = {
    "intro": "introduction",
    "related": gettext_lazy("related documents"),
    "order": gettext_lazy("order of headings"),
}


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


def template_diff(old: ChecklistTree, new: ChecklistTree) -> TemplateDiff | None:
    """What `new` changes; None if the two are the same."""
    found = compare(old, new)
    if not found:
        return None
    lines = [
        *(line for name in found.whole for line in _whole(name, old, new)),
        *(line for heading in found.headings for line in _heading(heading)),
        *(DiffLine("del", _title(item)) for item in found.removed),
        *(DiffLine("ins", _title(item)) for item in found.added),
        *(line for change in found.changed for line in _item(change)),
    ]
    return TemplateDiff(
        lines=tuple(lines[:MOST_LINES]),
        hidden=max(len(lines) - MOST_LINES, 0),
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
    )


def _whole(name: str, old: ChecklistTree, new: ChecklistTree) -> Iterator[DiffLine]:
    if name == "rules":
        before, after = map(_rules, (old.rules, new.rules))
        yield from (DiffLine("del", line) for line in before if line not in after)
        yield from (DiffLine("ins", line) for line in after if line not in before)
    elif name == "title":
        yield DiffLine("del", f"# {old.title}")
        yield DiffLine("ins", f"# {new.title}")
    else:
        yield DiffLine("span", _("The %(whole)s changed") % {"whole": _WHOLE.get(name, name)})


def _rules(rules: tuple[SignoffRule, ...]) -> list[str]:
    return [
        _("rule: %(count)s of %(role)s, %(stage)s, %(sections)s")
        % {
            "count": rule.count,
            "role": rule.role,
            "stage": rule.stage,
            "sections": ", ".join(rule.sections) or "all",
        }
        for rule in rules
    ]


def _heading(change: Any) -> Iterator[DiffLine]:
    if change.old is None or "title" in change.fields:
        if change.old is not None:
            yield DiffLine("del", f"## {change.old.title}")
        yield DiffLine("ins", f"## {change.new.title}")
    elif change.new is None:
        yield DiffLine("del", f"## {change.old.title}")
    if "guidance" in change.fields:
        yield DiffLine("span", f"## {change.new.title}: the text below it changed")


def _item(change: ItemChange) -> Iterator[DiffLine]:
    if "title" in change.fields:
        yield DiffLine("del", _title(change.old))
        yield DiffLine("ins", _title(change.new))
    else:
        yield DiffLine("span", _title(change.new))
    for name in change.fields:
        if name == "title":
            continue
        word = _WORDS.get(name, name)
        if name in ("group", "position"):
            yield DiffLine("ins", _("  moved: %(key)s") % {"key": change.key})
        elif name == "guidance":
            yield DiffLine("ins", _("  the guidance changed"))
        else:
            yield DiffLine("del", f"  {word}: {_plain(getattr(change.old, name))}")
            yield DiffLine("ins", f"  {word}: {_plain(getattr(change.new, name))}")


def _title(item: Item) -> str:
    return f"- {item.title}{f' ({item.condition})' if item.condition else ''}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"
