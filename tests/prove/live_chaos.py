"""The long proof of the live stream, on SQLite and, given TEST_DATABASE_URL, on PostgreSQL.

`python -m tests.prove.live_chaos` prints what it found and exits 1 if the promise was broken:
every seq delivered or covered by a resync, and none twice, while the server is killed again and
again. Then what watchers cost and how soon they see a tick. Times are printed, not asserted.
"""

from __future__ import annotations

import sys

from tests.prove.installations import prove_on_each


def main() -> int:
    """Prove it on each database that was given, each time in a fresh installation."""
    return prove_on_each("tests.prove.live_chaos_here")


if __name__ == "__main__":
    sys.exit(main())
