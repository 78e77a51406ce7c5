"""The titles of one-off items, put back for people: the log and the states it adds up to hold only
their commitments.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from django.utils.translation import gettext as _

from checklists.models import Disclosable
from checklists.state import ItemState, ReleaseState


def with_titles(state: ReleaseState) -> ReleaseState:
    """The state with the titles of its one-off items: one query, and none where there are none."""
    wanted = [item.own_title for item in state.items if item.own_title is not None]
    if not wanted:
        return state
    found = Disclosable.objects.filter(commitment__in=wanted)
    titles = dict(found.values_list("commitment", "value"))
    items = tuple(
        _titled(item, titles.get(item.own_title or "") or _("One-off item"))
        if item.added_by is not None
        else item
        for item in state.items
    )
    return replace(state, items=items)


@lru_cache(maxsize=2_000)
def _titled(item: ItemState, title: str) -> ItemState:
    """The same object for the same item, so that what is drawn of it need not be drawn again."""
    return replace(item, title=title)
