"""The steps that people take on an item: what an operation on one item and one on many share.

A step is given an item that was read under its release's lock by somebody who may answer it. It
returns whether anything changed; where it refuses, nothing was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.replay_fold import NOT_CARRIED
from checklists.errors import Conflict, Invalid
from checklists.models import Disclosable, Item, Person, Probe, Project, SignoffRole
from checklists.operations.guards import (
    MIN_REASON,
    require_person,
    require_reason,
    require_version,
)
from checklists.operations.item_changes import (
    UNANSWERED,
    assignment_of,
    optional_reason,
    record_item_change,
    stands,
)
from checklists.permissions import role_in
from checklists.state import Answer, Verdict

Assignee = Person | SignoffRole | None


class Deed:
    """Who takes a step, and why. One deed may be on many items: then it has a `batch`.

    The reason is kept once, however many items it is given for.
    """

    def __init__(self, actor: Actor, *, reason: str = "", batch: int | None = None) -> None:
        self.actor = actor
        self.reason = reason.strip()
        self.batch = batch
        self._words: dict[str, Disclosable] | None = None

    def words(self) -> dict[str, Disclosable]:
        """What the event commits to: the reason, or nothing."""
        if self._words is None:
            self._words = optional_reason(self.reason)
        return self._words

    def facts(self, **facts: Any) -> dict[str, Any]:
        """The event's data."""
        return facts if self.batch is None else {**facts, "batch": self.batch}


def tick(item: Item, deed: Deed, *, expected_version: int | None, verdict: Verdict | None) -> bool:
    """Answer "done". `verdict` is what the item's probe is confirmed to see."""
    if stands(item, Answer.DONE):
        return False
    require_version(item, expected_version)
    require_reason_to_tick(item, deed.reason, verdict)
    _answer(item, Answer.DONE, deed, verdict=verdict)
    return True


def require_reason_to_tick(item: Item, reason: str, verdict: Verdict | None) -> None:
    """Raise Invalid if "done" needs words and these are too few."""
    if item.justification_required:
        require_reason(reason, what=_("it is done"), at_least=MIN_REASON)
    elif verdict == Verdict.FAIL:
        require_reason(reason, what=_("it is done although its probe fails"))


def untick(item: Item, deed: Deed, *, expected_version: int | None) -> bool:
    """Take "done" back."""
    if item.answer == Answer.OPEN:
        return False
    require_version(item, expected_version)
    if item.answer != Answer.DONE:
        raise Conflict(
            _("“%(title)s” is not applicable, not done; reopen it instead.")
            % {"title": item.called},
            code="not_done",
        )
    _open(item, "item.unticked", deed)
    return True


def reopen(item: Item, deed: Deed, *, expected_version: int | None) -> bool:
    """Open an answered item again, with a reason."""
    if item.answer == Answer.OPEN:
        return False
    require_version(item, expected_version)
    require_reason(deed.reason, what=_("it is open again"))
    _open(item, "item.reopened", deed)
    return True


def leave_out(item: Item, deed: Deed, *, expected_version: int | None) -> bool:
    """Answer "not applicable", where the template allows it, with a reason."""
    if stands(item, Answer.NOT_APPLICABLE):
        return False
    require_version(item, expected_version)
    require_reason_not_applicable(item, deed.reason)
    _answer(item, Answer.NOT_APPLICABLE, deed)
    return True


def require_reason_not_applicable(item: Item, reason: str) -> None:
    """Raise unless the item may be left out, with a reason of some length."""
    if not item.na_allowed:
        raise Conflict(
            _(
                "The template does not allow “%(title)s” to be not applicable. Ask for a "
                "waiver if the release should go without it."
            )
            % {"title": item.called},
            code="not_applicable_not_allowed",
        )
    require_reason(reason, what=_("it does not apply"), at_least=MIN_REASON)


def is_given_to(item: Item, to: Assignee) -> bool:
    """Whether the item is theirs already, or nobody's."""
    person = to if isinstance(to, Person) else None
    role = to if isinstance(to, SignoffRole) else None
    return (item.assignee, item.assignee_role) == (person, role)


def require_in_project(to: Assignee, project: Project) -> None:
    """Raise Invalid for somebody, or a role, that items of the project cannot be given to."""
    if isinstance(to, Person) and role_in(to, project) is None:
        raise Invalid(
            _("%(person)s is no member of this project. An owner of it can invite them.")
            % {"person": to},
            code="not_a_member",
        )
    if isinstance(to, SignoffRole) and (to.project_id != project.pk or to.retired_at is not None):
        raise Invalid(
            _("%(role)s is no role of this project. An owner of it can create the role.")
            % {"role": to},
            code="no_such_role",
        )


def give(item: Item, deed: Deed, to: Assignee, *, expected_version: int | None) -> bool:
    """Give the item to somebody of the project, to one of its roles, or to nobody."""
    if is_given_to(item, to):
        return False
    require_version(item, expected_version)
    if to is not None and item.answer == Answer.NOT_APPLICABLE:
        raise Conflict(
            _("“%(title)s” is not applicable, so nobody is asked to do it. Reopen it first.")
            % {"title": item.called},
            code="not_applicable",
        )
    person = to if isinstance(to, Person) else None
    role = to if isinstance(to, SignoffRole) else None
    data = deed.facts(
        assignee=person.pid if person else None,
        role=role.slug if role else None,
        **{"from": assignment_of(item)},
    )
    record_item_change(
        item, "item.assigned", actor=deed.actor, data=data, assignee=person, assignee_role=role
    )
    return True


def confirmed_verdicts(item_ids: list[int]) -> Mapping[int, Verdict]:
    """What the probes of these items are confirmed to see, where they saw anything."""
    probes = Probe.objects.attached().filter(item__in=item_ids)
    found = probes.values_list("item_id", "confirmed")
    return {item_id: Verdict(confirmed) for item_id, confirmed in found if confirmed}


def _answer(item: Item, answer: Answer, deed: Deed, *, verdict: Verdict | None = None) -> None:
    person = require_person(deed.actor)
    action = "item.ticked" if answer == Answer.DONE else "item.marked_not_applicable"
    words = deed.words()
    record_item_change(
        item,
        action,
        actor=deed.actor,
        data=deed.facts(**{"from": str(item.answer)}, verdict=str(verdict) if verdict else None),
        commit=words,
        answer=answer,
        answered_by=person,
        answered_at=audit.moment(item.release),
        reason=words.get("reason"),
        **NOT_CARRIED,
    )


def _open(item: Item, action: str, deed: Deed) -> None:
    data = deed.facts(**{"from": str(item.answer)})
    record_item_change(item, action, actor=deed.actor, data=data, commit=deed.words(), **UNANSWERED)
