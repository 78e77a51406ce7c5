"""Probes that a template suggests for its items."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from checklists import audit
from checklists.actors import Actor
from checklists.audit.current import tree_of
from checklists.audit.tables import pinned_checklists
from checklists.errors import Refused
from checklists.formats.tree import ChecklistTree
from checklists.models import Item, Probe, Release
from checklists.operations.item_changes import record_item_change
from checklists.operations.probes import checked_spec, spec_data, spec_fields
from checklists.permissions import may
from checklists.probes.registry import ProbeSpec

_SHAPE = ("kind", "params", "conditions", "interval_s")


def attach_suggested(
    release: Release,
    trees: Mapping[str, ChecklistTree],
    *,
    actor: Actor,
    only: Collection[int] | None = None,
) -> list[int]:
    """Attach to the release's items what their templates suggest, where it can run as it is.

    `trees` are by checklist. Nothing is attached for somebody who may not save probes, nor what is
    incomplete or out of reach: it is offered on the item's page. With `only`, these items alone are
    looked at. Returns the ids of those that have one now.
    The caller holds the release's lock.
    """
    specs = {
        (checklist, item.key): spec
        for checklist, tree in trees.items()
        for item in tree.items()
        if item.probe and (spec := runnable(item.probe)) is not None
    }
    if not specs or not may(actor, "save_probe", release.project):
        return []
    attached = []
    for item in Item.objects.filter(
        release=release, removed_at=None, key__in={key for _, key in specs}
    ).select_related("checklist"):
        spec = specs.get((item.checklist.key, item.key))
        if only is not None and item.pk not in only:
            continue
        if spec is not None and not item.probes.exists():
            item.release = release
            _attach(item, spec, actor)
            attached.append(item.pk)
    return attached


def _attach(item: Item, spec: ProbeSpec, actor: Actor) -> None:
    moment = audit.moment(item.release)
    probe = Probe.objects.create(
        item=item, attached_at=moment, next_run_at=moment, **spec_fields(spec)
    )
    record_item_change(item, "probe.attached", actor=actor, data=spec_data(probe))


def suggested_probe(item: Item) -> Probe | None:
    """What the item's template suggests, as a probe that is nowhere kept; None for nothing."""
    pinned, _contents = pinned_checklists(item.release)
    tree = tree_of(next(found for found in pinned if found.id == item.checklist_id))
    text = next((found.probe for found in tree.items() if found.key == item.key), "")
    if not text:
        return None
    said = json.loads(text)
    # Only its shape was checked when it was written; a form can show whole conditions only.
    said["conditions"] = [one for one in said["conditions"] if _is_condition(one)]
    return Probe(item=item, **{name: said[name] for name in _SHAPE})


def _is_condition(value: object) -> bool:
    return isinstance(value, dict) and "value" in value


def runnable(suggested: str) -> ProbeSpec | None:
    """The specification that an item's template suggests; None if it cannot run as it is."""
    try:
        said = json.loads(suggested)
        return checked_spec(said["kind"], said["params"], said["conditions"], said["interval_s"])
    except (Refused, ValueError, KeyError, TypeError):
        return None
