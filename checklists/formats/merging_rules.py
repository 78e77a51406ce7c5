"""Sign-off rules of a checklist with those of its overlays: the maximum, never a sum. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checklists.formats.tree import ChecklistTree, SignoffRule

Place = tuple[str, str]
"""A role and a stage: of these, a checklist has one rule."""


def merged_rules(
    sources: Sequence[ChecklistTree], merged: ChecklistTree
) -> tuple[SignoffRule, ...]:
    """The rules of all sources for the checklist that they were merged into.

    Of each role and stage the highest count, over every section that any of them covers. A rule
    over all sections stays one.
    """
    counts: dict[Place, int] = {}
    covered: dict[Place, dict[str, None]] = {}
    whole: set[Place] = set()
    where = {item.key: section.key for section in merged.sections for item in section.items()}
    there = {section.key for section in merged.sections}
    for source in sources:
        for rule in source.rules:
            place = rule.role, rule.stage
            counts[place] = max(counts.get(place, 0), rule.count)
            found = dict.fromkeys(_in_merged(source, sections_covered(source, rule), where, there))
            covered.setdefault(place, {}).update(found)
            if not (rule.sections and found):
                whole.add(place)
    return tuple(
        SignoffRule(
            role,
            count,
            _sections(merged, stage, covered[role, stage], (role, stage) in whole),
            stage,
        )
        for (role, stage), count in counts.items()
    )


def sections_covered(tree: ChecklistTree, rule: SignoffRule) -> tuple[str, ...]:
    """The sections that a rule asks to be signed: those named, or all with items of its stage."""
    return rule.sections or tuple(sections_of_stage(tree, rule.stage))


def sections_of_stage(tree: ChecklistTree, stage: str) -> Iterator[str]:
    """The sections with items of the stage, in order."""
    for section in tree.sections:
        if any(item.stage == stage for item in section.items()):
            yield section.key


def _in_merged(
    source: ChecklistTree, covered: Sequence[str], where: Mapping[str, str], there: set[str]
) -> Iterator[str]:
    """Where the sections of a source are in the merged checklist: they, and their items."""
    for section in source.sections:
        if section.key in covered:
            if section.key in there:
                yield section.key
            yield from (where[item.key] for item in section.items())


def _sections(
    merged: ChecklistTree, stage: str, covered: Mapping[str, None], whole: bool
) -> tuple[str, ...]:
    """The sections to name; none if they are all that have items of the stage anyway."""
    everything = set(sections_of_stage(merged, stage)) if whole else set()
    if whole and everything >= covered.keys():
        return ()
    return tuple(s.key for s in merged.sections if s.key in covered or s.key in everything)
