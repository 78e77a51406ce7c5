"""Wake-ups: heard after the commit, and never in the way of the change itself."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import redis
from django.conf import settings as given
from django.db import transaction

from checklists import audit, live
from checklists.actors import Actor
from checklists.live import HINT_CHANNEL
from checklists.models import Release
from checklists.operations.items import tick_item
from tests.cast import make_cast
from tests.checklist_data import item_of, open_small_release


@pytest.fixture
def heard():
    keys: list[str] = []
    live.listen(keys.append)
    yield keys
    live.unlisten(keys.append)


@pytest.fixture
def publisher(monkeypatch):
    """A publisher of this test's own."""
    made = live._Publisher()
    monkeypatch.setattr(live, "_publisher", made)
    return made


def test_a_tick_wakes_the_hub_after_the_commit(
    cast, release, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
        assert heard == []
    assert heard == [f"release:{release.pk}"]


def append_and_fail(release: Release, actor: Actor) -> None:
    with transaction.atomic():
        locked = audit.locked(release)
        audit.append(locked, "release.target_set", actor=actor, subject=locked)
        raise OSError("disk full")


def test_what_is_rolled_back_wakes_nobody(committed_db, heard):
    cast = make_cast()
    release = open_small_release(cast)
    heard.clear()
    with pytest.raises(OSError):
        append_and_fail(release, Actor.of_person(cast.marta))
    assert heard == []


def test_a_listener_whose_loop_is_closed_does_not_disturb_the_writer(heard):
    def closed(key: str) -> None:
        raise RuntimeError("Event loop is closed")

    live.listen(closed)
    live.wake("release:1")
    live.unlisten(closed)
    assert heard == ["release:1"]


def test_a_redis_that_hangs_holds_nobody_up(settings, publisher):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        for number in range(1000):
            live.wake(f"release:{number}")
        assert time.monotonic() - began < 0.5


def test_a_redis_that_is_away_holds_nobody_up_and_costs_one_thread(settings, publisher):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    before = threading.active_count()
    began = time.monotonic()
    for number in range(1000):
        live.wake(f"release:{number}")
    assert time.monotonic() - began < 0.5
    publisher.flush(5)
    assert threading.active_count() <= before + 1
    assert len(publisher._keys) <= 1000


@pytest.mark.redis
def test_a_hint_is_published_once_however_often_the_chain_grew(settings, publisher):
    settings.REDIS_URL = given.REDIS_URL
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as hints:
        hints.subscribe(HINT_CHANNEL)
        assert hints.get_message(timeout=2)["type"] == "subscribe"
        publisher.offer("release:41")
        publisher.offer("release:42")
        publisher.flush(5)
        heard = {hints.get_message(timeout=2)["data"] for _ in range(2)}
    assert heard == {b"release:41", b"release:42"}
