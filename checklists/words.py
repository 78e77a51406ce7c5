"""What actions, states and roles are called: for history, conflicts, toasts and refusals."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from checklists.state import Call, ReleaseStatus, WaiverStatus

RELEASE_WORDS = {
    ReleaseStatus.PREPARING: _("Preparing"),
    ReleaseStatus.DEPLOYED: _("Deployed"),
    ReleaseStatus.CLOSED: _("Closed"),
    ReleaseStatus.ABORTED: _("Aborted"),
    ReleaseStatus.ROLLED_BACK: _("Rolled back"),
}
WAIVER_WORDS = {
    WaiverStatus.REQUESTED: _("Requested"),
    WaiverStatus.APPROVED: _("Approved"),
    WaiverStatus.REJECTED: _("Rejected"),
    WaiverStatus.WITHDRAWN: _("Withdrawn"),
}
NOUNS_ARE_LARGE = {"de"}
"""Languages that write nouns with a capital letter, also inside a sentence."""


def noun_inside(label: object) -> str:
    """What a role or a verdict is called inside a sentence."""
    return str(label) if get_language() in NOUNS_ARE_LARGE else str(label).lower()


def state_inside(label: object) -> str:
    """What a state is called inside a sentence: "closed", "in Vorbereitung"."""
    words = str(label)
    return words[:1].lower() + words[1:]


ACTION_WORDS = {
    "release.opened": _("opened the release"),
    "release.target_set": _("moved the target"),
    "release.answers_carried": _("carried answers over"),
    "release.deployed": _("marked the release deployed"),
    "release.closed": _("closed the release"),
    "release.aborted": _("aborted the release"),
    "release.rolled_back": _("rolled the release back"),
    "item.started": _("started"),
    "item.stopped": _("put back to open"),
    "item.ticked": _("ticked"),
    "item.unticked": _("unticked"),
    "item.marked_not_applicable": _("marked not applicable"),
    "item.reopened": _("reopened"),
    "item.carried": _("carried the answer over"),
    "item.asked_again": _("left it open, to be asked again"),
    "item.assigned": _("assigned"),
    "item.due_set": _("set the due date"),
    "checklist.upgraded": _("moved a checklist to a newer version"),
    "item.added": _("added the item"),
    "item.removed": _("took the item out"),
    "item.commented": _("commented"),
    "evidence.attached": _("attached evidence"),
    "evidence.withdrawn": _("withdrew evidence"),
    "waiver.requested": _("asked for a waiver"),
    "waiver.approved": _("approved the waiver"),
    "waiver.rejected": _("rejected the waiver"),
    "waiver.withdrawn": _("withdrew the waiver"),
    "probe.attached": _("attached a probe"),
    "probe.changed": _("changed the probe"),
    "probe.detached": _("detached the probe"),
    "probe.flipped": _("saw another verdict"),
    "room.called": _("spoke in the meeting"),
    "signoff.signed": _("signed"),
    "signoff.withdrawn": _("withdrew a signature"),
}

EDIT_WORDS = {
    "section_added": _("added a section"),
    "group_added": _("added a group"),
    "item_added": _("added an item"),
    "item_split": _("split an item"),
    "renamed": _("changed a title"),
    "item_changed": _("changed an item"),
    "heading_changed": _("changed a heading"),
    "checklist_changed": _("changed the title or introduction"),
    "probe_suggested": _("suggested a probe"),
    "probe_dropped": _("took a suggested probe away"),
    "deleted": _("deleted a part"),
    "moved": _("moved a part"),
    "indented": _("nested an item"),
    "outdented": _("took an item one level out"),
    "undo": _("took an edit back"),
    "template.imported": _("imported a file over it"),
    "template.rules_set": _("set the sign-off rules"),
}
"""What was done to a draft: by the kind of edit, or by the action where that says it."""

CALL_WORDS = {
    Call.GO: _("Go"),
    Call.CONDITIONS: _("Go with conditions"),
    Call.NO_GO: _("No-go"),
}
"""What a role says in the meeting."""


def role_called(slug: str) -> str:
    """What a role is called where no project names it: Release manager for release-manager."""
    return slug.replace("-", " ").capitalize()
