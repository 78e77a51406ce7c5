"""What the hub promises: every seq or a resync that covers it, none twice, in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import pytest

from tests.stream.doubles import Client, MemorySource, hub_on, until


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@pytest.fixture
def source() -> MemorySource:
    return MemorySource()


@in_loop
async def test_the_first_byte_comes_at_once_and_headers_keep_proxies_from_buffering(source):
    hub = hub_on(source)
    client = Client(hub)
    await until(lambda: client.body)
    assert (client.status, client.body) == (200, b":\n\n")
    assert client.headers["content-type"].startswith("text/event-stream")
    assert client.headers["cache-control"] == "no-store, no-transform"
    assert client.headers["x-accel-buffering"] == "no"
    await client.leave()
    hub.drain()


@in_loop
async def test_every_event_is_delivered_once_and_in_order(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    for _ in range(20):
        source.add()
        await asyncio.sleep(0.003)
    await until(lambda: 20 in client.ids())
    assert client.ids() == list(range(1, 21))
    hub.drain()


@in_loop
async def test_events_of_one_turn_keep_their_ids_and_the_rows_travel_with_the_last(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.add(count=3)
    await until(lambda: 3 in client.ids())
    first, second, third = client.events()
    assert (first.data, second.data) == ("", "")
    assert third.data == "<li>1</li>\n<li>2</li>\n<li>3</li>\n<b>3</b>"
    hub.drain()


@in_loop
async def test_a_frame_is_rendered_once_whoever_watches(source):
    hub = hub_on(source)
    clients = [Client(hub, after=0) for _ in range(25)]
    await until(lambda: all(client.body for client in clients))
    before = source.rendered
    source.add()
    await until(lambda: all(client.ids() == [1] for client in clients))
    assert source.rendered == before + 1
    hub.drain()


@in_loop
async def test_a_client_that_comes_back_gets_what_it_missed_from_memory(source):
    hub = hub_on(source)
    first = Client(hub, after=0)
    await until(lambda: first.body)
    for _ in range(5):
        source.add()
        await asyncio.sleep(0.02)
    await until(lambda: 5 in first.ids())
    before = source.replayed
    second = Client(hub, after=2)
    await until(lambda: 5 in second.ids())
    assert second.ids() == [3, 4, 5]
    assert source.replayed == before
    hub.drain()


@in_loop
async def test_after_a_restart_all_share_one_replay_from_the_database(source):
    source.add(count=9)
    hub = hub_on(source)
    clients = [Client(hub, after=4, person=1 + i) for i in range(50)]
    await until(lambda: all(9 in client.ids() for client in clients))
    assert all(client.ids() == [5, 6, 7, 8, 9] for client in clients)
    assert source.replayed == 1
    hub.drain()


@in_loop
async def test_what_happens_during_a_replay_waits_and_comes_after_it(source):
    source.add(count=3)
    release, entered = threading.Event(), threading.Event()

    def gate() -> None:
        if threading.current_thread().name.startswith("live-door"):
            entered.set()
            release.wait(5)

    source.gate = gate
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(entered.is_set)
    source.add()
    witness = Client(hub)
    source.add()
    await asyncio.sleep(0.05)
    release.set()
    await until(lambda: 5 in client.ids())
    assert client.ids() == [1, 2, 3, 4, 5]
    await until(lambda: witness.body)
    hub.drain()


@in_loop
async def test_more_than_thirty_events_at_once_become_one_resync(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.add(count=31)
    await until(lambda: client.ids())
    assert [(e.event, e.id, e.data) for e in client.events()] == [("resync", 31, "5")]
    source.add()
    await until(lambda: 32 in client.ids())
    hub.drain()


@in_loop
async def test_a_client_that_missed_more_than_thirty_gets_one_resync(source):
    source.add(count=100)
    hub = hub_on(source)
    client = Client(hub, after=10)
    await until(lambda: client.ids())
    assert [(e.event, e.id) for e in client.events()] == [("resync", 100)]
    hub.drain()


@in_loop
async def test_a_change_of_the_whole_page_is_a_resync(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.add(whole=True)
    await until(lambda: client.ids())
    assert [(e.event, e.id) for e in client.events()] == [("resync", 1)]
    hub.drain()


@in_loop
async def test_a_row_that_cannot_be_rendered_becomes_a_resync_and_the_stream_goes_on(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.broken = ValueError("a template")
    source.add()
    await until(lambda: client.ids())
    source.broken = None
    source.add()
    await until(lambda: 2 in client.ids())
    assert [(e.event, e.id) for e in client.events()] == [("resync", 1), ("message", 2)]
    hub.drain()


@in_loop
async def test_without_after_the_stream_begins_now(source):
    source.add(count=5)
    hub = hub_on(source)
    client = Client(hub)
    await until(lambda: client.body)
    source.add()
    await until(lambda: client.ids())
    assert client.ids() == [6]
    hub.drain()


@in_loop
async def test_a_client_quicker_than_the_hub_does_not_get_its_event_again(source):
    source.poll_every = 0.2
    hub = hub_on(source)
    other = Client(hub, after=0)
    await until(lambda: other.body)
    source.add()
    client = Client(hub, after=1)
    await until(lambda: 1 in other.ids())
    source.add()
    await until(lambda: client.ids())
    assert client.ids() == [2]
    hub.drain()


@in_loop
async def test_a_client_from_the_future_is_told_where_the_log_is(source):
    source.add(count=5)
    hub = hub_on(source)
    client = Client(hub, after=99)
    await until(lambda: client.ids())
    assert [(e.event, e.id) for e in client.events()] == [("resync", 5)]
    source.add()
    await until(lambda: 6 in client.ids())
    hub.drain()


@in_loop
async def test_a_database_that_went_back_ends_the_streams_of_its_releases(source):
    source.add(count=5)
    hub = hub_on(source)
    client = Client(hub, after=5)
    await until(lambda: client.body)
    del source.log[1][3:]
    await until(lambda: client.complete)
    assert client.events()[-1].event == "bye"
    again = Client(hub, after=5)
    await until(lambda: again.ids())
    assert again.ids() == [3]
    hub.drain()


@in_loop
async def test_last_event_id_is_stronger_than_the_address(source):
    source.add(count=5)
    hub = hub_on(source)
    client = Client(hub, after=1, headers={"last-event-id": "4"})
    await until(lambda: client.ids())
    assert client.ids() == [5]
    hub.drain()


@in_loop
async def test_a_client_that_does_not_read_is_dropped_and_the_others_are_served(source):
    hub = hub_on(source)
    slow, quick = Client(hub, after=0), Client(hub, after=0)
    await until(lambda: slow.body and quick.body)
    slow.reads = False
    source.add()
    await until(lambda: quick.ids() == [1])
    await until(slow.task.done)
    assert slow.ids() == []
    assert len(hub) == 1
    hub.drain()


@in_loop
async def test_a_client_that_does_not_read_its_replay_is_given_up(source):
    source.add(count=2)
    hub = hub_on(source, stalled=0.05)
    client = Client(hub, after=0)
    client.reads = False
    await until(client.task.done)
    assert len(hub) == 0
    hub.drain()


@in_loop
async def test_verdicts_come_without_an_id_and_only_rows_that_look_different(source):
    source.probed = {1: "<li>never</li>", 2: "<li>pass</li>"}
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.probed[1] = "<li>fail</li>"
    source.revisions[1] = 1
    await until(lambda: len(client.events()) == 2)
    fresh, seen = client.events()
    assert (fresh.event, fresh.id, fresh.data) == ("fresh", None, "<li>fail</li>\n<b>0</b>")
    assert seen.event == "seen"
    assert int(seen.data) > 0
    hub.drain()


@in_loop
async def test_somebody_who_was_away_gets_the_verdicts_of_that_time(source):
    source.probed = {1: "<li>pass</li>"}
    hub = hub_on(source)
    witness = Client(hub, after=0)
    await until(lambda: witness.body)
    source.probed[1] = "<li>fail</li>"
    source.revisions[1] = 1
    await until(lambda: witness.events())
    now = int(witness.events()[-1].data)
    away, present = Client(hub, after=0, seen=now - 60_000), Client(hub, after=0, seen=now)
    await until(lambda: away.events() and present.body)
    assert away.events()[0].data == "<li>fail</li>\n<b>0</b>"
    assert present.events() == []
    hub.drain()


@in_loop
async def test_a_frame_from_before_a_verdict_is_not_replayed_as_it_was(source):
    source.add()
    source.probed = {2: "<li>pass</li>"}
    hub = hub_on(source)
    witness = Client(hub, after=1)
    await until(lambda: witness.body)
    source.add()
    await until(lambda: witness.ids() == [2])
    source.probed[2] = "<li>fail</li>"
    source.revisions[1] = 1
    await until(lambda: len(witness.events()) == 3)
    late = Client(hub, after=1)
    await until(lambda: late.ids())
    assert late.events()[0].data == "<li>fail</li>\n<b>2</b>"
    hub.drain()


@in_loop
async def test_time_alone_reaches_the_page_with_the_next_sweep(source):
    source.probed = {1: "<li>pass</li>"}
    hub = hub_on(source, sweep=0.1)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.probed[1] = "<li>stale</li>"
    await until(lambda: client.events(), 4)
    assert client.events()[0].data == "<li>stale</li>\n<b>0</b>"
    hub.drain()


@in_loop
async def test_releases_do_not_hear_of_each_other(source):
    source.log[2] = []
    hub = hub_on(source)
    one, two = Client(hub, 1, after=0), Client(hub, 2, after=0)
    await until(lambda: one.body and two.body)
    source.add(2)
    await until(lambda: two.ids() == [1])
    assert one.ids() == []
    hub.drain()


@in_loop
async def test_an_outage_of_the_database_delays_and_loses_nothing(source, monkeypatch):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.log[1], kept = None, source.log[1]  # type: ignore[assignment]
    await asyncio.sleep(0.05)
    source.log[1] = kept
    source.add(count=2)
    await until(lambda: 2 in client.ids(), 4)
    assert client.ids() == [1, 2]
    hub.drain()


@in_loop
async def test_many_who_open_several_releases_at_once_share_one_channel_each(source):
    source.log = {number: [] for number in range(1, 6)}
    hub = hub_on(source)
    clients = [Client(hub, 1 + n % 5, after=0, person=n + 1) for n in range(100)]
    await until(lambda: all(client.body for client in clients))
    for number in source.log:
        source.add(number)
    await until(lambda: all(client.ids() == [1] for client in clients))
    hub.drain()


@in_loop
async def test_a_page_that_cannot_be_rendered_does_not_keep_anybody_out(source, monkeypatch):
    def broken(self: MemorySource, release_id: int) -> None:
        raise ValueError("a template")

    monkeypatch.setattr(MemorySource, "picture", broken)
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.add()
    await until(lambda: client.ids())
    assert [(e.event, e.id) for e in client.events()] == [("resync", 1)]
    hub.drain()


@in_loop
async def test_who_did_it_is_told_to_those_present_and_not_repeated(source):
    hub = hub_on(source)
    present = Client(hub, after=0)
    await until(lambda: present.body)
    source.add(event="ticked")
    await until(lambda: len(present.events()) == 2)
    frame, note = present.events()
    assert (frame.id, note.event, note.id) == (1, "said", None)
    assert note.data == "p_1\n<p>ticked</p>"
    late = Client(hub, after=0)
    await until(lambda: late.events())
    assert [event.event for event in late.events()] == ["message"]
    hub.drain()
