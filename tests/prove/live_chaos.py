"""The long proof of the live stream, on SQLite and, given TEST_DATABASE_URL, on PostgreSQL.

`python -m tests.prove.live_chaos` prints what it found and exits 1 if the promise was broken:
every seq delivered or covered by a resync, and none twice, while the server is killed again and
again. Then what watchers cost and how soon they see a tick. Times are printed, not asserted.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.stream.installation import fresh_installation


def main() -> int:
    """Prove it on each database that was given, each time in a fresh installation."""
    postgres, redis = (os.environ.get(f"TEST_{name}_URL", "") for name in ("DATABASE", "REDIS"))
    installations = [("SQLite", "", "")]
    if postgres:
        installations.append(("PostgreSQL without Redis", postgres, ""))
    if postgres and redis:
        installations.append(("PostgreSQL and Redis", postgres, redis))
    failed = 0
    for name, postgres_url, redis_url in installations:
        print(f"\n{name}", flush=True)
        with fresh_installation(postgres_url, redis_url) as environ:
            command = [sys.executable, "-m", "tests.prove.live_chaos_here"]
            failed += subprocess.run(command, env=environ).returncode != 0
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
