"""The whole product while its parts are killed: web, worker, scheduler, Redis.

Somebody ticks over HTTP all the time. Every tick that was answered is there afterwards, ticking
goes on while Redis is away, every probe runs again, and the log verifies.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.prove.ticking import Ticking
from tests.stream.installation import MANAGE, ROOT, free_port, fresh_installation

VICTIMS = ("web", "worker", "web", "scheduler", "worker", "web")
PAUSE_S = 4.0
REDIS_AWAY_S = 15.0
PROBES_BACK_S = 120.0


def main() -> int:
    """Embedded always; on PostgreSQL and a Redis of its own when both can be had."""
    failed = 0
    print("\nSQLite and files", flush=True)
    with fresh_installation() as environ:
        failed += not _survives(environ, None)
    postgres = os.environ.get("TEST_DATABASE_URL", "")
    if not postgres or shutil.which("redis-server") is None:
        print("\nPostgreSQL and Redis: skipped, no TEST_DATABASE_URL or no redis-server.")
        return int(failed > 0)
    print("\nPostgreSQL and Redis", flush=True)
    with _redis() as redis, fresh_installation(postgres, redis.url) as environ:
        failed += not _survives(environ, redis)
    return int(failed > 0)


class Redis:
    """A Redis of our own that can be killed and brought back."""

    def __init__(self, directory: str) -> None:
        self.port = free_port()
        self.directory = directory
        self.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, with what its append-only file kept."""
        self.process = subprocess.Popen(
            [
                *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--appendonly", "yes", "--dir", self.directory, "--save", ""),
            ],
            stdout=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()


@contextmanager
def _redis() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="readiness-redis-") as directory:
        redis = Redis(directory)
        try:
            yield redis
        finally:
            redis.kill()


def _survives(environ: dict[str, str], redis: Redis | None) -> bool:
    """Run the product, tick, kill, and judge what is left."""
    port = free_port()
    environ = {**environ, "PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}"}
    subprocess.run(
        [*MANAGE, "create_demo", "--password", "proofs-only-sentence", "-v", "0"],
        env=environ,
        check=True,
        cwd=ROOT,
    )
    # `up` starts the targets of the probes for a demo that has its password there.
    (Path(environ["READINESS_DATA"]) / "demo-password").write_text("proofs-only-sentence")
    product = subprocess.Popen(
        [*MANAGE, "up", "--port", str(port)],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ticking = Ticking(environ, port)
    try:
        ticking.wait_until_up()
        ticking.start()
        for victim in VICTIMS:
            time.sleep(PAUSE_S)
            _kill_child(product.pid, victim)
        during = _without_redis(redis, ticking)
        time.sleep(PAUSE_S)
        back = ticking.probes_back_within(PROBES_BACK_S)
        ticking.stop()
    finally:
        product.send_signal(signal.SIGINT)
        product.wait(60)
    return ticking.report(during=during, back=back)


def _without_redis(redis: Redis | None, ticking: Ticking) -> int | None:
    """Ticks answered while Redis was away; None where there is none."""
    if redis is None:
        return None
    before = ticking.answered
    redis.kill()
    time.sleep(REDIS_AWAY_S)
    during = ticking.answered - before
    redis.start()
    return during


def _kill_child(supervisor: int, name: str) -> None:
    """SIGKILL the supervisor's child of that name, with all that it started."""
    marks = {"web": "serve", "worker": "worker", "scheduler": "beat"}
    children = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(supervisor)], capture_output=True, text=True
    ).stdout
    for line in children.splitlines():
        pid, _, arguments = line.strip().partition(" ")
        if marks[name] in arguments.split():
            os.killpg(int(pid), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
