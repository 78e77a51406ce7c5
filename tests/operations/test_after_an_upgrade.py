"""After a checklist moved to a newer version: targets, search, signatures and undo go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.digests import section_digests
from checklists.errors import Conflict
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.gate.signoffs import signoff_standing
from checklists.models import AuditEvent, Release
from checklists.operations import (
    items,
    releases,
    signoffs,
    undo,
)
from checklists.search import items_found, terms_of
from checklists.state import Meaning
from tests.carrying_data import answered, lasting_tree, open_lasting
from tests.carrying_data import template as lasting
from tests.checklist_data import TARGET, item_of, open_small_release, publish, small_tree
from tests.operations.nothing import changes_nothing
from tests.overlay_data import add_version, changed_item, small_with
from tests.upgrade_data import upgrade

pytestmark = pytest.mark.django_db

REASON = "Because the test needs a reason of some length."


def act(person) -> Actor:
    return Actor.of_person(person)


@pytest.fixture
def small(cast):
    return publish(small_tree(), published_by=cast.marta)


@pytest.fixture
def release(cast, small) -> Release:
    return open_small_release(cast, template=small)


def test_the_target_moves_without_what_was_taken_out(cast, small, release):
    add_version(small, small_with("configure-dns", title=None))
    upgrade(release, cast)
    target = TARGET + timedelta(days=3)
    releases.set_release_target(release, actor=act(cast.marta), target_at=target)
    assert current_state(release).target_at == target
    assert verify_release(release).is_clean


def test_what_is_new_is_found(cast, small, release):
    add_version(
        small, small_with("configure-dns", title="Delegate the zone", guidance="Ask Berlin")
    )
    upgrade(release, cast)
    for words in ("delegate", "berlin"):
        found = items_found(terms_of(words), Release.objects.all())
        assert [item.title for item in found] == ["Delegate the zone"]
    assert not items_found(terms_of("configure dns"), Release.objects.all())


def test_signatures_no_longer_count(cast, small, release):
    for item in release.items.filter(stage="deploy").select_related("release"):
        items.tick_item(item, actor=act(cast.priya))
    signoffs.sign_release(
        release,
        actor=act(cast.sam),
        role="security",
        meaning=Meaning.APPROVE,
        digest=signoffs.rule_digest_for(current_state(release), "security"),
        authenticated_at=timezone.now(),
    )
    add_version(small, replace(small_tree(), intro="Nothing else is new."))
    upgrade(release, cast)
    state = current_state(release)
    (standing,) = [
        s for s in signoff_standing(state, "deploy", section_digests(state)) if s.role == "security"
    ]
    assert (standing.met, standing.code) == (0, "signoff_stale")
    assert all(item.answer == "done" for item in state.items if item.stage == "deploy")


def test_a_way_there_and_back_brings_no_signature_back(cast, small, release):
    signoffs.sign_release(
        release,
        actor=act(cast.sam),
        role="security",
        meaning=Meaning.APPROVE,
        digest=signoffs.rule_digest_for(current_state(release), "security"),
        authenticated_at=timezone.now(),
    )
    overlay = publish(more := asking_more(), "eu")
    upgrade(release, cast)
    add_version(overlay, replace(more, environments=("nowhere",)))
    upgrade(release, cast)
    state = current_state(release)
    standing = signoff_standing(state, "deploy", section_digests(state))
    assert [s.code for s in standing if s.role == "security"] == ["signoff_stale"]
    assert verify_release(release).is_clean


def asking_more() -> ChecklistTree:
    """An overlay that adds one item to a section and changes no other."""
    new = Item("security/secrets/ask-the-officer", "Ask the data protection officer")
    group = Group("security/secrets", "Secrets", items=(new,))
    section = Section("security", "Security", groups=(group,))
    return ChecklistTree("EU Product", sections=(section,), extends="small")


def test_nobody_undoes_a_step_of_before(cast, small, release):
    item = items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    item = items.untick_item(item, actor=act(cast.priya))
    seq = AuditEvent.objects.filter(item_id=item.pk).latest("seq").seq
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    upgrade(release, cast)
    item.refresh_from_db()
    with changes_nothing(Conflict) as refused:
        undo.undo_item_change(item, actor=act(cast.priya), seq=seq, expected_version=item.version)
    assert refused.value.code == "moved_on"


def test_an_undo_brings_back_no_answer_that_was_carried_for_what_was_asked_before(cast):
    source = answered(cast)
    release = open_lasting(cast, "2.4.0", carry_from=source)
    tree = changed_item(lasting_tree(), "threat-model", title="Review the threats again")
    add_version(lasting(), tree)
    upgrade(release, cast)
    item = items.tick_item(item_of(release, "threat-model"), actor=act(cast.priya))
    seq = AuditEvent.objects.filter(item_id=item.pk).latest("seq").seq
    undo.undo_item_change(item, actor=act(cast.priya), seq=seq, expected_version=item.version)
    item.refresh_from_db()
    assert (item.answer, item.carried_from) == ("open", None)
    assert verify_release(release).is_clean
