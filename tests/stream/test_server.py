"""The hub inside the real server: what a stream costs, how it ends, who gets one."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest
from django.db import connection

from checklists.actors import Actor
from checklists.operations.items import tick_item
from checklists.operations.people import deactivate_person
from tests.checklist_data import item_of
from tests.stream.serving import Server, Stream, bearer, open_stream
from tests.stream.world import World, make_token, make_world, sign_in


@pytest.fixture
def world(committed_db) -> World:
    return make_world()


async def watch(server: Server, world: World) -> Stream:
    return await open_stream(server.port, world.release.pk, 1, bearer(world.token))


def live(world: World, query: str = "?after=0") -> str:
    return f"/releases/{world.release.pk}/live/{query}"


async def with_id(stream: Stream, wanted: int, seconds: float = 10) -> str:
    """Wait for the frame with that id; returns its HTML."""
    async with asyncio.timeout(seconds):
        while True:
            for event, _ in stream.events:
                if event.id == wanted:
                    return event.data
            await stream.changed.wait()
            stream.changed.clear()


def backends() -> int:
    """Connections to this database, ours not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_a_tick_reaches_a_watcher_as_its_row_and_the_counters(world, serve):
    server = serve()

    async def run() -> str:
        stream = await watch(server, world)
        item = await asyncio.to_thread(item_of, world.release, "configure-dns")
        await asyncio.to_thread(tick_item, item, actor=Actor.of_person(world.cast.priya))
        return await with_id(stream, 2)

    html = asyncio.run(run())
    item = item_of(world.release, "configure-dns")
    assert f'<hx-partial hx-target="#item-{item.pk}"' in html
    assert 'aria-checked="true"' in html
    assert 'id="count-all"' in html
    assert "csrf" not in html.lower()


def test_fifty_streams_cost_no_thread_and_no_connection(world, serve):
    server = serve()
    count_connections = {"postgresql": backends}.get(connection.vendor, int)

    def tick(ending: str) -> None:
        tick_item(item_of(world.release, ending), actor=Actor.of_person(world.cast.priya))

    async def run() -> None:
        first = await watch(server, world)
        await asyncio.to_thread(tick, "configure-dns")
        await with_id(first, 2)
        threads, connections = server.threads(), await asyncio.to_thread(count_connections)
        streams = [await watch(server, world) for _ in range(50)]
        assert {stream.status for stream in streams} == {200}
        await asyncio.to_thread(tick, "rotate-secrets")
        await asyncio.gather(*(with_id(stream, 3) for stream in streams))
        # One that warmed up the process may have ended meanwhile.
        assert server.threads() <= threads
        # This process's own connections come and go with its threads.
        assert await asyncio.to_thread(count_connections) <= connections + 1

    asyncio.run(run())


def test_the_server_stops_within_three_seconds_of_sigterm_with_fifty_streams(world, serve):
    server = serve()

    async def run() -> tuple[float, list[Stream]]:
        streams = [await watch(server, world) for _ in range(50)]
        took = await asyncio.to_thread(server.stop, signal.SIGTERM)
        await asyncio.gather(*(stream.closed.wait() for stream in streams))
        return took, streams

    took, streams = asyncio.run(run())
    assert took < 3
    farewells = [stream.events[-1][0] for stream in streams]
    assert {farewell.event for farewell in farewells} == {"bye"}
    assert all(500 <= int(farewell.data) <= 2000 for farewell in farewells)


def test_who_is_deactivated_loses_the_stream_at_once(world, serve):
    server = serve()

    def deactivate() -> None:
        deactivate_person(world.cast.priya, actor=Actor.of_person(world.cast.root))

    async def run() -> float:
        stream = await watch(server, world)
        # The hub compares with what it saw at its first look.
        await asyncio.sleep(1.5)
        began = time.monotonic()
        await asyncio.to_thread(deactivate)
        async with asyncio.timeout(30):
            await stream.closed.wait()
        took = time.monotonic() - began
        assert (await watch(server, world)).status == 401
        return took

    assert asyncio.run(run()) < 20


def test_refusals_are_the_same_for_what_is_not_there_and_what_is_not_yours(world, serve):
    server = serve()
    for credentials in (bearer(make_token(world.cast.mallory)), sign_in(world.cast.mallory)):
        foreign = server.get(live(world), credentials)
        assert foreign == server.get("/releases/987654/live/?after=0", credentials)
        assert foreign[0] == 404
    narrow = server.get(live(world), bearer(make_token(world.cast.priya, scopes=["items"])))
    assert narrow[0] == 403
    nonsense = server.get(live(world, "?after=nonsense"), bearer(world.token))
    assert nonsense[0] == 422
    assert b'"field": "after"' in nonsense[1]


def test_a_signed_in_viewer_gets_the_stream(world, serve):
    server = serve()
    cookie = sign_in(world.cast.vic)

    async def run() -> int:
        stream = await open_stream(server.port, world.release.pk, 0, cookie)
        await with_id(stream, 1)
        return stream.status

    assert asyncio.run(run()) == 200


def test_one_person_cannot_open_streams_without_end(world, serve):
    server = serve(LIVE_MAX_STREAMS_PER_PERSON="3")

    async def run() -> list[int]:
        return [(await watch(server, world)).status for _ in range(5)]

    assert asyncio.run(run()) == [200, 200, 200, 429, 429]


@pytest.mark.postgres
def test_a_lost_database_connection_delays_and_loses_nothing(world, serve):
    server = serve()

    def tick_behind_its_back() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        tick_item(item_of(world.release, "configure-dns"), actor=Actor.of_person(world.cast.priya))

    async def run() -> None:
        stream = await watch(server, world)
        await asyncio.to_thread(tick_behind_its_back)
        await with_id(stream, 2, seconds=30)
        assert not stream.closed.is_set()
        assert (await watch(server, world)).status == 200

    asyncio.run(run())
