"""Works in a release with Chromium: ticks rows, and scrolls through very many. Prints JSON.

python -m tests.bench.by_hand '{"url": …, "large": …, "cookie": "name=value", "ticks": 40}'
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.chromium import FLAGS, context_of

# From the press to the frame that shows the row as done; and until the server has confirmed it.
TICK = """
async (at) => {
  const row = document.querySelectorAll(".list .item.st-open")[at];
  const button = row.querySelector(".tick button");
  row.scrollIntoView({ block: "center" });
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => done();
    after.port2.postMessage(0);
  }));
  await painted();
  const began = performance.now();
  button.click();
  await painted();
  const shown = performance.now() - began;
  if (!row.matches(".st-done")) throw new Error("the row was not painted as done");
  const version = row.dataset.version;
  while (document.getElementById(row.id).dataset.version === version) await painted();
  return [shown, performance.now() - began];
}
"""
WHEEL = 900
"""Pixels that a turn of the wheel scrolls, faster than anybody reads."""


def main(site: dict[str, Any]) -> None:
    """Tick and scroll, and print what it took."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = _opened(browser, site, site["url"])
        ticks = [page.evaluate(TICK, 0) for _ in range(site["ticks"])]
        page.close()
        found = {"ticks": ticks, **_scrolled(browser, site)}
        browser.close()
    json.dump(found, sys.stdout)


def _opened(browser: Browser, site: dict[str, Any], url: str) -> Page:
    page = context_of(browser, url, site["cookie"]).new_page()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1500)
    return page


def _scrolled(browser: Browser, site: dict[str, Any]) -> dict[str, Any]:
    page = _opened(browser, site, site["large"])
    rows = page.locator(".list .item").count()
    page.mouse.move(800, 500)
    browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
    for _ in range(page.evaluate("document.documentElement.scrollHeight") // WHEEL + 2):
        page.mouse.wheel(0, WHEEL)
        page.wait_for_timeout(16)
    page.wait_for_timeout(300)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    end = page.evaluate("scrollY + innerHeight - document.documentElement.scrollHeight")
    if end < -2:
        raise RuntimeError(f"{-end} pixels were left to scroll")
    tasks = _tasks_of_page(trace)
    longest, elapsed = max(tasks)
    return {"rows": rows, "tasks": len(tasks), "longest": longest, "elapsed": elapsed}


def _tasks_of_page(trace: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Milliseconds of each task on the main thread of the page: of the CPU, and until its end.

    They differ where others want the CPU, too.
    """
    mains = {
        (event["pid"], event["tid"])
        for event in trace
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    return [
        (event["tdur"] / 1000, event["dur"] / 1000)
        for event in trace
        if event["name"].endswith("RunTask")
        and event.get("tdur")
        and (event["pid"], event["tid"]) in mains
    ]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
