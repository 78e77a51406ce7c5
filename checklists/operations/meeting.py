"""The go/no-go meeting: each role says go, no-go, or go with conditions, and conditions become
items. What is said here is on record and is no signature: the gate does not count it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Invalid, NotAllowed
from checklists.models import Checklist, Release, RoleCall
from checklists.operations.guards import require_open, require_reason
from checklists.operations.one_off import append_item
from checklists.operations.transactions import operation
from checklists.permissions import holds_role, require
from checklists.state import Call, ReleaseStatus, Stage

MOST_CONDITIONS = 10


@operation
def call_role(
    release: Release,
    *,
    actor: Actor,
    role: str,
    says: Call,
    words: str = "",
    conditions: Sequence[str] = (),
    checklist: Checklist | None = None,
    group: str = "",
) -> RoleCall:
    """Say go, no-go or go with conditions for a role that one holds.

    Each condition becomes a one-off item that must be done, at the end of `group` of `checklist`.
    Saying the same again without words changes nothing. Raises NotVisible; NotAllowed for who does
    not hold the role; ReleaseClosed; Invalid for a no-go without words, or conditions missing,
    too many or out of place; Conflict as `append_item` does.
    """
    release = audit.locked(release)
    require(actor, "read", release.project)
    person = actor.in_person
    if person is None or not holds_role(person, release.project, role):
        raise NotAllowed(
            _("Only who holds the role may speak for it, in person."), code="not_a_holder"
        )
    require_open(release)
    conditions = _checked_conditions(says, conditions)
    if says == Call.NO_GO:
        words = require_reason(words, what=_("it is a no-go"))
    before = release.calls.filter(role=role).last()
    if before and (before.person, before.says) == (person, says) and not (words or conditions):
        return before
    disclosed = audit.disclose("call", words) if words.strip() else None
    call = RoleCall.objects.create(
        release=release,
        role=role,
        person=person,
        says=says,
        words=disclosed,
        called_at=audit.moment(release),
        seq=release.chain.head_seq + 1,
    )
    audit.append(
        release,
        "room.called",
        actor=actor,
        subject=call,
        data={"call": call.pk, "role": role, "says": str(says), "conditions": len(conditions)},
        commit={"words": disclosed} if disclosed else None,
    )
    for title in conditions:
        append_item(
            _of_release(checklist, release),
            actor=actor,
            group=group,
            title=title,
            stage=Stage.DEPLOY if release.status == ReleaseStatus.PREPARING else Stage.CLOSE,
        )
    return call


def _checked_conditions(says: Call, conditions: Sequence[str]) -> list[str]:
    named = [title.strip() for title in conditions if title.strip()]
    if says == Call.CONDITIONS and not named:
        raise Invalid(
            _("Name at least one condition; each becomes an item of the release."),
            code="no_condition",
            field="conditions",
        )
    if says != Call.CONDITIONS and named:
        raise Invalid(
            _("Conditions belong to “go with conditions”. Choose that, or leave them out."),
            code="conditions_out_of_place",
            field="conditions",
        )
    if len(named) > MOST_CONDITIONS:
        raise Invalid(
            _("%(number)s conditions at most; with more, say no-go.") % {"number": MOST_CONDITIONS},
            code="too_many_conditions",
            field="conditions",
        )
    return named


def _of_release(checklist: Checklist | None, release: Release) -> Checklist:
    found = release.checklists.filter(pk=checklist.pk).first() if checklist else None
    if found is None:
        raise Invalid(
            _("Choose the group that the conditions go to."), code="no_such_group", field="group"
        )
    found.release = release
    return found
