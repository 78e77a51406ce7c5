"""The groups of a release's checklists: where a one-off item can go."""

from __future__ import annotations

from dataclasses import dataclass

from checklists.audit.current import tree_of
from checklists.pages.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """A group of a checklist. `value` is what a form sends."""

    value: str
    label: str
    section: str


def places_of(snapshot: Snapshot) -> list[Place]:
    """Every group, in order."""
    several = len(snapshot.state.checklists) > 1
    return [
        Place(
            value=f"{checklist.key}:{group.key}",
            label=group.title or section.title or tree.title,
            section=f"{tree.title}: {section.title}" if several else section.title or tree.title,
        )
        for checklist in snapshot.state.checklists
        for tree in [tree_of(checklist)]
        for section in tree.sections
        for group in section.groups
    ]
