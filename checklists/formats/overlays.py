"""Overlays: what a product or an environment adds to a checklist. Pure.

The strictest holds: an overlay can ask for more, never for less. Items are the same if their keys
are; the checklist that is extended gives the order and the titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checklists.formats.merging_parts import merged_sections
from checklists.formats.merging_rules import merged_rules
from checklists.formats.stricter import added_prose
from checklists.formats.tree import ChecklistTree, RelatedDocument


def merged(base: ChecklistTree, overlays: Sequence[ChecklistTree]) -> ChecklistTree:
    """The base with its overlays merged in, one after the other.

    Merging the same overlay again changes nothing.
    """
    if not overlays:
        return base
    tree = base
    for overlay in overlays:
        tree = replace(
            tree,
            intro=added_prose(tree.intro, overlay.intro, overlay.title),
            sections=merged_sections(tree.sections, overlay),
            related=_related(tree.related, overlay.related),
        )
    return replace(tree, rules=merged_rules((base, *overlays), tree))


def _related(
    here: Sequence[RelatedDocument], more: Sequence[RelatedDocument]
) -> tuple[RelatedDocument, ...]:
    known = {document.url for document in here}
    return (*here, *(document for document in more if document.url not in known))
