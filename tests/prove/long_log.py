"""A release with a million events (or EVENTS of them): what it takes to replay and to prove it.

The log verifies, its length costs no memory, and an event taken away in the middle is found.
"""

from __future__ import annotations

import sys

from tests.prove.installations import prove_on_each


def main() -> int:
    """Prove it on each database that was given."""
    return prove_on_each("tests.prove.long_log_here", with_redis=False)


if __name__ == "__main__":
    sys.exit(main())
