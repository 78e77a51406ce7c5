"""Many clients, several writers, and a server that is killed: does the stream keep its promise?

Short in the tests, long in `make prove`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.stream.serving import Follower, Server, serving
from tests.stream.world import World


@dataclass(frozen=True)
class Plan:
    """How much of it. `kills` are the signals the server gets, spread over the work.

    Each writer tries `changes` changes with `pause` seconds between them, so a busy machine makes
    it longer and not easier.
    """

    clients: int = 200
    writers: int = 4
    changes: int = 60
    pause: float = 0.05
    kills: tuple[signal.Signals, ...] = (signal.SIGKILL,)
    restless: float = 0.03


@dataclass(frozen=True)
class Outcome:
    """What came of it. Without `faults`, and with everybody at the head, the promise was kept."""

    events: int
    delivered: int
    covered: int
    reconnects: int
    behind: int
    statuses: Mapping[int, int]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.events} events committed; delivered {self.delivered}, covered by a resync "
            f"{self.covered}; {self.reconnects} reconnects; {self.behind} clients not at the head; "
            f"answers {dict(self.statuses)}; {len(self.faults)} faults"
        )


def run_chaos(
    world: World, plan: Plan, *, command: Sequence[str], environ: Mapping[str, str]
) -> Outcome:
    """Run the plan against a server of its own."""
    with serving(command, environ) as server:
        return asyncio.run(_chaos(world, plan, server, environ))


async def _chaos(world: World, plan: Plan, server: Server, environ: Mapping[str, str]) -> Outcome:
    before = await asyncio.to_thread(world.heads)
    followers = [
        Follower(server.port, pk, world.token, last=before[pk], restless=plan.restless)
        for pk in (world.releases[n % len(world.releases)].pk for n in range(plan.clients))
    ]
    tasks = [asyncio.create_task(follower.run()) for follower in followers]
    writers = [_writer(world, plan, seed, environ) for seed in range(plan.writers)]
    for number, how in enumerate(plan.kills, start=1):
        await _wait_for_share(followers, before, number / (len(plan.kills) + 1) * _expected(plan))
        await asyncio.to_thread(server.stop, how)
        await asyncio.to_thread(server.start)
    for writer in writers:
        if await asyncio.to_thread(writer.wait, 600):
            raise RuntimeError("A writer failed.")
    after = await asyncio.to_thread(world.heads)
    behind = await _wait_for_heads(followers, after)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    broken = [str(end) for end in ended if isinstance(end, Exception)]
    return Outcome(
        events=sum(after.values()) - sum(before.values()),
        delivered=sum(follower.delivered for follower in followers),
        covered=sum(follower.covered for follower in followers),
        reconnects=sum(follower.reconnects for follower in followers),
        behind=behind,
        statuses=sum((follower.statuses for follower in followers), Counter()),
        faults=(*broken, *(fault for follower in followers for fault in follower.faults)),
    )


def _writer(
    world: World, plan: Plan, seed: int, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    releases = [str(release.pk) for release in world.releases]
    arguments = [str(plan.changes), str(plan.pause), str(seed), *releases]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stream.writer", *arguments],
        env={**os.environ, **environ},
    )


def _expected(plan: Plan) -> float:
    """How many events all releases get together, about: some changes are rolled back or clash."""
    return plan.writers * plan.changes * 0.8


async def _wait_for_share(
    followers: Sequence[Follower], before: Mapping[int, int], events: float
) -> None:
    """Until the clients together have seen that many events of all releases."""
    async with asyncio.timeout(600):
        while True:
            seen = {f.release_id: f.last - before[f.release_id] for f in followers}
            if sum(seen.values()) >= events:
                return
            await asyncio.sleep(0.05)


async def _wait_for_heads(followers: Sequence[Follower], heads: Mapping[int, int]) -> int:
    """How many have not reached the head of their release after a generous time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(15):
            while any(f.last < heads[f.release_id] for f in followers):
                await asyncio.sleep(0.05)
    return sum(follower.last != heads[follower.release_id] for follower in followers)
