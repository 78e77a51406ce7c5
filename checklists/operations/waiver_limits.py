"""How many waivers a project may have, and how often an item may be waived in a row."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checklists.actors import Actor
from checklists.errors import Conflict, NotAllowed
from checklists.models import AuditEvent, Item, Probe, Project, Release, Waiver
from checklists.permissions import may
from checklists.state import RUNNING, Answer, ReleaseStatus, Verdict, WaiverStatus
from checklists.waiving import NEEDS_MANAGER_FROM, in_a_row


def locked_budget(release: Release) -> Project:
    """The project of a release, locked until the transaction ends: one approval at a time in it.

    Taken before the chains, as whoever opens a release does.
    """
    return Project.objects.select_for_update(no_key=True).get(pk=release.project_id)


def waived_items(project: Project, now: datetime) -> int:
    """In how many items of the project's running releases a waiver holds now."""
    holding = Waiver.objects.filter(
        status=WaiverStatus.APPROVED,
        expires_at__gt=now,
        item__removed_at=None,
        item__release__project=project,
        item__release__status__in=RUNNING,
    )
    return holding.values("item").distinct().count()


def require_budget(project: Project, item: Item, now: datetime) -> None:
    """Raise Conflict if one waiver more would be more than the project allows.

    A renewal takes the place of the waiver that it renews. The caller holds `locked_budget`.
    """
    budget = project.waiver_budget
    if budget is None or _is_waived(item, now):
        return
    if (holding := waived_items(project, now)) < budget:
        return
    raise Conflict(
        ngettext(
            "%(project)s allows %(budget)s waiver at a time, and %(holding)s hold. Settle the item "
            "instead, end a waiver that is no longer needed, or ask an owner for a larger budget.",
            "%(project)s allows %(budget)s waivers at a time, and %(holding)s hold. Settle the "
            "item instead, end a waiver that is no longer needed, or ask an owner for a larger "
            "budget.",
            budget,
        )
        % {"project": project, "budget": budget, "holding": holding},
        code="waiver_budget_spent",
        budget=budget,
        holding=holding,
    )


def require_renewer(actor: Actor, item: Item) -> None:
    """Raise NotAllowed if this would be the third waiver in a row, and no release manager acts."""
    if approved_in_a_row(item) + 1 < NEEDS_MANAGER_FROM:
        return
    if not may(actor, "decide_waiver", item.release.project):
        raise NotAllowed(
            _(
                "“%(title)s” was waived twice in a row already. A third waiver is for a release "
                "manager to approve, or the item is settled."
            )
            % {"title": item.called},
            code="waiver_third_renewal",
        )


def approved_in_a_row(item: Item) -> int:
    """How many waivers of the item were approved since it was last settled without one.

    Counts all releases of its project that hold the same item (by checklist and key), as their
    logs say: a waiver that was ended later counts, too. Another release settles the item by an
    answer that stands there; one that was aborted, or whose probe does not agree, settles nothing.
    """
    same = Item.objects.filter(
        release__project=item.release.project_id,
        checklist__key=item.checklist.key,
        key=item.key,
        added_by=None,
    )
    if item.added_by_id is not None:
        same = Item.objects.filter(pk=item.pk)
    approved = AuditEvent.objects.filter(
        chain__release__project=item.release.project_id,
        action="waiver.approved",
        item_id__in=same.values("pk"),
    )
    disagrees = Probe.objects.attached().filter(item=OuterRef("pk")).exclude(confirmed=Verdict.PASS)
    settled = (
        same.exclude(pk=item.pk)
        .exclude(answer=Answer.OPEN)
        .exclude(release__status=ReleaseStatus.ABORTED)
        .exclude(Exists(disagrees))
    )
    answered = settled.values_list("answered_at", flat=True)
    return in_a_row(
        approved.values_list("at", flat=True), [moment for moment in answered if moment is not None]
    )


def _is_waived(item: Item, now: datetime) -> bool:
    return item.waivers.filter(status=WaiverStatus.APPROVED, expires_at__gt=now).exists()
