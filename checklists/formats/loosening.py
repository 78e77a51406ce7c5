"""Where a version of a checklist asks less of its signers than the one before. Pure.

A rule is looser if it is gone, counts fewer, or no longer covers a section; if a must that it
covered is gone, optional, or only asked after the deployment; and if an overlay applies in fewer
places. What else an item asks less of (evidence, a justification, the right to say not applicable)
is `weaker`: shown to people, but the rule still stands over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checklists.formats.merging_rules import sections_covered
from checklists.formats.stricter import asks_less
from checklists.formats.tree import DEPLOY, MUST, ChecklistTree, Item, SignoffRule


class How(StrEnum):
    """In which way a rule is looser."""

    RULE_GONE = "rule_gone"
    FEWER = "fewer"
    SECTION_GONE = "section_gone"
    ITEM_GONE = "item_gone"
    ITEM_OPTIONAL = "item_optional"
    ITEM_LATER = "item_later"
    FEWER_PLACES = "fewer_places"


@dataclass(frozen=True, slots=True)
class Looser:
    """One thing that is looser; `what` is the section's or item's title, or the new count."""

    how: How
    what: str = ""


@dataclass(frozen=True, slots=True)
class LooserRule:
    """A rule of the version before, and in what it is looser now."""

    rule: SignoffRule
    looser: tuple[Looser, ...]


def loosened(old: ChecklistTree, new: ChecklistTree) -> tuple[LooserRule, ...]:
    """The rules of `old` that are looser in `new`, in their order."""
    found = ((rule, tuple(_looser(rule, old, new))) for rule in old.rules)
    return tuple(LooserRule(rule, looser) for rule, looser in found if looser)


def weaker(old: ChecklistTree, new: ChecklistTree) -> tuple[tuple[Item, tuple[str, ...]], ...]:
    """The items that ask for less than before, each with the fields in which it does."""
    now = {item.key: item for item in new.items()}
    pairs = (
        (now[item.key], asks_less(now[item.key], item)) for item in old.items() if item.key in now
    )
    return tuple((item, names) for item, names in pairs if names)


def _looser(rule: SignoffRule, old: ChecklistTree, new: ChecklistTree) -> Iterator[Looser]:
    if _fewer_places(old.projects, new.projects) or _fewer_places(
        old.environments, new.environments
    ):
        yield Looser(How.FEWER_PLACES)
    now = next((r for r in new.rules if (r.role, r.stage) == (rule.role, rule.stage)), None)
    if now is None:
        yield Looser(How.RULE_GONE)
        return
    if now.count < rule.count:
        yield Looser(How.FEWER, str(now.count))
    was, covered = set(sections_covered(old, rule)), set(sections_covered(new, now))
    for section in old.sections:
        if section.key in was - covered:
            yield Looser(How.SECTION_GONE, section.title or old.title)
    where = {item.key: (section.key, item) for section in new.sections for item in section.items()}
    for section in old.sections:
        for item in section.items() if section.key in was & covered else ():
            yield from _looser_item(item, where, covered)


def _looser_item(
    item: Item, where: Mapping[str, tuple[str, Item]], covered: set[str]
) -> Iterator[Looser]:
    if item.requirement != MUST:
        return
    section, now = where.get(item.key, ("", item))
    if section not in covered:
        yield Looser(How.ITEM_GONE, item.title)
    elif now.requirement != MUST:
        yield Looser(How.ITEM_OPTIONAL, item.title)
    elif item.stage == DEPLOY != now.stage:
        yield Looser(How.ITEM_LATER, item.title)


def _fewer_places(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether a scope is narrower; none named means everywhere."""
    return bool(new) and not (old and set(old) <= set(new))
