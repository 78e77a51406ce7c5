"""Looks at one page with Chromium, cold and warm. Prints JSON.

python -m tests.bench.chromium '{"url": …, "cookie": "name=value", "rows": "li", "looks": 7}'
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROWS = 160
# Notes when the last row has a place on the page.
WATCH = """
(() => {
  const look = () => {
    const rows = document.querySelectorAll(%r);
    if (rows.length >= %d && rows[rows.length - 1].getBoundingClientRect().height > 0) {
      window.rowsThere = performance.now();
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def main(site: dict[str, Any]) -> None:
    """Look several times, each time with a new browser context; the second look of each is warm."""
    found: dict[str, list] = {"cold": [], "warm": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for _ in range(site["looks"]):
            context = _signed_in(browser, site)
            found["cold"].append(_look(context, site))
            found["warm"].append(_look(context, site))
            context.close()
        browser.close()
    json.dump(found, sys.stdout)


def context_of(browser: Browser, url: str, cookie: str) -> BrowserContext:
    """A context of its own in which the cookie is set for the site of the address."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    name, _, value = cookie.partition("=")
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    context.add_cookies([{"name": name, "value": value, "url": origin}])
    return context


def _signed_in(browser: Browser, site: dict[str, Any]) -> BrowserContext:
    context = context_of(browser, site["url"], site["cookie"])
    context.add_init_script(WATCH % (site["rows"], ROWS))
    return context


def _look(context: BrowserContext, site: dict[str, Any]) -> dict[str, Any]:
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}
    network.on(
        "Network.requestWillBeSent",
        lambda event: asked.update({event["requestId"]: event["request"]["url"]}),
    )
    network.on("Network.requestServedFromCache", lambda event: asked.pop(event["requestId"], None))
    network.on(
        "Network.responseReceived",
        lambda event: (
            event["response"].get("fromDiskCache") and asked.pop(event["requestId"], None)
        ),
    )
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(site["url"], wait_until="load")
    # Waiting in the page itself would need what its security policy refuses.
    while page.evaluate("window.rowsThere") is None:
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)
    seen = {
        "ms": page.evaluate("window.rowsThere"),
        "nodes": page.evaluate("document.querySelectorAll('*').length"),
    }
    page.close()
    # The stream of news stays open and is no part of the page.
    travelled = {key: url for key, url in asked.items() if "/live/" not in url}
    return {
        **seen,
        "requests": len(travelled),
        "bytes": sum(sizes.get(key, 0) for key in travelled),
        "paths": [urlsplit(url).path.rpartition("/")[2] or "page" for url in travelled.values()],
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
