"""The one server process, as an ASGI server sees it."""

import asyncio

import pytest

from readiness import asgi


def _scope(path, **more):
    return {
        "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1",
        "path": path, "raw_path": path.encode(), "query_string": b"", "server": ("testserver", 80),
        "client": ("192.0.2.1", 1), "headers": [(b"host", b"testserver")], **more,
    }  # fmt: skip


@pytest.fixture
def routed(monkeypatch):
    """Which of the two a path goes to, and with what scope."""
    seen = []

    def standing_in(name):
        async def application(scope, receive, send):
            seen.append((name, scope))

        return application

    monkeypatch.setattr(asgi.hub, "application", standing_in("hub"))
    monkeypatch.setattr(asgi, "pages", standing_in("pages"))

    def ask(path, **more):
        asyncio.run(asgi.application(_scope(path, **more), None, None))
        return seen[-1]

    return ask


@pytest.mark.parametrize(
    ("path", "goes_to"),
    [
        ("/releases/42/live/", "hub"),
        ("/releases/42/", "pages"),
        ("/releases/42/live", "pages"),
        ("/releases/42/live/x", "pages"),
        ("/x/releases/42/live/", "pages"),
        ("/releases/42/live/\n", "pages"),
        ("/releases/x/live/", "pages"),
    ],
)
def test_only_live_streams_go_to_the_hub(routed, path, goes_to):
    assert routed(path)[0] == goes_to


def test_both_see_the_client_as_our_proxies_tell_it(routed, settings):
    settings.PROXY_COUNT = 1
    headers = [(b"host", b"testserver"), (b"x-forwarded-for", b"198.51.100.7")]
    for path in ("/releases/42/live/", "/"):
        assert routed(path, headers=headers)[1]["client"][0] == "198.51.100.7"


def test_a_server_may_announce_start_and_stop():
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(asgi.application({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
