"""One step on many items: each done or left with its reason, one undo, and never half of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor
from checklists.audit.verify import verify_release
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.models import AuditEvent, Disclosable
from checklists.operations import bulk
from checklists.operations.bulk import (
    MOST_AT_ONCE,
    Chosen,
    assign_items,
    mark_items_not_applicable,
    reopen_items,
    tick_items,
    untick_items,
)
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.planning import assign_item
from checklists.operations.undo import undo_batch
from checklists.state import Answer
from tests.checklist_data import item_of, open_small_release, publish, wide_tree
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db
WHY = "None of this is used in this service."


@pytest.fixture
def priya(cast) -> Actor:
    return Actor.of_person(cast.priya)


def all_of(release) -> list[Chosen]:
    return [Chosen(item.pk, item.version) for item in release.items.all()]


def answers(release) -> list[str]:
    return list(release.items.values_list("answer", flat=True))


def bodies(release) -> list[dict]:
    return [json.loads(e.body) for e in release.chain.events.order_by("seq")]


def faults(release) -> list[str]:
    return [str(finding) for finding in verify_release(release).findings]


def test_all_are_ticked_with_an_event_each_and_one_number(release, priya):
    batch = tick_items(release, all_of(release), actor=priya)
    assert (len(batch.changed), batch.left, batch.number) == (5, (), 2)
    assert set(answers(release)) == {Answer.DONE}
    events = bodies(release)[1:]
    assert [event["action"] for event in events] == ["item.ticked"] * 5
    assert {event["data"]["batch"] for event in events} == {2}
    assert faults(release) == []


def test_those_that_cannot_be_done_are_left_and_named_and_the_rest_is_done(release, priya, cast):
    dns, cdn = item_of(release, "configure-dns"), item_of(release, "configure-cdn")
    seen = all_of(release)
    assign_item(dns, actor=Actor.of_person(cast.sam), to=cast.sam)
    batch = mark_items_not_applicable(release, seen, actor=priya, reason=WHY)
    assert [item.pk for item in batch.changed] == [cdn.pk]
    codes = {left.item.pk: left.code for left in batch.left}
    assert codes.pop(dns.pk) == "item_changed"
    assert set(codes.values()) == {"not_applicable_not_allowed"}
    assert "Sam Okafor changed" in next(x.message for x in batch.left if x.item.pk == dns.pk)


def test_doing_it_again_changes_nothing_and_says_that_it_is_so(release, priya):
    tick_items(release, all_of(release), actor=priya)
    before = everything()
    batch = tick_items(release, all_of(release), actor=priya)
    assert (batch.changed, batch.number) == ((), 0)
    assert {left.code for left in batch.left} == {"already_so"}
    assert everything() == before


def test_what_does_not_apply_is_not_ticked_with_the_rest(release, priya):
    cdn = mark_not_applicable(item_of(release, "configure-cdn"), actor=priya, reason=WHY)
    batch = tick_items(release, all_of(release), actor=priya)
    assert [(left.item.pk, left.code) for left in batch.left] == [(cdn.pk, "not_applicable")]
    assert len(batch.changed) == 4


def test_one_reason_is_kept_once_for_all(cast, priya):
    tree = wide_tree(3)
    items = tuple(replace(item, na_allowed=True) for item in tree.items())
    group = replace(tree.sections[0].groups[0], items=items)
    wide = replace(tree, sections=(replace(tree.sections[0], groups=(group,)),))
    release = open_small_release(cast, template=publish(wide, "wide"))
    mark_items_not_applicable(release, all_of(release), actor=priya, reason=f"  {WHY} ")
    assert Disclosable.objects.filter(value=WHY).count() == 1
    assert {item.reason.value for item in release.items.all()} == {WHY}
    assert faults(release) == []


def test_one_undo_takes_all_of_it_back_and_another_brings_it_again(release, priya):
    tick_item(item_of(release, "configure-dns"), actor=priya)
    batch = tick_items(release, all_of(release), actor=priya)
    assert len(batch.changed) == 4
    back = undo_batch(release, batch.number, actor=priya)
    assert len(back.changed) == 4
    assert answers(release).count(Answer.DONE) == 1
    assert [e["undoes"] for e in bodies(release)[-4:]] == [3, 4, 5, 6]
    again = undo_batch(release, back.number, actor=priya)
    assert len(again.changed) == 4
    assert set(answers(release)) == {Answer.DONE}
    assert faults(release) == []


def test_undo_leaves_what_somebody_moved_since(release, priya, cast):
    batch = tick_items(release, all_of(release), actor=priya)
    dns = item_of(release, "configure-dns")
    assign_item(dns, actor=Actor.of_person(cast.sam), to=cast.sam)
    back = undo_batch(release, batch.number, actor=priya)
    assert [(left.item.pk, left.code) for left in back.left] == [(dns.pk, "moved_on")]
    assert len(back.changed) == 4
    before = everything()
    assert undo_batch(release, batch.number, actor=priya).changed == ()
    assert everything() == before


def test_only_ones_own_batch_is_undone_and_only_one_there_is(release, priya, cast):
    tick_item(item_of(release, "configure-dns"), actor=priya)
    batch = tick_items(release, all_of(release), actor=priya)
    with changes_nothing(NotAllowed):
        undo_batch(release, batch.number, actor=Actor.of_person(cast.marta))
    for number in (0, 1, 2, batch.number + 1, 10**12):
        with changes_nothing(Conflict):
            undo_batch(release, number, actor=priya)


def test_assignments_go_back_to_whom_they_were(release, priya, cast):
    dns = item_of(release, "configure-dns")
    assign_item(dns, actor=priya, to=cast.sam)
    batch = assign_items(release, all_of(release), actor=priya, to=cast.security)
    assert len(batch.changed) == 5
    undo_batch(release, batch.number, actor=priya)
    dns.refresh_from_db()
    assert dns.assignee == cast.sam
    assert release.items.exclude(assignee_role=None).count() == 0


def test_unticking_and_reopening_go_on_where_they_can(release, priya):
    tick_items(release, all_of(release)[:3], actor=priya)
    batch = untick_items(release, all_of(release), actor=priya)
    assert (len(batch.changed), len(batch.left)) == (3, 2)
    tick_items(release, all_of(release)[:3], actor=priya)
    with changes_nothing(Invalid):
        reopen_items(release, all_of(release), actor=priya, reason=" ")
    assert len(reopen_items(release, all_of(release), actor=priya, reason="Again.").changed) == 3


def test_what_is_wrong_as_a_whole_changes_nothing(release, priya, cast):
    chosen = all_of(release)
    with changes_nothing(Invalid):
        mark_items_not_applicable(release, chosen, actor=priya, reason="too short")
    with changes_nothing(Invalid):
        tick_items(release, [], actor=priya)
    with changes_nothing(Invalid):
        tick_items(release, [Chosen(n) for n in range(MOST_AT_ONCE + 1)], actor=priya)
    with changes_nothing(Invalid):
        assign_items(release, chosen, actor=priya, to=cast.mallory)
    other = open_small_release(cast, "9.0.0", publish(wide_tree(1), "wide"))
    with changes_nothing(NotVisible):
        tick_items(release, [*chosen, *all_of(other)], actor=priya)


def justified_release(cast):
    item = Item("a/b/c", "Look", justification_required=True)
    plain = Item("a/b/d", "Look again")
    section = Section("a", "A", groups=(Group("a/b", "B", items=(item, plain)),))
    tree = ChecklistTree("Justified", sections=(section,))
    return open_small_release(cast, "3.0.0", publish(tree, "justified"))


def test_an_item_that_asks_for_a_justification_is_ticked_with_one(cast, priya):
    release = justified_release(cast)
    item = item_of(release, "a/b/c")
    for reason in ("", "I looked."):
        with changes_nothing(Invalid):
            tick_item(item, actor=priya, reason=reason)
    assert tick_item(item, actor=priya, reason=WHY).reason.value == WHY


def test_in_a_batch_it_is_left_unless_the_reason_is_given(cast, priya):
    release = justified_release(cast)
    batch = tick_items(release, all_of(release), actor=priya)
    assert [left.code for left in batch.left] == ["reason_required"]
    assert len(tick_items(release, all_of(release), actor=priya, reason=WHY).changed) == 1
    assert faults(release) == []


def test_a_hundred_items_take_their_two_writes_each_and_a_few_queries(cast, priya):
    counts = {}
    for items in (10, 100):
        release = open_small_release(cast, f"5.{items}", publish(wide_tree(items), f"w{items}"))
        with CaptureQueriesContext(connection) as seen:
            tick_items(release, all_of(release), actor=priya)
        counts[items] = len(seen)
    assert (counts[100] - counts[10]) / 90 == 2
    assert counts[10] < 35


def test_there_is_no_waiving_of_many():
    named = {name for name in dir(bulk) if name.endswith("_items")}
    assert named == {
        "tick_items",
        "untick_items",
        "reopen_items",
        "assign_items",
        "fresh_items",
    }
    assert not AuditEvent.objects.filter(action__startswith="waiver").exists()
