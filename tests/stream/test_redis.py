"""Redis makes the stream quicker between processes; without it nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from checklists import live
from checklists.actors import Actor
from checklists.operations.items import tick_item, untick_item
from checklists.state import Answer
from checklists.stream.hub import Hub
from checklists.stream.places import Limits
from tests.checklist_data import item_of
from tests.stream.doubles import Client, MemorySource, until
from tests.stream.installation import free_port
from tests.stream.serving import Stream, bearer, open_stream
from tests.stream.test_presence import told
from tests.stream.test_server import with_id
from tests.stream.world import World, make_world

pytestmark = pytest.mark.redis


class OwnRedis:
    """A Redis of this test alone, so that it can be killed."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--dir", str(self._directory)]
        self._process = subprocess.Popen(
            ["redis-server", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)
        raise RuntimeError("redis-server did not start.")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def own_redis(tmp_path: Path, settings, monkeypatch) -> Iterator[OwnRedis]:
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server")
    server = OwnRedis(tmp_path)
    server.start()
    settings.REDIS_URL = server.url
    monkeypatch.setattr(live, "_publisher", live._Publisher())
    yield server
    server.kill()


def flip(world: World) -> int:
    """Tick or untick an item; returns the seq of the event."""
    item = item_of(world.release, "configure-dns")
    change = untick_item if item.answer == Answer.DONE else tick_item
    change(item, actor=Actor.of_person(world.cast.priya))
    return world.heads()[world.release.pk]


async def delay(stream: Stream, change: Callable[[], int]) -> float:
    """Seconds from before a change until the stream has it."""
    began = time.monotonic()
    await with_id(stream, await asyncio.to_thread(change))
    return time.monotonic() - began


def test_processes_tell_each_other_who_is_here_and_do_without(own_redis):
    async def run() -> None:
        hubs = [Hub(MemorySource(), limits=Limits(), redis_url=own_redis.url) for _ in range(2)]
        shown = {"x-shown": "yes"}
        left, right = (Client(hub, person=7 + at, headers=shown) for at, hub in enumerate(hubs))
        await until(lambda: "<p>en: 7 8</p>" in told(left), seconds=8)
        await until(lambda: "<p>en: 8 7</p>" in told(right), seconds=8)
        await right.leave()
        await until(lambda: told(left)[-1] == "<p>en: 7</p>", seconds=5)
        own_redis.kill()
        further = Client(hubs[0], person=9, headers=shown)
        await until(lambda: told(further)[-1:] == ["<p>en: 7 9</p>"], seconds=5)
        for hub in hubs:
            hub.drain()

    asyncio.run(run())


def test_everything_arrives_with_redis_without_it_and_after_it_is_back(
    committed_db, serve, own_redis
):
    world = make_world()
    server = serve(REDIS_URL=own_redis.url)

    async def run() -> dict[str, float]:
        stream = await open_stream(server.port, world.release.pk, 1, bearer(world.token))
        await asyncio.sleep(1)
        delays = {"with": min([await delay(stream, lambda: flip(world)) for _ in range(5)])}
        own_redis.kill()
        delays["without"] = max([await delay(stream, lambda: flip(world)) for _ in range(5)])
        own_redis.start()
        # The hub tries again every one or two seconds, the writer after a second.
        await asyncio.sleep(3)
        delays["again"] = min([await delay(stream, lambda: flip(world)) for _ in range(5)])
        ids = [event.id for event, _ in stream.events if event.id is not None]
        assert ids == list(range(2, 17))
        return delays

    delays = asyncio.run(run())
    assert delays["with"] < 0.5, delays
    assert delays["without"] < 10, delays
    assert delays["again"] < 0.5, delays
