"""Why an item or a rule is in a checklist: which content it comes from, and which made it stricter.

Pure. Contents are named by their place: 0 is the checklist itself, its overlays follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from checklists.formats.merging_rules import Place
from checklists.formats.overlays import merged
from checklists.formats.tree import ChecklistTree, Item, SignoffRule

_ITEM_FIELDS = tuple(f.name for f in fields(Item) if f.name not in ("key", "title", "parent"))
_RULE_FIELDS = ("count", "sections")


@dataclass(frozen=True, slots=True)
class Origin:
    """A content behind an item or a rule, and the fields it made stricter or added to.

    The first of several brought it in, and made nothing stricter.
    """

    source: int
    made: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origins of each item, by key, and of each rule, by role and stage."""

    items: Mapping[str, tuple[Origin, ...]]
    rules: Mapping[Place, tuple[Origin, ...]]


def provenance(base: ChecklistTree, overlays: Sequence[ChecklistTree]) -> Provenance:
    """Where everything in the merged checklist comes from."""
    first = (Origin(0),)
    items: dict[str, tuple[Origin, ...]] = {item.key: first for item in base.items()}
    rules: dict[Place, tuple[Origin, ...]] = {(r.role, r.stage): first for r in base.rules}
    before = base
    for source in range(1, len(overlays) + 1):
        after = merged(base, overlays[:source])
        was = {item.key: item for item in before.items()}
        for item in after.items():
            known = items.get(item.key, ())
            items[item.key] = _grown(known, was.get(item.key), item, _ITEM_FIELDS, source)
        had = {(rule.role, rule.stage): rule for rule in before.rules}
        for rule in after.rules:
            place = rule.role, rule.stage
            known = rules.get(place, ())
            rules[place] = _grown(known, had.get(place), rule, _RULE_FIELDS, source)
        before = after
    return Provenance(items, rules)


def _grown(
    known: tuple[Origin, ...],
    before: Item | SignoffRule | None,
    after: Item | SignoffRule,
    names: Sequence[str],
    source: int,
) -> tuple[Origin, ...]:
    if before is None:
        return (Origin(source),)
    made = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    return (*known, Origin(source, made)) if made else known
