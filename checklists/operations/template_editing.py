"""Editing a draft: one operation for each thing that somebody means to do in the editor.

Each takes the digest of the draft that its caller read, so that nobody overwrites what another
wrote, and answers with the draft and the key of the part to look at next. All raise NotAllowed,
NotVisible, DraftChanged, Conflict for a published version or a part that is gone, and Invalid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from checklists.actors import Actor
from checklists.formats import editing
from checklists.models import TemplateVersion
from checklists.operations.draft_edits import EditedDraft, edit_draft, undo_draft
from checklists.operations.transactions import operation
from checklists.probes.registry import ProbeSpec


@operation
def add_section(
    version: TemplateVersion, near: str, title: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Add a section after the one that the part `near` is or lies in."""
    return edit_draft(
        version,
        "section_added",
        lambda tree: editing.add_section(tree, near, title),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def add_group(
    version: TemplateVersion, near: str, title: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Add a group after the one that `near` is or lies in; of a section, as its first."""
    return edit_draft(
        version,
        "group_added",
        lambda tree: editing.add_group(tree, near, title),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def add_item(
    version: TemplateVersion, near: str, title: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Add an item after the item `near`; of a heading, as its first."""
    return edit_draft(
        version,
        "item_added",
        lambda tree: editing.add_item(tree, near, title),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def split_item(
    version: TemplateVersion,
    key: str,
    title: str,
    rest: str,
    *,
    actor: Actor,
    expected_digest: str,
) -> EditedDraft:
    """Leave an item the first words of its title, and make a new one below of the rest."""
    return edit_draft(
        version,
        "item_split",
        lambda tree: editing.split_item(tree, key, title, rest),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def rename_part(
    version: TemplateVersion, key: str, title: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Give a section, group or item another title."""
    return edit_draft(
        version,
        "renamed",
        lambda tree: editing.rename(tree, key, title),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def change_item(
    version: TemplateVersion,
    key: str,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    expected_digest: str,
) -> EditedDraft:
    """Set fields of an item, by name; not its key, and not its place."""
    return edit_draft(
        version,
        "item_changed",
        lambda tree: editing.change_item(tree, key, **changes),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def change_heading(
    version: TemplateVersion,
    key: str,
    *,
    title: str,
    guidance: str,
    actor: Actor,
    expected_digest: str,
) -> EditedDraft:
    """Set the title of a section or group, and the text below it."""
    return edit_draft(
        version,
        "heading_changed",
        lambda tree: editing.change_heading(tree, key, title=title, guidance=guidance),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def change_checklist(
    version: TemplateVersion, *, title: str, intro: str, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Set the checklist's own title and introduction."""
    return edit_draft(
        version,
        "checklist_changed",
        lambda tree: editing.change_checklist(tree, title=title, intro=intro),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def suggest_probe(
    version: TemplateVersion,
    key: str,
    *,
    kind: str,
    params: object,
    conditions: Sequence[object],
    interval_s: int,
    actor: Actor,
    expected_digest: str,
) -> EditedDraft:
    """Suggest a probe for an item; Invalid for a specification that no probe could have.

    Whether its target may be reached is asked when it is attached: here nobody knows from where.
    """
    spec = ProbeSpec.parse(kind, params, conditions, interval_s)
    suggested: dict[str, Any] = {
        "kind": kind,
        "params": spec.params_json(),
        "conditions": spec.conditions_json(),
        "interval_s": interval_s,
    }
    text = rfc8785.dumps(suggested).decode()
    return edit_draft(
        version,
        "probe_suggested",
        lambda tree: editing.change_item(tree, key, probe=text),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def drop_probe(
    version: TemplateVersion, key: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Suggest no probe for an item any more."""
    return edit_draft(
        version,
        "probe_dropped",
        lambda tree: editing.change_item(tree, key, probe=""),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def delete_part(
    version: TemplateVersion, key: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Delete a section or group with all in it, or an item, from which nested ones move up."""
    return edit_draft(
        version,
        "deleted",
        lambda tree: editing.delete(tree, key),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def undo_edit(version: TemplateVersion, *, actor: Actor, expected_digest: str) -> EditedDraft:
    """Take one's own last edit back; Conflict (nothing_to_undo) if the newest is another's."""
    return undo_draft(version, actor=actor, expected_digest=expected_digest)
