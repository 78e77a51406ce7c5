"""The pages of carrying answers over: proposed with their reasons, chosen, marked, asked again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from checklists.formats.tree import SignoffRule
from checklists.models import Item, Release
from checklists.pages.loading import forget_all
from tests.carrying_data import answered, lasting_tree, open_lasting, template
from tests.checklist_data import item_of, open_small_release, publish, wide_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(cast) -> Release:
    return answered(cast)


@pytest.fixture
def new(cast, old) -> Release:
    return open_lasting(cast, "2.4.0")


@pytest.fixture
def marta(cast, client):
    client.force_login(cast.marta)
    forget_all()
    return client


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_what_is_proposed_stands_with_its_reason_and_the_rest_with_its_own(marta, new, old):
    page = words(marta.get(f"/releases/{new.pk}/carry/").text)
    assert "3 answers can be carried" in page
    assert "Done, from 2.3.0, answered" in page
    assert "by Priya Raman. Valid until" in page
    assert "Its evidence was there at the last look, and counts until" in page
    assert "Nobody answered it there" not in page
    for why in (
        "Only somebody's word stands behind it: no validity, no probe, no evidence 1",
        "The answer will not be valid any more at go-live 1",
        "Checked after go-live, so each release looks anew 1",
    ):
        assert why in page


def test_what_is_chosen_is_carried_and_marked(marta, new, old):
    threat, cache = item_of(new, "threat-model"), item_of(new, "cache")
    answer = marta.post(
        f"/releases/{new.pk}/carry/", {"source": old.pk, "item": [threat.pk], "sample": "0"}
    )
    assert answer["Location"] == f"/releases/{new.pk}/?show=carried"
    page = marta.get(answer["Location"]).text
    assert "1 answer is carried over from 2.3.0." in page
    row = page.partition(f'id="item-{threat.pk}"')[2].partition("</li>")[0]
    assert "Carried" in row
    assert "from 2.3.0, answered" in words(row)
    assert 'aria-checked="true"' in row
    assert f'id="item-{cache.pk}" data-ui-off' in page
    detail = words(marta.get(f"/items/{threat.pk}/").text)
    assert "Carried over from 2.3.0, answered" in detail
    assert "I looked again: done" in detail


def test_a_carried_answer_that_is_looked_at_again_is_an_answer_of_this_release(marta, cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old)
    threat = item_of(new, "threat-model")
    marta.post(f"/items/{threat.pk}/tick/", {"expected_version": threat.version})
    threat.refresh_from_db()
    assert (threat.answered_by, threat.carried_from) == (cast.marta, None)


def test_a_lapsed_answer_shows_as_open_and_is_asked_again(marta, cast, old):
    new = open_lasting(cast, "2.4.0", days=60, carry_from=old)
    threat = item_of(new, "threat-model")
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        marta.force_login(cast.marta)
        forget_all()
        page = marta.get(f"/releases/{new.pk}/").text
        row = page.partition(f'id="item-{threat.pk}"')[2].partition("</li>")[0]
        assert 'aria-checked="false"' in row
        assert f"/items/{threat.pk}/tick/" in row
        detail = words(marta.get(f"/items/{threat.pk}/").text)
        assert "It is not believed any more at go-live, so it is asked again." in detail
        marta.post(f"/items/{threat.pk}/tick/", {"expected_version": threat.version})
        threat.refresh_from_db()
        assert (threat.answered_by, threat.carried_from) == (cast.marta, None)


def test_the_new_release_form_offers_the_last_one(marta, cast, old):
    form = {
        "version": "2.4.0",
        "environment": "production",
        "target_at": f"{timezone.now() + timedelta(days=3):%FT%H:%M}",
        "templates": ["lasting"],
    }
    path = "/projects/payments/releases/new/"
    assert "Carry answers over from 2.3.0" in marta.get(path).text
    answer = marta.post(path, {**form, "carry": "on", "sample": ""}, follow=True)
    assert "3 answers are carried over from 2.3.0." in answer.text
    marta.post(path, {**form, "version": "2.5.0"})
    assert not Item.objects.filter(release__version="2.5.0").exclude(carried_from=None).exists()
    refused = marta.post(path, {**form, "version": "2.6.0", "carry": "on", "sample": "101"})
    assert refused.status_code == 422


def test_the_first_release_has_nothing_to_carry(marta, cast):
    template()
    assert "Carry answers over" not in marta.get("/projects/payments/releases/new/").text
    only = open_lasting(cast, "1.0.0")
    page = marta.get(f"/releases/{only.pk}/carry/").text
    assert "There is no other release yet" in page


@pytest.mark.parametrize("choice", [{}, {"item": "x"}, {"item": ["1", "²"]}, {"item": "9" * 5000}])
def test_a_choice_that_is_none_is_refused(marta, new, old, choice):
    answer = marta.post(f"/releases/{new.pk}/carry/", {"source": old.pk, **choice})
    assert answer.status_code == 422
    assert not Item.objects.exclude(carried_from=None).exists()


@pytest.mark.parametrize("source", ["0", "999999999999999", "9" * 20, "9" * 5000, "x", "", "-1"])
def test_a_source_that_is_none_is_refused(marta, new, old, source):
    item = item_of(new, "threat-model")
    answer = marta.post(f"/releases/{new.pk}/carry/", {"source": source, "item": [item.pk]})
    assert answer.status_code in (404, 422)
    assert marta.get(f"/releases/{new.pk}/carry/?source={source}").status_code in (200, 404)
    assert not Item.objects.exclude(carried_from=None).exists()


def test_the_page_costs_the_same_for_few_items_and_many(marta, cast, django_assert_max_num_queries):
    for items in (5, 150):
        wide = publish(wide_tree(items), f"wide-{items}")
        old = open_small_release(cast, f"1.{items}", wide)
        new = open_small_release(cast, f"2.{items}", wide)
        with django_assert_max_num_queries(40):
            assert marta.get(f"/releases/{new.pk}/carry/?source={old.pk}").status_code == 200


def test_a_signer_sees_what_is_carried(client, cast):
    signed = replace(lasting_tree(), rules=(SignoffRule("security"),))
    publish(signed, "lasting")
    new = open_lasting(cast, "2.4.0", carry_from=answered(cast))
    client.force_login(cast.sam)
    forget_all()
    page = words(client.get(f"/releases/{new.pk}/sign-off/").text)
    assert "Answers carried over 3" in page
    assert "Review the threat model from 2.3.0, answered" in page


SAID = [
    "carried answers over 1 answer; 2 asked again, drawn with seed",
    "carried the answer over",
    "Open to",
    "by Priya Raman.",
    "left it open, to be asked again",
    "Drawn at random, 50 percent, seed",
]


def test_the_history_says_what_was_carried_and_drawn(marta, cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old, sample=50)
    page = words(marta.get(f"/releases/{new.pk}/history/").text)
    assert [said for said in SAID if said not in page] == []
