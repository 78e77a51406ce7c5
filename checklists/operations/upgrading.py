"""Moving a checklist of an open release to a newer version of its template, and of its overlays.

Nobody is moved silently: somebody looks at a preview and confirms just that.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.current import tree_of
from checklists.errors import Conflict, Invalid
from checklists.formats.tree import ChecklistTree
from checklists.models import Checklist, Item, Release, TemplateVersion
from checklists.operations.guards import require_open, require_person, whole_state
from checklists.operations.overlays import overlays_for
from checklists.operations.pinning import (
    Pinned,
    owning_roles,
    pin,
    require_quorum,
    require_something_to_check,
)
from checklists.operations.suggested_probes import attach_suggested
from checklists.operations.transactions import operation
from checklists.operations.upgrading_rows import add_items, move_items, remove_items, rows_of
from checklists.permissions import require
from checklists.state import ChecklistState, ReleaseState
from checklists.upgrading import Upgrade, upgrade


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upgrade would do. `digest` is what somebody who confirms it confirms."""

    checklist: ChecklistState
    chosen: Pinned
    old: ChecklistTree
    new: ChecklistTree
    steps: Upgrade
    digest: str


@operation
def upgrade_checklist(
    checklist: Checklist, version: TemplateVersion, *, actor: Actor, expected: str
) -> Checklist:
    """Pin a newer published version to the checklist, with the overlays that apply now.

    Items that ask the same keep their answers; those that changed are asked again, and waivers of
    them end; what is gone is taken out; what is new is open. Nothing changes if all of it is pinned
    already. `expected` is the digest of the preview. Raises NotVisible, NotAllowed, ReleaseClosed;
    Invalid for a version of something else, a draft, or an older one; Conflict if the release has
    changed since the preview, or could not be decided afterwards.
    """
    release = audit.locked(checklist.release)
    require(actor, "open_release", release.project)
    require_open(release)
    person = require_person(actor)
    state = whole_state(release)
    checklist = Checklist.objects.get(pk=checklist.pk)
    checklist.release = release
    preview = preview_of(release, state, checklist, version)
    if preview is None:
        return checklist
    if expected != preview.digest:
        raise Conflict(
            _(
                "The release changed since this was shown, so nothing was upgraded. Look at what "
                "would happen now."
            ),
            code="upgrade_changed",
            digest=preview.digest,
        )
    _require_possible(release, state, preview)
    steps, seq = preview.steps, release.chain.head_seq + 1
    checklist.template_version = preview.chosen.version
    checklist.upgraded_seq = seq
    checklist.save(update_fields=["template_version", "upgraded_seq"])
    checklist.overlays.all().delete()
    pin(checklist, preview.chosen)
    rows = rows_of(steps)
    remove_items(release, steps, rows, person)
    move_items(release, steps, rows, person, preview.old, seq)
    roles = owning_roles(release.project)
    added, assigned = add_items(checklist, steps, roles, seq)
    audit.append(
        release,
        "checklist.upgraded",
        actor=actor,
        subject=checklist,
        data={
            "from": list(preview.checklist.content_digests),
            "to": list(preview.chosen.digests),
            "kept": [step.id for step in steps.kept],
            "changed": [step.id for step in steps.changed],
            "removed": [step.id for step in steps.removed],
            "added": added,
            "assigned": assigned,
        },
    )
    attach_suggested(release, {checklist.key: preview.new}, actor=actor, only=added)
    return checklist


def preview_of(
    release: Release, state: ReleaseState, checklist: Checklist, version: TemplateVersion
) -> Preview | None:
    """What upgrading would do now; None if all of it is pinned already. Raises Invalid."""
    pinned = checklist.template_version
    if version.template_id != pinned.template_id or not version.is_published:
        raise Invalid(
            _("A checklist moves to a published version of its own template."),
            code="bad_version",
            field="version",
        )
    if version.number < pinned.number:
        raise Invalid(
            _("%(checklist)s is on v%(number)s already; a release does not go back.")
            % {"checklist": pinned.template, "number": pinned.number},
            code="older_version",
            field="version",
        )
    overlays = overlays_for([version.template], release.project, release.environment)
    chosen = Pinned(version, tuple(overlays[version.template.slug]))
    now = next(found for found in state.checklists if found.id == checklist.pk)
    if chosen.digests == now.content_digests:
        return None
    old, new = tree_of(now), chosen.tree
    items = [item for item in state.items if item.checklist == now.key]
    steps = upgrade(old, new, items)
    digest = steps.digest(now.content_digests, chosen.digests)
    return Preview(now, chosen, old, new, steps, digest)


def _require_possible(release: Release, state: ReleaseState, preview: Preview) -> None:
    """Refuse what would leave nothing to check, or rules that nobody can fulfil."""
    trees: list[tuple[str, ChecklistTree]] = [
        (found.key, preview.new if found.id == preview.checklist.id else tree_of(found))
        for found in state.checklists
    ]
    require_something_to_check(tree for _key, tree in trees)
    require_quorum(release.project, trees)
    keys = {step.plan.key for step in preview.steps.added if step.plan}
    own = Item.objects.filter(checklist=preview.checklist.id, key__in=keys).exclude(added_by=None)
    if (clash := own.first()) is not None:
        raise Conflict(
            _("The new version has an item with the key of a one-off item, %(key)s. Rename that.")
            % {"key": clash.key},
            code="key_taken",
        )
