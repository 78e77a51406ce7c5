"""A write with an Idempotency-Key happens once, also when it is sent twice at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from checklists.actors import Actor
from checklists.models import AuditEvent, Comment, IdempotencyRecord, Release
from checklists.operations.tokens import create_token
from tests.api.conftest import Caller
from tests.cast import make_cast
from tests.checklist_data import item_of, open_small_release, publish, small_tree

KEY = "Idempotency-Key"
PATH = "/projects/payments/releases"


def new(version: str = "3.0.0") -> dict[str, object]:
    return {
        "version": version,
        "environment": "production",
        "target_at": "2031-01-15T12:00:00Z",
        "templates": ["small"],
    }


@pytest.fixture
def caller(calls, marta):
    publish(small_tree())
    return calls(marta, "read,items,releases,deploy")


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_stored_answer_comes_back_byte_for_byte(self, caller):
        first = caller.post(PATH, new(), **{KEY: "open 3.0.0"})
        second = caller.post(PATH, new(), **{KEY: "open 3.0.0"})
        assert first.status_code == second.status_code == 201
        assert first.content == second.content
        assert "Idempotency-Replayed" not in first.headers
        assert second.headers["Idempotency-Replayed"] == "true"
        assert Release.objects.count() == 1

    def test_it_is_the_answer_of_then_though_things_changed(self, caller):
        opened = caller.post(PATH, new(), **{KEY: "a"}).data
        caller.post(f"/releases/{opened['id']}/abort", {"reason": "No."})
        assert caller.post(PATH, new(), **{KEY: "a"}).data == opened

    def test_another_body_is_refused(self, caller):
        caller.post(PATH, new(), **{KEY: "a"})
        response = caller.post(PATH, new("4.0.0"), **{KEY: "a"})
        assert (response.status_code, response.data["code"]) == (422, "idempotency_key_reused")
        assert Release.objects.count() == 1

    def test_a_comment_is_written_once(self, caller):
        release = caller.post(PATH, new()).data
        item = caller.get(f"/releases/{release['id']}/items").data["items"][0]
        for _ in range(3):
            response = caller.post(f"/items/{item['id']}/comment", {"text": "Hi."}, **{KEY: "c"})
            assert response.data["version"] == 2
        assert Comment.objects.count() == 1

    def test_a_refusal_is_not_kept(self, caller):
        release = caller.post(PATH, new()).data
        path = f"/releases/{release['id']}/abort"
        assert caller.post(path, {}, **{KEY: "a"}).status_code == 422
        assert not IdempotencyRecord.objects.exists()
        assert caller.post(path, {"reason": "No."}, **{KEY: "a"}).status_code == 200

    def test_what_one_may_not_see_any_more_is_not_repeated(self, caller, marta):
        caller.post(PATH, new(), **{KEY: "a"})
        marta.memberships.all().delete()
        assert caller.post(PATH, new(), **{KEY: "a"}).status_code == 404

    @pytest.mark.parametrize("key", ["", " ", "x" * 201, "tab\there", "ü"])
    def test_a_key_that_is_none_is_refused(self, caller, key):
        response = caller.post(PATH, new(), **{KEY: key})
        assert (response.status_code, response.data["code"]) == (422, "bad_idempotency_key")
        assert not Release.objects.exists()


def at_once(count: int, call):
    """Call it from so many threads at the same moment, each with a connection of its own."""
    together = Barrier(count)

    def one(number: int):
        try:
            together.wait(10)
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def committed(committed_db) -> tuple[Release, Caller]:
    cast = make_cast()
    release = open_small_release(cast)
    _, text = create_token(
        cast.project,
        "pipeline",
        ["read", "items", "releases", "deploy"],
        actor=Actor.of_person(cast.marta),
    )
    return release, Caller(text)


def test_eight_calls_at_once_with_one_key_are_one_comment_and_one_answer(committed):
    release, caller = committed
    path = f"/items/{item_of(release, 'configure-dns').pk}/comment"
    answers = at_once(8, lambda _: caller.post(path, {"text": "Hi."}, **{KEY: "same"}))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Comment.objects.count() == 1
    assert AuditEvent.objects.filter(action="item.commented").count() == 1


def test_eight_calls_at_once_with_one_key_and_different_bodies_are_one_comment(committed):
    release, caller = committed
    path = f"/items/{item_of(release, 'configure-dns').pk}/comment"
    answers = at_once(8, lambda n: caller.post(path, {"text": f"Hi {n}."}, **{KEY: "same"}))
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 7
    assert Comment.objects.count() == 1


def test_calls_at_once_with_different_keys_all_happen(committed):
    release, caller = committed
    path = f"/items/{item_of(release, 'configure-dns').pk}/comment"
    answers = at_once(8, lambda n: caller.post(path, {"text": "Hi."}, **{KEY: f"key {n}"}))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.data["version"] for answer in answers} == set(range(2, 10))
    assert Comment.objects.count() == 8


def test_if_the_first_is_refused_a_call_that_waited_is_judged_for_itself(committed):
    release, caller = committed
    path = f"/releases/{release.pk}/deploy"
    answers = at_once(4, lambda _: caller.post(path, {}, **{KEY: "same"}))
    assert {(answer.status_code, answer.data["code"]) for answer in answers} == {
        (409, "gate_closed")
    }
    assert not IdempotencyRecord.objects.exists()
