"""`python -m tests.prove [NAME…] [--save FILE]`: run the long proofs, all or those named.

Exit 1 if one fails. TEST_DATABASE_URL names a PostgreSQL server on which databases may be made,
TEST_REDIS_URL a Redis; without them those parts say that they were skipped. EVENTS and PROBES
make the log and the queue shorter. `--save` writes what was printed to a file, too.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.prove import live_chaos, long_log, many_probes, outages, writers

PROOFS: dict[str, Callable[[], int]] = {
    "writers": writers.main,
    "outages": outages.main,
    "live": live_chaos.main,
    "log": long_log.main,
    "probes": many_probes.main,
}


def main(arguments: list[str]) -> int:
    """Run them one after the other. Each prints what it found and answers 0 if it held."""
    names = list(arguments)
    if "--save" in names:
        at = names.index("--save")
        path = Path(names[at + 1])
        return _saved(path, [*names[:at], *names[at + 2 :]])
    unknown = sorted(set(names) - PROOFS.keys())
    if unknown:
        print(f"No proof {', '.join(unknown)}; known are {', '.join(PROOFS)}.")
        return 2
    failed = []
    for name in names or PROOFS:
        began = time.monotonic()
        print(f"== {name}: {(sys.modules[PROOFS[name].__module__].__doc__ or '').splitlines()[0]}")
        if PROOFS[name]():
            failed.append(name)
        print(f"== {name}: {time.monotonic() - began:.0f} s", flush=True)
    print(f"Failed: {', '.join(failed)}." if failed else "All held.")
    return int(bool(failed))


def _saved(path: Path, names: list[str]) -> int:
    """Run them in a process of their own, and keep all that it and its children print."""
    lines = []
    with subprocess.Popen(
        [sys.executable, "-m", "tests.prove", *names],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    path.write_text(_report("".join(lines)))
    return process.returncode


def _report(printed: str) -> str:
    where = f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    return (
        "# The last long proofs\n\n"
        "What `make prove` printed last. Times are those of a machine that others used meanwhile; "
        "nothing was judged by them.\n\n"
        f"{datetime.now(UTC):%-d %b %Y, %H:%M} UTC. {where}.\n\n```\n{printed}```\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
