"""The linter: what a careful reader would say of a checklist before it is published.

It never decides; it points. What needs the database (roles and who holds them) is added by
`operations.template_lint`. docs/templates.md lists the codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache

from checklists.formats.keys import slug
from checklists.formats.lint_alike import near_duplicates
from checklists.formats.lint_titles import (
    LONGEST,
    ages,
    asks_twice,
    probe_kinds,
    too_short,
    vague_word,
)
from checklists.formats.lint_words import Finding
from checklists.formats.tree import DEPLOY, MAY, ChecklistTree, Item


def lint(tree: ChecklistTree, *, kinds: Collection[str] = ()) -> list[Finding]:
    """Every finding, in the order of the checklist. `kinds` are the probes that could be used."""
    places = {item.key: number for number, item in enumerate(tree.items())}
    found = [finding for item in tree.items() for finding in _of_item(item)]
    found += [finding for item in tree.items() for finding in _probe(item, kinds)]
    found += _duplicates(tree)
    found += [Finding("near_duplicate", key, {"other": t}) for key, t in near_duplicates(tree)]
    found.sort(key=lambda finding: places[finding.key])
    return [*_headings(tree), *_rules(tree), *found]


@lru_cache(maxsize=20_000)
def _of_item(item: Item) -> tuple[Finding, ...]:
    """What is wrong with an item alone. Kept: an edit changes one of them."""
    return tuple(_item_findings(item))


def _item_findings(item: Item) -> Iterator[Finding]:
    if len(item.title) > LONGEST:
        yield Finding("too_long", item.key, {"length": len(item.title), "limit": LONGEST})
    if too_short(item.title):
        yield Finding("too_short", item.key)
    if word := vague_word(item.title):
        yield Finding("vague", item.key, {"word": word})
    if word := asks_twice(item.title):
        yield Finding("two_questions", item.key, {"word": word})
    if item.requirement == MAY and item.evidence_required:
        yield Finding("may_with_evidence", item.key)
    if item.evidence_required and not item.evidence_kind:
        yield Finding("evidence_kind_missing", item.key)
    if not item.valid_for and (word := ages(item.title)):
        yield Finding("validity_missing", item.key, {"word": word})
    if item.stage == DEPLOY and item.due.startswith("T+"):
        yield Finding("due_after_target", item.key, {"due": item.due})


def _probe(item: Item, kinds: Collection[str]) -> Iterator[Finding]:
    if not item.probe and (kind := next((k for k in probe_kinds(item.title) if k in kinds), "")):
        yield Finding("probe_possible", item.key, {"kind": kind})


def _duplicates(tree: ChecklistTree) -> Iterator[Finding]:
    """The second item of a title, and those after it."""
    first: dict[str, str] = {}
    for section in tree.sections:
        for item in section.items():
            words = slug(item.title) or item.title
            if words in first:
                where = {"where": first[words] or section.title}
                yield Finding("duplicate_title", item.key, where)
            first.setdefault(words, section.title or tree.title)


def _headings(tree: ChecklistTree) -> Iterator[Finding]:
    for section in tree.sections:
        if not section.groups:
            yield Finding("no_items", section.key)
        yield from (Finding("no_items", group.key) for group in section.groups if not group.items)


def _rules(tree: ChecklistTree) -> Iterator[Finding]:
    """Rules whose sections have nothing of the stage to sign. An overlay need not have it all."""
    if tree.extends:
        return
    stages = defaultdict(set)
    for section in tree.sections:
        stages[section.key] = {item.stage for item in section.items()}
    for rule in tree.rules:
        covered = rule.sections or tuple(stages)
        if not any(rule.stage in stages[key] for key in covered):
            yield Finding("rule_without_items", "", {"role": rule.role, "stage": rule.stage})
