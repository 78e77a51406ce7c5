"""Eight processes tick a hundred times each in one release; and killed ones lose nothing.

Every seq is there once, no writer met an error, and the log verifies. Waits are printed.
"""

from __future__ import annotations

import sys

from tests.prove.installations import prove_on_each


def main() -> int:
    """Prove it on each database that was given."""
    return prove_on_each("tests.prove.writers_here", with_redis=False)


if __name__ == "__main__":
    sys.exit(main())
