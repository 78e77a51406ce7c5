"""The bridge with small WSGI applications and an ASGI server's part played by hand."""

import asyncio
import json
import threading
import time
from io import BytesIO

import pytest

from readiness.bridge import Bridge, FileBody

pytestmark = pytest.mark.filterwarnings("error")


class Response:
    """What Django's response is to a WSGI server."""

    def __init__(self, pieces, *, streaming=False):
        self.pieces, self.streaming, self.closed = pieces, streaming, False

    def __iter__(self):
        return iter(self.pieces)

    def close(self):
        self.closed = True


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Response([environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))])


def ask(wsgi, *, method="GET", path=b"/", headers=(), body=(b"",), leave=None, **options):
    """The messages the application sent; `leave` is an event after which the client is gone."""
    options = {"threads": 2, "max_body": 1000, "patience": 1.0, **options}
    bridge = Bridge(wsgi, **options)
    return asyncio.run(_ask(bridge, method, path, headers, list(body), leave))


async def _ask(bridge, method="GET", path=b"/", headers=(), body=(b"",), leave=None):
    sent, pieces = [], list(body)

    async def receive():
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}
        while leave is None or not leave.is_set():
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "http_version": "1.1",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": b"a=1&b=%20",
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.7", 5555),
    }
    await bridge(scope, receive, send)
    return sent


def status(messages):
    return messages[0]["status"]


def content(messages):
    return b"".join(message.get("body", b"") for message in messages[1:])


def seen_by_django(**request):
    found = {}

    def remember(environ, start_response):
        found.update(environ)
        start_response("204 No Content", [])
        return Response([])

    messages = ask(remember, **request)
    return found, messages


def test_a_body_in_pieces_arrives_whole():
    assert content(ask(echo, method="POST", body=[b"one ", b"two ", b"three"])) == b"one two three"


def test_a_body_may_be_exactly_as_large_as_allowed():
    messages = ask(echo, method="POST", body=[b"x" * 600, b"x" * 400])
    assert (status(messages), len(content(messages))) == (200, 1000)


def test_a_larger_body_is_refused_before_django_sees_it():
    found, messages = seen_by_django(method="POST", body=[b"x" * 600, b"x" * 401])
    assert status(messages) == 413
    assert b"1,000 bytes" in content(messages)
    assert not found


def test_a_refusal_below_the_api_is_told_as_json():
    messages = ask(echo, method="POST", path=b"/api/v1/items/1/tick", body=[b"x" * 1001])
    assert status(messages) == 413
    assert (b"content-type", b"application/json") in messages[0]["headers"]
    assert json.loads(content(messages)) == {
        "code": "too_large",
        "message": "A request may hold 1,000 bytes at most.",
        "details": {},
    }


def test_a_body_announced_as_larger_is_not_even_read():
    body = [b"never read"]
    messages = ask(echo, method="POST", headers=[(b"content-length", b"1001")], body=body)
    assert status(messages) == 413


def test_a_body_that_stops_coming_frees_its_place():
    async def stall():
        bridge = Bridge(echo, threads=1, max_body=100, patience=0.1)
        sent = []

        async def receive():
            await asyncio.sleep(60)

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "scheme": "http", "http_version": "1.1",
            "path": "/", "raw_path": b"/", "query_string": b"", "headers": [],
        }  # fmt: skip
        await bridge(scope, receive, send)
        return sent

    assert status(asyncio.run(stall())) == 408


@pytest.mark.parametrize("name", [b"host", b"content-length", b"content-type", b"authorization"])
def test_a_header_that_must_be_single_is_refused_twice(name):
    found, messages = seen_by_django(headers=[(name, b"1"), (name, b"2")])
    assert status(messages) == 400
    assert not found


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "nonsense", "", '"latin-1"'])
def test_text_in_another_encoding_never_reaches_django(charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}".encode()
    start, _ = ask(echo, method="POST", headers=[(b"content-type", kind)], body=[b"a=1"])
    assert start["status"] == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"', "utf-8; a=b"])
def test_text_in_utf_8_does(charset):
    kind = f"application/json; charset={charset}".encode()
    start, _ = ask(echo, method="POST", headers=[(b"content-type", kind)], body=[b"{}"])
    assert start["status"] == 200


def test_other_headers_are_joined_as_http_says():
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y")]
    found, _ = seen_by_django(headers=headers)
    assert found["HTTP_COOKIE"] == "a=1; b=2"
    assert found["HTTP_ACCEPT"] == "x,y"


