"""What every edit of a draft does: look who was faster, keep the content, remember the way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, DraftChanged
from checklists.formats.content import digest_of, to_content
from checklists.formats.editing import Edited, in_order, keys_of, neighbour
from checklists.formats.steps import Step, step_back, undone
from checklists.formats.tree import ChecklistTree
from checklists.models import AuditChain, AuditEvent, DraftStep, TemplateVersion
from checklists.models.audit import INSTALLATION
from checklists.operations.guards import name_of_actor
from checklists.operations.template_guards import facts, fresh_draft
from checklists.permissions import require_anywhere
from checklists.words import EDIT_WORDS

MOST_STEPS = 100
"""Edits of a draft that can be undone; older ones are forgotten."""
MOST_EVENTS = 300
"""Events of templates that are read to say who changed a draft."""


class EditedDraft(NamedTuple):
    """The draft as an edit left it, and the key of the part to look at next."""

    version: TemplateVersion
    key: str


def edit_draft(
    version: TemplateVersion,
    kind: str,
    change: Callable[[ChecklistTree], Edited],
    *,
    actor: Actor,
    expected_digest: str,
) -> EditedDraft:
    """Carry out one edit, inside an operation. One that changes nothing records nothing.

    Raises NotAllowed; NotVisible if the draft was discarded; DraftChanged if it is not the one
    that was read; Conflict for a published version; what `change` raises, and Invalid for a
    result that is no checklist.
    """
    chain, version = _draft(version, actor, expected_digest)
    edited = change(version.tree)
    content = to_content(edited.tree)
    if content != version.content:
        former, was = version.content, version.digest
        _keep(chain, version, content, kind, actor)
        if actor.person is not None:
            way = step_back(former, content)._asdict()
            ends = {"former": was, "later": version.digest, "key": edited.key}
            DraftStep.objects.create(version=version, person=actor.person, **ends, **way)
            _forget_old(version)
    return EditedDraft(version, edited.key)


def undo_draft(version: TemplateVersion, *, actor: Actor, expected_digest: str) -> EditedDraft:
    """Take the actor's own last edit back, inside an operation; then the one before can be, too.

    Raises as `edit_draft`; Conflict (nothing_to_undo) if the newest change is not theirs.
    """
    chain, version = _draft(version, actor, expected_digest)
    step = own_last_step(version, actor)
    if step is None:
        raise Conflict(
            _("There is nothing of yours to undo: the newest change of this draft is another."),
            code="nothing_to_undo",
        )
    before = version.tree
    _keep(
        chain,
        version,
        undone(version.content, Step(step.start, step.end, step.text)),
        "undo",
        actor,
    )
    step.delete()
    return EditedDraft(version, _back_at(before, version.tree, step.key))


def own_last_step(version: TemplateVersion, actor: Actor) -> DraftStep | None:
    """The edit that an undo would take back; None if the draft's newest change is not theirs."""
    step = DraftStep.objects.filter(version=version).order_by("-pk").first()
    if step is None or actor.person is None:
        return None
    newest = step.later == version.digest and step.person_id == actor.person.pk
    return step if newest else None


def _back_at(before: ChecklistTree, after: ChecklistTree, key: str) -> str:
    """The part that an undo brought back; otherwise the one that the edit was about."""
    there = keys_of(before)
    back = next((one for one in in_order(after) if one not in there), "")
    return back or neighbour(before, after, key)


def _draft(
    version: TemplateVersion, actor: Actor, expected_digest: str
) -> tuple[AuditChain, TemplateVersion]:
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    version = fresh_draft(version)
    if expected_digest != version.digest:
        raise _changed(version, expected_digest)
    return chain, version


def _keep(
    chain: AuditChain, version: TemplateVersion, content: str, kind: str, actor: Actor
) -> None:
    was = version.digest
    version.content, version.digest = content, digest_of(content)
    version.save(update_fields=["content", "digest"])
    audit.append(
        chain,
        "template.edited",
        actor=actor,
        subject=version,
        data={**facts(version), "edit": kind, "from": was},
        rows=[version],
    )


def _forget_old(version: TemplateVersion) -> None:
    steps = DraftStep.objects.filter(version=version).order_by("-pk")
    old = steps.values_list("pk", flat=True)[MOST_STEPS:]
    DraftStep.objects.filter(pk__in=list(old)).delete()


def _changed(version: TemplateVersion, expected_digest: str) -> DraftChanged:
    """Who changed what since the draft had that digest."""
    events = list(_events_since(version, expected_digest))
    if not events:
        who, what, more = _("Somebody"), _("another content"), 0
    else:
        who, more = name_of_actor(events[0]["actor"]), len(events) - 1
        what = str(EDIT_WORDS.get(events[0]["data"].get("edit") or events[0]["action"], ""))
    sentence = _("%(who)s changed this draft since you read it: %(what)s.")
    parts = [sentence % {"who": who, "what": what}]
    if more:
        counted = ngettext(
            "There is %(count)s more change.", "There are %(count)s more changes.", more
        )
        parts.append(counted % {"count": more})
    parts.append(_("Nothing of yours was saved. What you wrote is still here."))
    return DraftChanged(
        " ".join(parts), current_digest=version.digest, changed_by=who, what=what, changes=more + 1
    )


def _events_since(version: TemplateVersion, digest: str) -> Iterator[dict[str, Any]]:
    """The events of the draft after it had the digest, newest first."""
    bodies = (
        AuditEvent.objects.filter(chain__key=INSTALLATION, action__startswith="template.")
        .order_by("-seq")
        .values_list("body", flat=True)[:MOST_EVENTS]
    )
    for body in map(json.loads, bodies):
        if body["subject"] != {"type": "templateversion", "id": version.pk}:
            continue
        if body["data"].get("digest") == digest:
            return
        yield body
