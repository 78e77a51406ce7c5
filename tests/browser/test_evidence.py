"""Evidence in a browser: dropped, pasted and sent with progress; and nothing in a file runs."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Page, expect

from checklists.models import Evidence
from tests.checklist_data import item_of

TELLS = "<script>parent.postMessage('ran', '*'); document.title = 'ran'; fetch('/ran')</script>"
NS = "http://www.w3.org/2000/svg"
HOSTILE = {
    "page.html": f"<!doctype html><body>{TELLS}".encode(),
    "logo.svg": f"<svg xmlns='{NS}' onload='fetch(\"/ran\")'>{TELLS}</svg>".encode(),
    "code.js": b"fetch('/ran'); document.title = 'ran'",
    "style.css": b"body { background: url(/ran) }",
    "report.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert('ran'))>>>>endobj",
    "both.gif": b"GIF89a=1;fetch('/ran')//",
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DROP = """async ([selector, kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0)), all = new DataTransfer();
  all.items.add(new File([bytes], name, {type}));
  const target = document.querySelector(selector);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: all, bubbles: true, cancelable: true})
    : new DragEvent(kind, {dataTransfer: all, bubbles: true, cancelable: true});
  target.dispatchEvent(event);
}"""


@pytest.fixture
def dns(site):
    return item_of(site.release, "configure-dns")


def opened(site, item, **options) -> Page:
    """The item's detail below its row, with the form open."""
    page = site.open(f"/releases/{site.release.pk}/#item-{item.pk}", site.cast.priya, **options)
    page.locator(".detail details", has_text="Add evidence").locator("summary").first.click()
    return page


def files(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_nothing_in_a_file_runs_whatever_a_page_does_with_it(site, dns):
    page = opened(site, dns)
    page.locator(f"#files-{dns.pk}").set_input_files(
        [files(name, content) for name, content in HOSTILE.items()]
    )
    page.get_by_role("button", name="Attach").click()
    expect(page.locator(".evi > li")).to_have_count(len(HOSTILE))
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    attacker = page.context.new_page()
    attacker.goto(f"{site.url}/healthz")
    for evidence in Evidence.objects.all():
        # Opened like any address, it is a download and no page.
        with attacker.expect_download() as download:
            attacker.evaluate("url => { location = url }", f"/evidence/{evidence.pk}/")
        assert download.value.suggested_filename == evidence.content.value
        assert attacker.url == f"{site.url}/healthz"
    # A page without any policy of its own, of the same origin, does its worst.
    trap = _trap([f"/evidence/{pk}/" for pk in Evidence.objects.values_list("pk", flat=True)])
    attacker.route("**/trap", lambda route: route.fulfill(content_type="text/html", body=trap))
    attacker.goto(f"{site.url}/trap")
    attacker.wait_for_timeout(1500)
    assert attacker.title() != "ran"
    assert attacker.evaluate("window.heard") == []
    assert not [url for url in asked if url.endswith("/ran")]


def _trap(urls: list[str]) -> str:
    ways = "".join(
        f"<img src={url}><iframe src={url}></iframe><object data={url}></object>"
        f"<embed src={url}><script src={url}></script><link rel=stylesheet href={url}>"
        f"<script type=module src={url}></script>"
        for url in urls
    )
    return (
        "<!doctype html><title>trap</title><script>window.heard = [];"
        f"addEventListener('message', e => heard.push(e.data))</script>{ways}"
    )


def test_files_are_dropped_and_screenshots_pasted(site, dns):
    page = opened(site, dns)
    form = f"#detail-{dns.pk} form.evidence-form"
    data = base64.b64encode(PNG).decode()
    page.evaluate(DROP, [form, "dragover", "a.png", "image/png", data])
    expect(page.locator(form)).to_have_attribute("data-over", "")
    page.evaluate(DROP, [form, "drop", "dropped.png", "image/png", data])
    page.evaluate(DROP, [f"#evidence-{dns.pk}", "paste", "image.png", "image/png", data])
    expect(page.locator(".uploads > li")).to_have_count(2)
    expect(page.locator(".uploads > li").nth(1)).to_contain_text("Screenshot ")
    page.locator(f"#evidence-{dns.pk}").fill("Seen by hand.")
    page.get_by_role("button", name="Attach").click()
    expect(page.locator(".evi > li")).to_have_count(3)
    expect(page.locator(f"#item-{dns.pk} .c-ev")).to_contain_text("3")
    kinds = Evidence.objects.order_by("pk").values_list("kind", "media_type")
    assert list(kinds) == [("file", "image/png"), ("file", "image/png"), ("text", "")]
    assert site.complaints == []


def test_a_refused_file_keeps_no_other_back_and_says_why(site, dns):
    page = opened(site, dns)
    page.locator(f"#files-{dns.pk}").set_input_files(
        [files("fake.png", b"<html>"), files("good.txt", b"fine"), files("empty.log", b"")]
    )
    page.get_by_role("button", name="Attach").click()
    refused = page.locator("#notices > .notice")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("is not what its name says")
    expect(refused.last).to_contain_text("is empty")
    expect(page.locator(".evi > li")).to_have_count(1)
    assert [e.content.value for e in Evidence.objects.all()] == ["good.txt"]
    # The next that arrives takes the notices away.
    page.locator(f"#files-{dns.pk}").set_input_files(files("next.txt", b"next"))
    page.get_by_role("button", name="Attach").click()
    expect(refused).to_have_count(0)


def test_without_scripts_the_form_takes_several_files_and_a_version_replaces_one(site, dns):
    page = site.open(f"/items/{dns.pk}/", site.cast.priya, scripts=False)
    page.locator("summary", has_text="Add evidence").click()
    page.locator(f"#files-{dns.pk}").set_input_files(
        [files("a.txt", b"one"), files("b.txt", b"two")]
    )
    page.get_by_role("button", name="Attach").click()
    page.goto(f"{site.url}/items/{dns.pk}/")
    expect(page.locator(".evi > li")).to_have_count(2)
    page.locator("summary", has_text="Add evidence").click()
    page.locator(f"#files-{dns.pk}").set_input_files(files("c.txt", b"three"))
    page.locator(f"#replaces-{dns.pk}").select_option(label="a.txt")
    page.get_by_role("button", name="Attach").click()
    page.goto(f"{site.url}/items/{dns.pk}/")
    expect(page.locator(".evi > li", has_text="Replaced")).to_contain_text("a.txt")


@pytest.mark.parametrize("dark", [False, True])
def test_the_form_and_its_list_have_no_faults(site, dns, faults, dark):
    page = opened(site, dns, dark=dark, width=390)
    page.locator(f"#files-{dns.pk}").set_input_files([files("a.txt", b"one")])
    page.get_by_role("button", name="Attach").click()
    expect(page.locator(".evi > li")).to_have_count(1)
    page.locator(".evi .withdraw summary").click()
    assert faults(page) == []
