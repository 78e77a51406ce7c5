"""What each action is called in a sentence: for history, conflicts and toasts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTION_WORDS = {
    "release.opened": _("opened the release"),
    "release.target_set": _("moved the target"),
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
    "item.assigned": _("assigned"),
    "item.due_set": _("set the due date"),
    "item.commented": _("commented"),
    "evidence.attached": _("attached evidence"),
    "waiver.requested": _("asked for a waiver"),
    "waiver.approved": _("approved the waiver"),
    "waiver.rejected": _("rejected the waiver"),
    "waiver.withdrawn": _("withdrew the waiver"),
    "probe.attached": _("attached a probe"),
    "probe.changed": _("changed the probe"),
    "probe.detached": _("detached the probe"),
    "probe.flipped": _("saw another verdict"),
    "signoff.signed": _("signed"),
    "signoff.withdrawn": _("withdrew a signature"),
}
