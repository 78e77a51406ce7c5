"""A real server and a real browser: `pytest tests/browser` runs these, plain `pytest` does not.

They need Chromium, found on the path or as Playwright installed it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from checklists.models import Person, Release
from tests.cast import Cast, make_cast
from tests.checklist_data import open_small_release
from tests.databases import ROOT, CommittedDatabase
from tests.stream.serving import Server, serving

# Playwright runs an event loop in this thread; the database is used by the test alone.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Site:
    """A server with the cast and one release, and what its pages complained about."""

    server: Server
    cast: Cast
    release: Release
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server.port}"

    def open(
        self,
        path: str = "",
        who: Person | None = None,
        *,
        width: int = 1440,
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        """A page in a browser context of its own, signed in; the release's page by default."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 1000},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if who is not None:
            context.add_cookies([_session_of(who, self.url)])
        page.goto(self.url + (path or f"/releases/{self.release.pk}/"))
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security" in text:
            self.complaints.append(text)


def _session_of(who: Person, url: str) -> dict[str, str]:
    """Signed in without the form, which has tests of its own and a slow password hash."""
    client = Client()
    client.force_login(who)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment that names static files as an installation has them, made once."""
    root = tmp_path_factory.mktemp("static")
    environ = {"DJANGO_SETTINGS_MODULE": "readiness.settings", "STATIC_ROOT": str(root)}
    collect = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, env={**os.environ, **environ}, check=True)
    return {"STATIC_ROOT": str(root)}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or playwright.chromium.executable_path
        if not Path(found).exists():
            pytest.skip("no Chromium")
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def site(
    committed_db: CommittedDatabase, browser: Browser, static_files: dict[str, str]
) -> Iterator[Site]:
    cast = make_cast()
    release = open_small_release(cast)
    environ = {**committed_db.environ, **static_files}
    with serving(committed_db.manage("serve"), environ) as server:
        opened = Site(server, cast, release, browser)
        yield opened
        for context in browser.contexts:
            context.close()


@pytest.fixture
def faults() -> Callable[[Page], list[str]]:
    """What axe finds wrong with a page, and whether it scrolls sideways."""

    def found(page: Page) -> list[str]:
        page.evaluate(AXE)
        violations = page.evaluate(
            """tags => axe.run(document, {runOnly: {type: "tag", values: tags}}).then(
                 result => result.violations.map(
                   v => v.id + ": " + v.nodes[0].html.slice(0, 200)))""",
            STANDARDS,
        )
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return [*violations, *(["the page scrolls sideways"] if wide else [])]

    return found
