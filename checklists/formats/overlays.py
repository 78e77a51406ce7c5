"""Overlays: what a product or an environment adds to a checklist. Pure.

The strictest holds: an overlay can ask for more, never for less.
"""

from __future__ import annotations

from collections.abc import Sequence

from checklists.formats.tree import ChecklistTree


def merged(base: ChecklistTree, overlays: Sequence[ChecklistTree]) -> ChecklistTree:
    """The base with its overlays merged in, one after the other."""
    if overlays:
        raise NotImplementedError("written with the operations that pin overlays")
    return base
