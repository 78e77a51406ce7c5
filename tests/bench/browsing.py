"""The page in Chromium: when its rows are there, what travels for it, how large it is."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.side_by_side import Floor, Ours, run_json
from tests.bench.table import Row, at_most, median, skipped, times

LOOKS = 7
TICKS = 40
MANY = 1600


@dataclass(frozen=True)
class Site:
    """What to open, signed in by a cookie, and how to know its rows."""

    url: str
    cookie: str
    rows: str

    def as_json(self) -> str:
        """For the process that looks."""
        return json.dumps({**self.__dict__, "looks": LOOKS})


def measure(ours: Ours, floor: Floor) -> Iterator[Row]:
    """Cold is a browser that was never here; warm is the same page opened again."""
    if importlib.util.find_spec("playwright") is None or shutil.which("chromium") is None:
        yield skipped("in Chromium", "needs playwright and chromium: make test-browser brings both")
        return
    with floor.serving() as server:
        cookie = f"sessionid={floor.session}"
        least = _looked(Site(f"http://127.0.0.1:{server.port}/page/", cookie, "li"))
    large = ours.run("tests.bench.large", str(MANY))["release"]
    with ours.serving() as server:
        url = f"http://127.0.0.1:{server.port}/releases/{ours.release}/"
        seen = _looked(Site(url, ours.place["cookie"], "li.item"))
        yield from _by_hand(f"http://127.0.0.1:{server.port}", ours, large)
    cold, warm = seen["cold"], seen["warm"]
    least_cold, least_warm = (_ms(least[how]) for how in ("cold", "warm"))
    yield times("160 rows visible, cold", _ms(cold), least_cold, 2.5, "ms")
    yield times("160 rows visible, warm", _ms(warm), least_warm, 2, "ms")
    yield at_most("requests, cold", cold[0]["requests"], 7, "requests", ", ".join(cold[0]["paths"]))
    yield at_most("bytes, cold", cold[0]["bytes"] / 1024, 110, "KB")
    yield at_most("requests, warm", warm[0]["requests"], 1, "requests", ", ".join(warm[0]["paths"]))
    yield at_most("bytes, warm", warm[0]["bytes"] / 1024, 16, "KB")
    yield at_most("DOM nodes", cold[0]["nodes"], 4500, "nodes")


def _by_hand(site: str, ours: Ours, large: int) -> Iterator[Row]:
    """Ticks in a release of 160 items, and a long way down one of very many."""
    place = {
        "url": f"{site}/releases/{ours.quiet_release}/",
        "large": f"{site}/releases/{large}/",
        "cookie": ours.place["cookie"],
        "ticks": TICKS,
    }
    found = run_json(
        [sys.executable, "-m", "tests.bench.by_hand", json.dumps(place)], dict(os.environ)
    )
    painted, confirmed = ([tick[at] for tick in found["ticks"]] for at in (0, 1))
    slowest = f"slowest {max(painted):.0f} ms"
    yield at_most("tick to painted row, p50", median(painted), 50, "ms", slowest)
    yield Row("tick to the server's row in place, p50", f"{median(confirmed):.0f} ms")
    scrolled = f"CPU; {found['elapsed']:.0f} ms until its end; {found['rows']:,} rows"
    yield at_most("scrolling all rows, longest task", found["longest"], 50, "ms", scrolled)


def _ms(looks: list[dict[str, Any]]) -> float:
    return median([look["ms"] for look in looks])


def _looked(site: Site) -> dict[str, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "tests.bench.chromium", site.as_json()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Chromium failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)