def test_look_alike_headers_are_dropped():
    headers = [(b"x_request_id", b"forged"), (b"proxy", b"http://evil"), (b"x-ok", b"1")]
    found, _ = seen_by_django(headers=headers)
    assert found["HTTP_X_OK"] == "1"
    assert not {"HTTP_X_REQUEST_ID", "HTTP_PROXY"} & found.keys()


def test_the_path_is_decoded_to_bytes_once():
    found, _ = seen_by_django(path=b"/caf%C3%A9/%2F%252e/%ff")
    assert found["PATH_INFO"].encode("latin-1") == b"/caf\xc3\xa9//%2e/\xff"
    assert found["QUERY_STRING"] == "a=1&b=%20"
    assert found["REMOTE_ADDR"] == "192.0.2.7"


def test_an_answer_is_closed():
    response = Response([b"a", b"b"])

    def wsgi(environ, start_response):
        start_response("200 OK", [("X-Name", " value ")])
        return response

    messages = ask(wsgi)
    assert content(messages) == b"ab"
    assert messages[0]["headers"] == [(b"x-name", b"value")]
    assert response.closed


def test_a_streamed_answer_is_sent_piece_by_piece():
    response = Response((piece for piece in [b"a", b"b"]), streaming=True)

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        return response

    messages = ask(wsgi)
    assert [message.get("body") for message in messages[1:]] == [b"a", b"b", b""]
    assert response.closed


def test_a_client_that_leaves_ends_a_streamed_answer():
    leave, produced = threading.Event(), []

    def forever():
        while True:
            produced.append(1)
            if len(produced) == 3:
                leave.set()
            time.sleep(0.02)
            yield b"x"

    response = Response(forever(), streaming=True)

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        return response

    started = time.monotonic()
    ask(wsgi, leave=leave)
    assert time.monotonic() - started < 5
    assert len(produced) < 20
    assert response.closed


def test_the_answer_to_head_has_no_body():
    def wsgi(environ, start_response):
        start_response("200 OK", [("Content-Length", "3")])
        return Response(iter([b"abc"]), streaming=True)

    messages = ask(wsgi, method="HEAD")
    assert content(messages) == b""
    assert (b"content-length", b"3") in messages[0]["headers"]


@pytest.mark.parametrize(("method", "expected"), [("GET", b"x" * 200_000), ("HEAD", b"")])
def test_a_file_is_sent_without_a_thread_of_ours_and_closed(method, expected):
    file = BytesIO(b"x" * 200_000)

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file)

    assert content(ask(wsgi, method=method)) == expected
    assert file.closed
    assert FileBody(BytesIO()).block_size


def test_slow_readers_of_files_do_not_hold_the_threads():
    def wsgi(environ, start_response):
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/file":
            return environ["wsgi.file_wrapper"](BytesIO(b"x" * 10))
        return Response([b"page"])

    async def both():
        bridge = Bridge(wsgi, threads=1, max_body=10, patience=5)
        blocked = asyncio.Event()

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def never_taken(message):
            if message["type"] == "http.response.body":
                blocked.set()
                await asyncio.sleep(60)

        scope = {
            "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1",
            "path": "/file", "raw_path": b"/file", "query_string": b"", "headers": [],
        }  # fmt: skip
        slow = asyncio.create_task(bridge(scope, receive, never_taken))
        await blocked.wait()
        page = await asyncio.wait_for(_ask(bridge, path=b"/page"), 2)
        slow.cancel()
        return page

    assert content(asyncio.run(both())) == b"page"


def test_beyond_what_can_wait_a_request_is_asked_to_come_back():
    release = threading.Event()

    def slow(environ, start_response):
        release.wait(5)
        start_response("200 OK", [])
        return Response([b"done"])

    async def crowd():
        bridge = Bridge(slow, threads=1, max_body=10, max_waiting=2)
        first = [asyncio.create_task(_ask(bridge)) for _ in range(2)]
        await asyncio.sleep(0.05)
        third = await _ask(bridge)
        release.set()
        return third, await asyncio.gather(*first)

    third, first = asyncio.run(crowd())
    assert status(third) == 503
    assert [status(messages) for messages in first] == [200, 200]


def test_a_client_gone_before_its_body_arrived_costs_no_thread():
    called = []
    leave = threading.Event()
    leave.set()

    def wsgi(environ, start_response):
        called.append(1)

    assert ask(wsgi, body=[], leave=leave) == []
    assert not called
