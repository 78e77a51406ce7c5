"""An answer and the change it answers are kept together, once for each key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid
from checklists.models import ApiToken, AuditEvent, IdempotencyRecord, Item
from checklists.operations.idempotency import KEPT, Answer, answer_once, forget_old_answers
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.tokens import create_token
from checklists.state import Answer as Said
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(project, priya) -> ApiToken:
    return create_token(project, "pipeline", ["items"], actor=Actor.of_person(priya))[0]


@pytest.fixture
def item(release) -> Item:
    return item_of(release, "configure-dns")


def once(token: ApiToken, act, *, route: str = "POST /tick", key: str = "k", body: str = "b"):
    return answer_once(token, route=route, key=key, body_hash=body, act=act)


def ticking(item: Item, token: ApiToken):
    def act() -> Answer:
        ticked = tick_item(item, actor=Actor.of_token(token))
        return Answer(200, f"version {ticked.version}")

    return act


def never() -> Answer:
    raise AssertionError("called again")


def test_the_second_call_gets_the_first_answer_and_does_nothing(token, item):
    first = once(token, ticking(item, token))
    assert first == Answer(200, "version 2")
    assert once(token, never) == Answer(200, "version 2", repeated=True)


@pytest.mark.parametrize(
    "other", [{"key": "another"}, {"route": "POST /untick"}, {"route": "POST /tick/2"}]
)
def test_another_key_or_route_is_another_call(token, item, other):
    once(token, ticking(item, token))
    assert once(token, lambda: Answer(201, "done"), **other) == Answer(201, "done")


def test_the_key_of_another_token_is_another_key(token, item, project, marta):
    once(token, ticking(item, token))
    other = create_token(project, "hers", ["items"], actor=Actor.of_person(marta))[0]
    assert not once(other, lambda: Answer(200, "hers")).repeated


def test_another_body_with_the_same_key_is_refused_and_does_nothing(token, item):
    once(token, ticking(item, token))
    with pytest.raises(Invalid, match="another body"):
        once(token, never, body="other")


def test_what_is_refused_is_not_kept_and_the_key_can_be_used_again(token, item):
    def refused() -> Answer:
        mark_not_applicable(item, actor=Actor.of_token(token), reason="It does not apply here.")
        raise AssertionError("not refused")

    with pytest.raises(Conflict):
        once(token, refused)
    assert not IdempotencyRecord.objects.exists()
    assert once(token, ticking(item, token)).body == "version 2"


def test_the_answer_is_lost_if_the_event_cannot_be_written(token, item, monkeypatch):
    def fail(*args: object) -> str:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("checklists.audit.writer.event_hash", fail)
        with pytest.raises(OSError, match="disk full"):
            once(token, ticking(item, token))
    assert not IdempotencyRecord.objects.exists()


def test_the_change_is_lost_if_the_answer_cannot_be_kept(token, item, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    events = AuditEvent.objects.count()
    monkeypatch.setattr(IdempotencyRecord, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        once(token, ticking(item, token))
    item.refresh_from_db()
    assert item.answer == Said.OPEN
    assert AuditEvent.objects.count() == events


def test_after_a_day_the_key_is_new_again(token, item):
    once(token, ticking(item, token))
    IdempotencyRecord.objects.update(created_at=timezone.now() - KEPT)
    assert once(token, lambda: Answer(200, "new"), body="other") == Answer(200, "new")
    assert IdempotencyRecord.objects.get().response == "new"


def test_old_answers_are_forgotten_and_young_ones_kept(token):
    for number in range(5):
        once(token, lambda: Answer(200, "x"), key=str(number))
    old = IdempotencyRecord.objects.filter(key__in=["0", "1", "2"])
    old.update(created_at=timezone.now() - KEPT - timedelta(seconds=1))
    assert forget_old_answers(limit=2) == 2
    assert forget_old_answers() == 1
    assert forget_old_answers() == 0
    assert set(IdempotencyRecord.objects.values_list("key", flat=True)) == {"3", "4"}
