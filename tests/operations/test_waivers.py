"""No waiver without a reason, an end, and a second person; by no path."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.models import Release
from checklists.operations.decisions import decide_release
from checklists.operations.items import tick_item
from checklists.operations.tokens import create_token
from checklists.operations.waivers import approve_waiver, reject_waiver, request_waiver
from checklists.state import WaiverStatus
from tests.checklist_data import item_of
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db

REASON = "The provider's protection starts at the end of the month."


def ask(item, person, *, days=9, reason=REASON):
    return request_waiver(
        item,
        actor=Actor.of_person(person),
        reason=reason,
        expires_at=timezone.now() + timedelta(days=days),
    )


@pytest.fixture
def rotate(release):
    return item_of(release, "rotate-secrets")


@pytest.mark.parametrize(
    ("days", "reason", "code"),
    [
        (9, "", "reason_required"),
        (9, "too short", "reason_too_short"),
        (-1, REASON, "waiver_end_past"),
        (400, REASON, "waiver_too_long"),
    ],
)
def test_what_a_request_must_say(rotate, cast, days, reason, code):
    with changes_nothing(Invalid) as refusal:
        ask(rotate, cast.priya, days=days, reason=reason)
    assert refusal.value.code == code


def test_nobody_decides_their_own_request(rotate, cast):
    waiver = ask(rotate, cast.marta)
    for decide in (approve_waiver, reject_waiver):
        with changes_nothing(NotAllowed) as refusal:
            decide(waiver, actor=Actor.of_person(cast.marta), reason=REASON)
        assert refusal.value.code == "own_waiver"


def test_a_holder_of_a_role_that_covers_the_item_may_decide(rotate, release, cast):
    waiver = ask(rotate, cast.priya)
    assert approve_waiver(waiver, actor=Actor.of_person(cast.sam)).status == WaiverStatus.APPROVED
    elsewhere = ask(item_of(release, "configure-dns"), cast.priya)
    with changes_nothing(NotAllowed):
        approve_waiver(elsewhere, actor=Actor.of_person(cast.sam))


def test_no_token_asks_or_decides(rotate, cast):
    token, _ = create_token(cast.project, "ci", ["items"], actor=Actor.of_person(cast.marta))
    with changes_nothing(NotAllowed):
        request_waiver(
            rotate,
            actor=Actor.of_token(token),
            reason=REASON,
            expires_at=timezone.now() + timedelta(days=2),
        )
    waiver = ask(rotate, cast.priya)
    with changes_nothing(NotAllowed):
        approve_waiver(waiver, actor=Actor.of_token(token))


def test_only_one_request_stands_and_answered_items_need_none(rotate, cast, release):
    ask(rotate, cast.priya)
    with changes_nothing(Conflict):
        ask(rotate, cast.sam)
    done = tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    with changes_nothing(Conflict):
        ask(done, cast.priya)


def test_what_was_decided_is_not_decided_otherwise(rotate, cast):
    waiver = ask(rotate, cast.priya)
    marta = Actor.of_person(cast.marta)
    reject_waiver(waiver, actor=marta, reason=REASON)
    with changes_nothing(Conflict):
        approve_waiver(waiver, actor=marta)


def test_a_request_that_waited_past_its_end_is_over(rotate, cast):
    waiver = ask(rotate, cast.priya, days=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)), changes_nothing(Conflict):
        approve_waiver(waiver, actor=Actor.of_person(cast.marta))


def test_a_waiver_is_judged_at_go_live_and_not_today(rotate, cast, release):
    waiver = ask(rotate, cast.priya, days=300)
    approve_waiver(waiver, actor=Actor.of_person(cast.marta))
    said = {r.item: r.code for r in decide_release(release).reasons}
    # Approved and not over today; but the release goes live years later.
    assert said[rotate.key] == "waiver_expired"


def test_ending_a_waiver_does_not_bring_back_the_one_before_it(rotate, cast, release):
    marta = Actor.of_person(cast.marta)
    first = approve_waiver(ask(rotate, cast.priya), actor=marta)
    second = approve_waiver(ask(rotate, cast.sam, days=20), actor=marta)
    reject_waiver(second, actor=marta, reason="The risk is too high after all.")
    first.refresh_from_db()
    assert first.status == WaiverStatus.REJECTED
    assert next(i for i in current_state(release).items if i.id == rotate.pk).waiver is None
    assert verify_release(Release.objects.get(pk=release.pk)).is_clean


def test_refusing_to_extend_a_waiver_leaves_the_one_that_holds(rotate, cast, release):
    marta = Actor.of_person(cast.marta)
    first = approve_waiver(ask(rotate, cast.priya), actor=marta)
    reject_waiver(ask(rotate, cast.priya, days=20), actor=marta, reason="Once is enough.")
    state = next(i for i in current_state(release).items if i.id == rotate.pk)
    assert state.waiver is not None
    assert (state.waiver.id, state.waiver.status) == (first.pk, WaiverStatus.APPROVED)
