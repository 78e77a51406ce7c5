"""Answers of a filled form in a release: each given or left with its reason, never half of it."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.actors import Actor
from checklists.audit.verify import verify_release
from checklists.errors import Invalid
from checklists.formats.table import read_csv
from checklists.operations.filling import (
    MOST_ANSWERS,
    Given,
    fill_release,
    given_in,
    planned_filling,
)
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.undo import undo_batch
from checklists.state import Answer
from tests.checklist_data import item_of, open_small_release, publish, wide_tree
from tests.operations.nothing import changes_nothing, everything
from tests.probe_data import attach, report

pytestmark = pytest.mark.django_db
WHY = "This service is not reached from outside."


@pytest.fixture
def priya(cast) -> Actor:
    return Actor.of_person(cast.priya)


def given(release, name, answer="done", words="", **changes) -> Given:
    item = item_of(release, name)
    return Given(
        **{"key": item.key, "title": item.title, "answer": answer, "words": words} | changes
    )


def left(filling) -> dict[str, str]:
    return {matched.given.title: matched.code for matched in filling.left}


def test_open_items_are_answered_with_the_words_as_reason(release, priya):
    dns, cdn = (item_of(release, name) for name in ("configure-dns", "configure-cdn"))
    filling = fill_release(
        release,
        [
            given(release, "configure-dns", words="dig says so"),
            given(release, "configure-cdn", "not_applicable", WHY),
        ],
        actor=priya,
    )
    dns.refresh_from_db()
    cdn.refresh_from_db()
    assert (dns.answer, dns.reason.value) == (Answer.DONE, "dig says so")
    assert (cdn.answer, cdn.reason.value) == (Answer.NOT_APPLICABLE, WHY)
    assert [item.pk for item in filling.done] == [dns.pk, cdn.pk]
    bodies = [json.loads(event.body) for event in release.chain.events.order_by("seq")][1:]
    assert [body["action"] for body in bodies] == ["item.ticked", "item.marked_not_applicable"]
    assert {body["data"]["batch"] for body in bodies} == {filling.number}
    assert WHY not in "".join(event.body for event in release.chain.events.all())
    assert list(verify_release(release).findings) == []


def test_one_undo_takes_all_of_it_back(release, priya):
    filling = fill_release(
        release, [given(release, "configure-dns"), given(release, "rotate-secrets")], actor=priya
    )
    assert len(undo_batch(release, filling.number, actor=priya).changed) == 2
    assert set(release.items.values_list("answer", flat=True)) == {Answer.OPEN}


def test_an_item_is_known_by_its_title_where_the_key_differs(release, priya):
    answers = [
        given(release, "configure-dns", key="other/place/configure-dns"),
        given(release, "rotate-secrets", key="a/b/c", title="Rotate  secrets?"),
    ]
    filling = fill_release(release, answers, actor=priya)
    assert [item.pk for item in filling.done] == [item_of(release, "configure-dns").pk]
    assert left(filling) == {"Rotate  secrets?": "no_such_item"}


def test_what_cannot_be_is_left_and_said_and_the_rest_is_done(release, priya, cast):
    probed = item_of(release, "rotate-secrets")
    report(attach(probed, cast.marta), "FFF")
    mark_not_applicable(item_of(release, "configure-cdn"), actor=priya, reason=WHY)
    before = item_of(release, "configure-cdn").version
    filling = fill_release(
        release,
        [
            given(release, "configure-dns", "not_applicable", WHY),
            given(release, "configure-cdn"),
            given(release, "rotate-secrets"),
            given(release, "configure-dns"),
        ],
        actor=priya,
    )
    assert [(matched.given.answer, matched.code) for matched in filling.left] == [
        ("not_applicable", "not_applicable_not_allowed"),
        ("done", "already_answered"),
        ("done", "reason_required"),
        ("done", "second_answer"),
    ]
    assert filling.number == 0
    assert item_of(release, "configure-cdn").version == before


@pytest.mark.parametrize(
    ("answer", "words", "code"),
    [("not_applicable", "too short", "reason_too_short"), ("", "somebody looked", "no_answer")],
)
def test_words_that_do_not_suffice_answer_nothing(answer, words, code, release, priya):
    with_words = given(release, "configure-cdn", answer, words)
    before = everything()
    assert left(fill_release(release, [with_words], actor=priya)) == {with_words.title: code}
    assert everything() == before


def test_a_justification_is_asked_for(cast, priya):
    release = open_small_release(cast)
    item = item_of(release, "configure-dns")
    type(item).objects.filter(pk=item.pk).update(justification_required=True)
    (matched,) = planned_filling(release, [given(release, "configure-dns", words="yes")])
    assert matched.code == "reason_too_short"


def test_the_plan_is_what_is_done(release, priya):
    tick_item(item_of(release, "configure-dns"), actor=priya)
    answers = [
        *(given(release, name) for name in ("configure-dns", "rotate-secrets")),
        given(release, "configure-cdn", "not_applicable", WHY),
    ]
    plan = planned_filling(release, answers)
    filling = fill_release(release, answers, actor=priya)
    assert [m.item.pk for m in plan if not m.message] == [item.pk for item in filling.done]
    assert [m.code for m in plan if m.message] == [m.code for m in filling.left]


def test_the_answers_of_a_table_are_given(release, priya):
    result = read_csv("Check,Status,Comment\nConfigure DNS,done,dig\nRotate secrets,open,\n")
    filling = fill_release(release, given_in(result), actor=priya)
    assert [item.title for item in filling.done] == ["Configure DNS"]


@pytest.mark.parametrize("count", [0, MOST_ANSWERS + 1])
def test_no_answer_and_too_many_are_refused(count, release, priya):
    with changes_nothing(Invalid):
        fill_release(release, [given(release, "configure-dns")] * count, actor=priya)


def test_the_plan_costs_the_same_for_any_number_of_answers(cast):
    release = open_small_release(cast, template=publish(wide_tree(60), "wide"))
    answers = [Given(item.key, item.title, "done") for item in release.items.all()]
    planned_filling(release, answers)
    with CaptureQueriesContext(connection) as few:
        planned_filling(release, answers[:2])
    with CaptureQueriesContext(connection) as many:
        planned_filling(release, answers)
    assert len(few) == len(many)
