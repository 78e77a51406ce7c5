"""Waivers: one person asks, another decides, and each has a reason and an end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import write_time
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.gate.signoffs import covered_sections
from checklists.models import Item, Person, Project, Role, Waiver
from checklists.moments import stamp
from checklists.operations.guards import (
    MIN_REASON,
    require_open,
    require_person,
    require_reason,
    require_version,
    whole_state,
)
from checklists.operations.item_changes import fresh_item, has_lapsed, record_item_change
from checklists.operations.transactions import operation
from checklists.operations.waiver_limits import locked_budget, require_budget, require_renewer
from checklists.permissions import may, require, role_in, roles_held
from checklists.state import Answer, WaiverStatus
from checklists.words import WAIVER_WORDS, state_inside

LONGEST = timedelta(days=366)


@operation
def request_waiver(
    item: Item,
    *,
    actor: Actor,
    reason: str,
    expires_at: datetime,
    expected_version: int | None = None,
) -> Waiver:
    """Ask to go without the item until a date. Somebody else decides.

    Raises NotVisible, NotAllowed, ReleaseClosed, ItemChanged; Invalid for a reason too short or an
    end that is past or over a year away; Conflict if one is already asked or the item is settled.
    """
    release = audit.locked(item.release)
    require(actor, "request_waiver", release.project)
    require_open(release)
    item = fresh_item(item, release)
    require_version(item, expected_version)
    reason = require_reason(
        reason, what=_("the release may go without this item"), at_least=MIN_REASON
    )
    now = audit.moment(release)
    _require_end(expires_at, now)
    if item.answer != Answer.OPEN and not (_probe_without_pass(item) or has_lapsed(item)):
        raise Conflict(
            _("“%(title)s” is already answered; no waiver is needed.") % {"title": item.called},
            code="answered",
        )
    if item.waivers.filter(status=WaiverStatus.REQUESTED).exists():
        raise Conflict(
            _("A waiver is already asked and waits to be decided."), code="already_asked"
        )
    person = require_person(actor)
    words = audit.disclose("reason", reason)
    waiver = Waiver.objects.create(
        item=item,
        reason=words,
        expires_at=expires_at,
        requested_by=person,
        requested_at=now,
    )
    record_item_change(
        item,
        "waiver.requested",
        actor=actor,
        data={"waiver": waiver.pk, "expires_at": write_time(expires_at)},
        commit={"reason": words},
    )
    return waiver


@operation
def approve_waiver(waiver: Waiver, *, actor: Actor, reason: str = "") -> Waiver:
    """Let the release go without the item until the waiver ends. Approving again changes nothing.

    Raises NotVisible, NotAllowed (also for one's own request, and for a third waiver in a row
    unless a release manager approves it), ReleaseClosed; Conflict if it was decided otherwise, is
    already over, or the project's budget of waivers is spent.
    """
    project = locked_budget(waiver.item.release)
    return _decide(waiver, WaiverStatus.APPROVED, actor=actor, reason=reason, project=project)


@operation
def reject_waiver(waiver: Waiver, *, actor: Actor, reason: str) -> Waiver:
    """Reject the request, or end an approved waiver and those it replaced, with a reason.

    Raises NotVisible, NotAllowed (also for one's own request), ReleaseClosed, Invalid; Conflict if
    it was withdrawn.
    """
    return _decide(waiver, WaiverStatus.REJECTED, actor=actor, reason=reason)


@operation
def withdraw_waiver(waiver: Waiver, *, actor: Actor) -> Waiver:
    """Take one's own request back. Withdrawing again changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed; Conflict if it was rejected.
    """
    item, waiver = _under_lock(waiver)
    require(actor, "request_waiver", item.release.project)
    require_open(item.release)
    if waiver.status == WaiverStatus.WITHDRAWN:
        return waiver
    if actor.person != waiver.requested_by:
        raise NotAllowed(_("Only who asked for the waiver can withdraw it."), code="not_yours")
    if waiver.status == WaiverStatus.REJECTED:
        raise Conflict(
            _("The waiver was rejected already, so there is nothing to withdraw."),
            code="already_decided",
        )
    _record(item, waiver, WaiverStatus.WITHDRAWN, actor=actor, reason="")
    return waiver


def may_decide(actor: Actor, item: Item) -> bool:
    """Whether the policy lets the actor decide waivers of this item (one's own excepted).

    Release managers may, and contributors who hold a sign-off role that covers the item.
    """
    project, person = item.release.project, actor.in_person
    if person is None:
        return False
    if may(actor, "decide_waiver", project):
        return True
    return role_in(person, project) == Role.CONTRIBUTOR and _holds_covering_role(person, item)


def _decide(
    waiver: Waiver,
    status: WaiverStatus,
    *,
    actor: Actor,
    reason: str,
    project: Project | None = None,
) -> Waiver:
    """Decide under the release's lock; under the project's, too, which is given for approving."""
    item, waiver = _under_lock(waiver)
    require(actor, "read", item.release.project)
    if not may_decide(actor, item):
        require(actor, "decide_waiver", item.release.project)
    require_open(item.release)
    if waiver.requested_by == actor.person:
        raise NotAllowed(
            _("You asked for this waiver, so somebody else decides it."), code="own_waiver"
        )
    if waiver.status == status:
        return waiver
    if status == WaiverStatus.REJECTED:
        reason = require_reason(reason, what=_("the waiver is rejected"))
    _require_undecided(waiver, status)
    now = audit.moment(item.release)
    if project is not None:
        if waiver.expires_at <= now:
            raise Conflict(_("The waiver is already over; ask for a new one."), code="waiver_over")
        require_renewer(actor, item)
        require_budget(project, item, now)
    ended = waiver.status == WaiverStatus.APPROVED
    _record(item, waiver, status, actor=actor, reason=reason)
    if ended:
        # Ending what speaks for the item must not bring back what spoke for it before.
        for older in item.waivers.filter(status=WaiverStatus.APPROVED, pk__lt=waiver.pk):
            _record(item, older, status, actor=actor, reason=reason)
    return waiver


def _require_undecided(waiver: Waiver, status: WaiverStatus) -> None:
    """Raise Conflict if the waiver was decided otherwise already."""
    if status == WaiverStatus.APPROVED and waiver.status != WaiverStatus.REQUESTED:
        why = _("The waiver was %(status)s already; ask for a new one.")
    elif waiver.status in (WaiverStatus.WITHDRAWN, WaiverStatus.REJECTED):
        why = _("The waiver was %(status)s already, so there is nothing to reject.")
    else:
        return
    already = state_inside(WAIVER_WORDS[WaiverStatus(waiver.status)])
    raise Conflict(why % {"status": already}, code="already_decided")


def _record(item: Item, waiver: Waiver, status: WaiverStatus, *, actor: Actor, reason: str) -> None:
    waiver.status = status
    waiver.decided_by = actor.person
    waiver.decided_at = audit.moment(item.release)
    waiver.decision_reason = audit.disclose("reason", reason) if reason.strip() else None
    waiver.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    record_item_change(
        item,
        f"waiver.{status}",
        actor=actor,
        data={"waiver": waiver.pk},
        commit={"reason": waiver.decision_reason} if waiver.decision_reason else None,
    )


def _under_lock(waiver: Waiver) -> tuple[Item, Waiver]:
    release = audit.locked(waiver.item.release)
    item = fresh_item(waiver.item, release)
    fresh = Waiver.objects.select_related("requested_by", "decided_by").get(pk=waiver.pk)
    fresh.item = item
    return item, fresh


def _require_end(expires_at: datetime, now: datetime) -> None:
    if expires_at <= now:
        raise Invalid(
            _(
                "This end, %(end)s, has passed already, so the waiver would never hold. Name the "
                "day by which the item will be settled."
            )
            % {"end": stamp(expires_at)},
            code="waiver_end_past",
            field="expires_at",
        )
    if expires_at > now + LONGEST:
        raise Invalid(
            _("A waiver lasts a year at most; name an earlier end."),
            code="waiver_too_long",
            field="expires_at",
        )


def _probe_without_pass(item: Item) -> bool:
    """It has a probe, and that is not confirmed to pass: an answer alone settles nothing."""
    return item.probes.attached().exclude(confirmed="pass").exists()


def _holds_covering_role(person: Person, item: Item) -> bool:
    held = set(roles_held(person, item.release.project))
    if not held:
        return False
    state = whole_state(item.release)
    section = f"{item.checklist.key}/{item.section}"
    return any(
        rule.role in held and section in covered_sections(state, rule) for rule in state.rules
    )
