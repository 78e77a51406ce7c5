"""Refusals, limits, heartbeats, loss of rights, and the end of the process."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from tests.stream.doubles import Client, MemorySource, hub_on, until
from tests.stream.test_hub import in_loop


@pytest.fixture
def source() -> MemorySource:
    return MemorySource()


def refusal(client: Client) -> tuple[int, str]:
    return client.status, json.loads(client.body)["code"]


@in_loop
async def test_nobody_is_refused_without_a_word_about_the_release(source):
    hub = hub_on(source)
    there, not_there = Client(hub, 1, person=None), Client(hub, 99, person=None)
    await asyncio.gather(there.task, not_there.task)
    assert refusal(there) == (401, "unauthenticated")
    assert (there.status, there.body) == (not_there.status, not_there.body)
    assert there.headers["www-authenticate"] == "Bearer"


@in_loop
async def test_a_release_that_is_not_there_is_not_found(source):
    hub = hub_on(source)
    client = Client(hub, 99)
    await client.task
    assert refusal(client) == (404, "not_found")
    hub.drain()


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@in_loop
async def test_a_stream_is_only_read(source, method):
    client = Client(hub_on(source), method=method)
    await client.task
    assert refusal(client) == (405, "method_not_allowed")
    assert client.headers["allow"] == "GET"


@pytest.mark.parametrize("after", ["", "x", "-1", "1.5", "9" * 30, "%00"])
@in_loop
async def test_nonsense_in_after_is_refused_by_name(source, after):
    client = Client(hub_on(source), after=after)
    await client.task
    assert refusal(client) == (422, "invalid")
    assert json.loads(client.body)["details"] == {"field": "after"}


@in_loop
async def test_one_person_cannot_take_all_places(source):
    hub = hub_on(source, streams_per_person=2)
    clients = [Client(hub, after=0) for _ in range(2)]
    await until(lambda: all(client.body for client in clients))
    third, other = Client(hub, after=0), Client(hub, after=0, person=8)
    await third.task
    await until(lambda: other.body)
    assert refusal(third) == (429, "too_many_streams")
    assert int(third.headers["retry-after"]) > 0
    assert other.status == 200
    await clients[0].leave()
    again = Client(hub, after=0)
    await until(lambda: again.body)
    assert again.status == 200
    hub.drain()


@in_loop
async def test_a_full_server_says_when_to_come_back(source):
    hub = hub_on(source, streams=1)
    first = Client(hub, after=0)
    await until(lambda: first.body)
    second = Client(hub, after=0, person=8)
    await second.task
    assert refusal(second) == (503, "no_room")
    assert int(second.headers["retry-after"]) > 0
    hub.drain()


@in_loop
async def test_a_quiet_stream_gets_heartbeats(source):
    hub = hub_on(source, heartbeat=1)
    client = Client(hub, after=0)
    await until(lambda: client.body.count(b":\n\n") >= 3, 4)
    assert client.ids() == []
    hub.drain()


@in_loop
async def test_a_heartbeat_finds_a_client_that_does_not_read(source):
    hub = hub_on(source, heartbeat=1)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    client.reads = False
    await until(client.task.done, 4)
    assert len(hub) == 0
    hub.drain()


@in_loop
async def test_every_stream_ends_sometimes_to_be_authenticated_again(source):
    hub = hub_on(source, heartbeat=1, authenticate_again=0.1)
    client = Client(hub, after=0)
    await until(lambda: client.complete, 4)
    assert client.events()[-1].event == "bye"
    hub.drain()


@in_loop
async def test_who_loses_the_right_loses_the_stream_soon_after_the_log_says_so(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    await asyncio.sleep(0.05)
    source.allowed = False
    source.installation += 1
    began = time.monotonic()
    await until(lambda: client.complete, 4)
    assert time.monotonic() - began < 3
    hub.drain()


@in_loop
async def test_who_signs_out_loses_the_stream_at_the_next_check(source):
    hub = hub_on(source, recheck=0.1)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    source.allowed = False
    await until(lambda: client.complete, 4)
    hub.drain()


@in_loop
async def test_draining_ends_every_stream_with_a_time_to_come_back_and_takes_no_more(source):
    hub = hub_on(source)
    clients = [Client(hub, after=0) for _ in range(20)]
    await until(lambda: all(client.body for client in clients))
    hub.drain()
    await until(lambda: all(client.task.done() for client in clients))
    farewells = [client.events()[-1] for client in clients]
    assert {farewell.event for farewell in farewells} == {"bye"}
    assert len({farewell.data for farewell in farewells}) > 5
    late = Client(hub, after=0)
    await late.task
    assert late.status == 503
    assert len(hub) == 0


@in_loop
async def test_a_channel_nobody_watches_is_forgotten(source):
    hub = hub_on(source, keep_unwatched=0.1)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    await client.leave()
    await until(lambda: not hub._channels, 4)
    source.add()
    back = Client(hub, after=0)
    await until(lambda: back.ids() == [1])
    hub.drain()


@in_loop
async def test_everything_ends_with_the_hub(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    hub.drain()
    mine = asyncio.current_task()
    await until(lambda: asyncio.all_tasks() == {mine})


@in_loop
async def test_a_hint_counts_for_watched_releases_and_for_people_and_for_nothing_else(source):
    hub = hub_on(source)
    client = Client(hub, after=0)
    await until(lambda: client.body)
    heard = ["release:1", "installation", "release:2", "release:", "release:1x", "", "1"]
    assert [hub._cares_for(key) for key in heard] == [True, True, *[False] * 5]
    hub.drain()
