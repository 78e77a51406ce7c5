"""The page in Chromium: when its rows are there, what travels for it, how large it is."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.side_by_side import Floor, Ours
from tests.bench.table import Row, at_most, median, skipped, times

LOOKS = 7


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
    with ours.serving() as server:
        url = f"http://127.0.0.1:{server.port}/releases/{ours.release}/"
        seen = _looked(Site(url, ours.place["cookie"], "li.item"))
    cold, warm = seen["cold"], seen["warm"]
    least_cold, least_warm = (_ms(least[how]) for how in ("cold", "warm"))
    yield times("160 rows visible, cold", _ms(cold), least_cold, 2.5, "ms")
    yield times("160 rows visible, warm", _ms(warm), least_warm, 2, "ms")
    yield at_most("requests, cold", cold[0]["requests"], 7, "requests", ", ".join(cold[0]["paths"]))
    yield at_most("bytes, cold", cold[0]["bytes"] / 1024, 110, "KB")
    yield at_most("requests, warm", warm[0]["requests"], 1, "requests", ", ".join(warm[0]["paths"]))
    yield at_most("bytes, warm", warm[0]["bytes"] / 1024, 16, "KB")
    yield at_most("DOM nodes", cold[0]["nodes"], 4500, "nodes")


def _ms(looks: list[dict[str, Any]]) -> float:
    return median([look["ms"] for look in looks])


def _looked(site: Site) -> dict[str, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "tests.bench.chromium", site.as_json()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Chromium failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)
