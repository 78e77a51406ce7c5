"""Twenty thousand probes are due at once: every one runs once, none twice, none is forgotten.

Two workers drain the queue together against a target on this host.
"""

from __future__ import annotations

import sys

from tests.prove.installations import prove_on_each


def main() -> int:
    """Prove it on each database that was given."""
    return prove_on_each("tests.prove.many_probes_here", with_redis=False)


if __name__ == "__main__":
    sys.exit(main())
