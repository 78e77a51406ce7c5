"""The go/no-go meeting: who holds a role speaks for it, and conditions become items."""

from __future__ import annotations

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.errors import Invalid, NotAllowed
from checklists.models import AuditEvent
from checklists.operations.decisions import decide_release
from checklists.operations.meeting import call_role
from checklists.operations.tokens import create_token
from checklists.state import Call
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(cast):
    return Actor.of_person(cast.sam)


def actions(release, after=0):
    events = AuditEvent.objects.filter(chain=release.chain, seq__gt=after).order_by("seq")
    return list(events.values_list("action", flat=True))


def test_what_is_said_is_on_record_and_counts_for_nothing(release, sam):
    before = decide_release(release)
    call_role(release, actor=sam, role="security", says=Call.GO)
    after = decide_release(release)
    assert (after.digest, after.reasons) == (before.digest, before.reasons)
    assert [(c.role, c.says) for c in current_state(release).calls] == [("security", Call.GO)]
    assert verify_release(release).findings == []


def test_conditions_become_items_that_must_be_done(release, sam):
    call_role(
        release,
        actor=sam,
        role="security",
        says=Call.CONDITIONS,
        conditions=["Rotate the key first", "  ", "Tell the bank"],
        checklist=release.checklists.get(),
        group="security/secrets",
    )
    assert actions(release, after=1) == ["room.called", "item.added", "item.added"]
    open_now = [r.message for r in decide_release(release).reasons if r.code == "item_open"]
    assert "2.1.3 Rotate the key first: open." in open_now
    assert "2.1.4 Tell the bank: open." in open_now
    assert verify_release(release).findings == []


def test_the_mind_may_be_changed_and_both_are_kept(release, sam):
    call_role(release, actor=sam, role="security", says=Call.NO_GO, words="The vault is red.")
    call_role(release, actor=sam, role="security", says=Call.GO)
    assert [c.says for c in current_state(release).calls] == [Call.NO_GO, Call.GO]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"says": Call.NO_GO}, "reason_required"),
        ({"says": Call.CONDITIONS}, "no_condition"),
        ({"says": Call.CONDITIONS, "conditions": ["", " "]}, "no_condition"),
        ({"says": Call.GO, "conditions": ["x"]}, "conditions_out_of_place"),
        ({"says": Call.CONDITIONS, "conditions": ["x"] * 11}, "too_many_conditions"),
        ({"says": Call.CONDITIONS, "conditions": ["x"]}, "no_such_group"),
    ],
)
def test_half_said_is_refused(release, sam, said, code):
    with changes_nothing(Invalid) as refusal:
        call_role(release, actor=sam, role="security", **said)
    assert refusal.value.code == code


def test_a_condition_that_is_no_title_takes_the_call_with_it(release, sam):
    with changes_nothing(Invalid):
        call_role(
            release,
            actor=sam,
            role="security",
            says=Call.CONDITIONS,
            conditions=["Fine", "two\nlines"],
            checklist=release.checklists.get(),
            group="security/secrets",
        )


def test_nobody_speaks_for_a_role_they_do_not_hold_nor_through_a_token(release, cast, sam):
    with changes_nothing(NotAllowed):
        call_role(release, actor=Actor.of_person(cast.marta), role="security", says=Call.GO)
    token, _ = create_token(cast.project, "CI", ["read", "items"], actor=sam)
    with changes_nothing(NotAllowed):
        call_role(release, actor=Actor.of_token(token), role="security", says=Call.GO)
