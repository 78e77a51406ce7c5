"""Items for one release alone: they count, can be erased, and come out again with a reason."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.digests import section_digests
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.gate.signoffs import signoff_standing
from checklists.models import AuditEvent, Disclosable, Item
from checklists.operations.decisions import decide_release, look_now
from checklists.operations.items import tick_item
from checklists.operations.meeting import call_role
from checklists.operations.one_off import add_item, remove_item
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.state import Call, Meaning, Stage
from tests.checklist_data import item_of
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db

TITLE = "Tell Anna of the warehouse"


@pytest.fixture
def marta(cast):
    return Actor.of_person(cast.marta)


@pytest.fixture
def checklist(release):
    return release.checklists.get()


@pytest.fixture
def added(checklist, marta):
    return add_item(checklist, actor=marta, group="security/secrets", title=f" {TITLE} ")


def test_it_stands_at_the_end_of_its_group_and_counts_like_any_other(release, added):
    look = look_now(release)
    numbers = [item.number for item in look.state.items]
    assert numbers == ["1.1.1", "1.1.2", "2.1.1", "2.1.2", "2.1.3", "3.1.1"]
    assert [i.title for i in look.state.items if i.id == added.pk] == [TITLE]
    reasons = {r.item_id: r for r in look.decide(Stage.DEPLOY).reasons}
    assert reasons[added.pk].code == "item_open"
    assert TITLE in reasons[added.pk].message


def test_the_log_holds_no_word_of_its_title(release, added):
    bodies = AuditEvent.objects.filter(chain=release.chain).values_list("body", flat=True)
    assert not [body for body in bodies if "Anna" in body or "anna" in body]
    assert json.loads(bodies.last())["subject"]["key"] == "security/secrets/one-off-1"
    assert verify_release(release).findings == []


def test_without_its_words_it_still_counts(release, added):
    Disclosable.objects.filter(kind="item_title").delete()
    added.refresh_from_db()
    assert added.called == "One-off item"
    assert added.pk in {r.item_id for r in decide_release(release).reasons}


def test_it_is_answered_like_any_other(release, added, cast):
    tick_item(added, actor=Actor.of_person(cast.priya))
    assert added.pk not in {r.item_id for r in decide_release(release).reasons}
    assert verify_release(release).findings == []


def test_an_added_item_makes_signatures_over_its_section_stale(release, checklist, marta):
    before = decide_release(release).sections
    add_item(checklist, actor=marta, group="security/secrets", title=TITLE)
    after = decide_release(release).sections
    assert [ref for ref in before if before[ref] != after[ref]] == ["small/security"]


def test_taking_it_out_brings_no_signature_from_before_it_back(release, checklist, marta, cast):
    security = Actor.of_person(cast.sam)
    sign_release(
        release,
        actor=security,
        role="security",
        meaning=Meaning.APPROVE,
        digest=rule_digest_for(current_state(release), "security"),
        authenticated_at=timezone.now(),
    )
    conditions = {"checklist": checklist, "group": "security/secrets", "conditions": [TITLE]}
    call_role(release, actor=security, role="security", says=Call.CONDITIONS, **conditions)
    assert _counted(release, "security") == 0
    remove_item(Item.objects.get(own_title__value=TITLE), actor=marta, reason="It is not needed.")
    assert _counted(release, "security") == 0
    assert verify_release(release).findings == []


def _counted(release, role) -> int:
    state = current_state(release)
    standing = signoff_standing(state, Stage.DEPLOY, section_digests(state))
    return next(each.met for each in standing if each.role == role)


def test_keys_are_never_given_twice(checklist, added, marta):
    remove_item(added, actor=marta, reason="It was told already.")
    second = add_item(checklist, actor=marta, group="security/secrets", title="Another")
    assert second.key == "security/secrets/one-off-2"
    assert second.number == "2.1.4"


@pytest.mark.parametrize("title", ["", "   ", "x" * 501, "two\nlines", "a\x00b"])
def test_a_title_that_is_none_is_refused(checklist, marta, title):
    with changes_nothing(Invalid):
        add_item(checklist, actor=marta, group="security/secrets", title=title)


def test_a_group_that_is_not_there_is_refused(checklist, marta):
    with changes_nothing(Invalid) as refusal:
        add_item(checklist, actor=marta, group="security/nothing", title=TITLE)
    assert refusal.value.code == "no_such_group"


def test_contributors_do_not_change_what_a_checklist_holds(checklist, added, cast):
    priya = Actor.of_person(cast.priya)
    with changes_nothing(NotAllowed):
        add_item(checklist, actor=priya, group="security/secrets", title=TITLE)
    with changes_nothing(NotAllowed):
        remove_item(added, actor=priya, reason="Not needed.")


def test_taken_out_it_no_longer_counts_and_the_log_still_knows_it(release, added, marta):
    remove_item(added, actor=marta, reason="It was told already.")
    state = current_state(release)
    assert added.pk not in {item.id for item in state.items}
    assert verify_release(release).findings == []
    with changes_nothing(Conflict) as refusal:
        tick_item(Item.objects.get(pk=added.pk), actor=marta)
    assert refusal.value.code == "item_removed"


def test_an_item_of_the_template_stays(release, marta):
    with changes_nothing(Conflict) as refusal:
        remove_item(item_of(release, "configure-dns"), actor=marta, reason="No.")
    assert refusal.value.code == "not_one_off"
