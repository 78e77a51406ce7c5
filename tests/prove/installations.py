"""The installations that a proof runs on: SQLite always, PostgreSQL and Redis when their URLs are
given. Each is fresh, and each proof is a process of its own on it.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.stream.installation import fresh_installation


def given(*, with_redis: bool) -> list[tuple[str, str, str]]:
    """Name, PostgreSQL URL and Redis URL of each."""
    postgres, redis = (os.environ.get(f"TEST_{name}_URL", "") for name in ("DATABASE", "REDIS"))
    found = [("SQLite", "", "")]
    if postgres:
        found.append(("PostgreSQL without Redis", postgres, ""))
    if postgres and redis and with_redis:
        found.append(("PostgreSQL and Redis", postgres, redis))
    return found


def prove_on_each(module: str, *, with_redis: bool = True) -> int:
    """Run a module on each installation; 1 if it failed on one.

    Without `with_redis` only on each database: for what Redis has no part in.
    """
    failed = 0
    for name, postgres_url, redis_url in given(with_redis=with_redis):
        print(f"\n{name}", flush=True)
        with fresh_installation(postgres_url, redis_url) as environ:
            command = [sys.executable, "-m", module]
            failed += subprocess.run(command, env=environ).returncode != 0
    return int(failed > 0)
