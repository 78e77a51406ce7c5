"""Take the pictures of docs/pictures from a running server that holds the demo.

    PORT=8001 make run                                     # in one terminal
    .venv/bin/pip install pillow
    .venv/bin/python -m tests.browser.pictures http://127.0.0.1:8001 var/demo-password

Each page is taken in light and dark at 1440 px and as a phone of 390 px, and named
page-scheme-width.png. `--only release` takes some pages again, `--whole` whole pages instead of
what fits on the screen, `--into` writes elsewhere. It changes nothing on the server.
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION_CHECKLIST = ROOT / "checklists" / "builtin" / "production-checklist.md"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOKS = (("light", 1440, 1000), ("dark", 1440, 1000), ("light", 390, 844))
COLOURS = 200
"""Of the palette: enough for flat pages, a third of the bytes of full colour."""

NOT_UNDERSTOOD = """\
### Mobile

- [x] Raise the version number
- Ask the app team when in doubt
[ ] Upload symbols

"""
"""A group before the related documents, so that the import preview has something to report."""


@dataclass(frozen=True)
class Picture:
    """One page: its name, who looks, and how to get there."""

    name: str
    go: Callable[[Page, Where], None]
    who: str = "marta"


@dataclass(frozen=True)
class Where:
    """The server, and the addresses that only its pages tell."""

    base: str
    release: str
    item: str
    probe: str


def visit(path: str) -> Callable[[Page, Where], None]:
    """Open an address; `{release}` and `{probe}` stand for the demo's."""

    def go(page: Page, where: Where) -> None:
        page.goto(where.base + path.format(release=where.release, probe=where.probe))

    return go


def with_detail(page: Page, where: Where) -> None:
    """The release with its failed item open."""
    page.goto(f"{where.base}{where.release}#item-{where.item}")
    page.locator(".detail").wait_for()
    row = page.locator(f"#item-{where.item}")
    row.evaluate("row => scrollTo(0, row.getBoundingClientRect().top + scrollY - 220)")


def with_blockers(page: Page, where: Where) -> None:
    """The release with what the gate says folded out."""
    page.goto(where.base + where.release)
    page.locator("#gate").click()
    page.locator("#blockers").wait_for()


def with_choice(page: Page, where: Where) -> None:
    """The release with some items chosen, to do one thing to all of them."""
    page.goto(where.base + where.release)
    page.locator(".filters .chip", has_text="Choose").click()
    page.locator(".pick").first.wait_for()
    for pick in page.locator(".pick").all()[:4]:
        pick.click()


def with_palette(page: Page, where: Where) -> None:
    """Jumping by a few letters."""
    page.goto(where.base + where.release)
    page.keyboard.press("Control+k")
    page.keyboard.type("fire")
    page.locator(".palette [role=option]").first.wait_for()


def import_preview(page: Page, where: Where) -> None:
    """What is understood of the Production Checklist, and of some lines that are none of it."""
    page.goto(f"{where.base}/templates/import/")
    page.locator("summary", has_text="Name and format").click()
    page.get_by_label("Name").first.fill("Production Checklist")
    before, heading, documents = PRODUCTION_CHECKLIST.read_text().partition("## Related")
    page.locator("textarea").fill(before + NOT_UNDERSTOOD + heading + documents)
    page.get_by_role("button", name="Preview").click()
    page.wait_for_load_state()


PICTURES = (
    Picture("sign-in", visit("/accounts/login/"), who=""),
    Picture("dashboard", visit("/")),
    Picture("project", visit("/projects/payments/")),
    Picture("release", visit("{release}")),
    Picture("release-detail", with_detail),
    Picture("release-blockers", with_blockers),
    Picture("choose", with_choice),
    Picture("palette", with_palette),
    Picture("work", visit("/my-work/")),
    Picture("room", visit("{release}room/")),
    Picture("sign-off", visit("{release}sign-off/")),
    Picture("history", visit("{release}history/")),
    Picture("templates", visit("/templates/")),
    Picture("template", visit("/templates/production-checklist/")),
    Picture("import-preview", import_preview),
    Picture("waivers", visit("/projects/payments/waivers/")),
    Picture("insights", visit("/projects/payments/insights/")),
    Picture("calendar", visit("/calendar/")),
    Picture("search", visit("/search/?q=backup")),
    Picture("probes", visit("/probes/")),
    Picture("probe-detail", visit("{probe}")),
    Picture("members", visit("/projects/payments/members/"), who="admin"),
    Picture("new-release", visit("/projects/payments/releases/new/")),
)


def sign_in(browser: Browser, base: str, who: str, password: str) -> list[dict[str, object]]:
    """The cookies of somebody of the demo, signed in through the form."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Email").fill(f"{who}@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/")
    cookies = context.cookies()
    context.close()
    return [dict(cookie) for cookie in cookies]


def look_around(context: BrowserContext, base: str) -> Where:
    """The demo's release that is half way through, its failed item, and the probe of that."""
    page = context.new_page()
    page.goto(f"{base}/projects/payments/")
    release = page.locator("a", has_text="2.4.0").first.get_attribute("href") or ""
    page.goto(base + release)
    failed = page.locator("li.item.st-failed").first
    item = (failed.get_attribute("id") or "").removeprefix("item-")
    page.goto(f"{base}/items/{item}/")
    probe = page.locator("a[href^='/probes/']:not([href='/probes/'])").first.get_attribute("href")
    page.close()
    return Where(base, release, item, probe or "/probes/")


def smaller(picture: bytes) -> bytes:
    """The same picture with a palette."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    held = io.BytesIO()
    few = image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    few.save(held, "PNG", optimize=True)
    return held.getvalue()


def take(browser: Browser, wanted: list[Picture], options: argparse.Namespace) -> None:
    """Take the pictures, and say how large each is."""
    cookies: dict[str, list[dict[str, object]]] = {"": []}
    for who in ("marta", "admin"):
        cookies[who] = sign_in(browser, options.server, who, options.password)
    first = browser.new_context()
    first.add_cookies(cookies["marta"])  # type: ignore[arg-type]
    where = look_around(first, options.server)
    first.close()
    for picture in wanted:
        for scheme, width, height in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
                has_touch=width < 500,
                is_mobile=width < 500,
            )
            context.add_cookies(cookies[picture.who])  # type: ignore[arg-type]
            page = context.new_page()
            picture.go(page, where)
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(300)
            name = f"{picture.name}-{scheme}-{width}.png"
            held = smaller(page.screenshot(full_page=options.whole, animations="disabled"))
            (options.into / name).write_bytes(held)
            print(f"{name}\t{len(held) / 1024:.0f} KB")
            context.close()


def main() -> None:
    """Read the arguments and take what they ask for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("server", help="where it runs, e.g. http://127.0.0.1:8000")
    parser.add_argument("password_file", type=Path, help="the demo's, var/demo-password")
    parser.add_argument("--only", nargs="*", choices=[p.name for p in PICTURES])
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "pictures")
    options = parser.parse_args()
    options.server = options.server.rstrip("/")
    options.password = options.password_file.read_text().strip()
    options.into.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not options.only or picture.name in options.only]
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        take(browser, wanted, options)
        browser.close()


if __name__ == "__main__":
    main()
