"""The bytes on the wire: server-sent events, as docs/operations/streaming.md names them."""

from __future__ import annotations

HEARTBEAT = b":\n\n"
"""A comment: keeps proxies from closing a quiet stream, and finds dead connections."""


def message(seq: int, html: str = "") -> bytes:
    """The event of that seq. Without HTML it still counts, so that ids have no gap."""
    return b"id: %d\n%b\n" % (seq, _data(html))


def resync(seq: int, *, within: int = 0) -> bytes:
    """Everything up to seq is covered: fetch the page again and go on from there.

    `within` is in milliseconds: so many clients are told at once that each should choose a moment
    of its own.
    """
    return b"event: resync\nid: %d\ndata: %d\n\n" % (seq, within)


def fresh(html: str, milliseconds: int) -> bytes:
    """A change that is no event: a verdict, an age. It has no id and is not replayed.

    It is a named event because browsers repeat the last id on a message that has none.
    """
    return b"event: fresh\n%b\n%b" % (_data(html), seen(milliseconds))


def seen(milliseconds: int) -> bytes:
    """The server's time of what the page shows now: a client that was away sends it back."""
    return b"event: seen\ndata: %d\n\n" % milliseconds


def said(pid: str, html: str) -> bytes:
    """A note of what a person did: their pid on the first line, who need not be told, then HTML.

    It has no id: what happened is in the event's own message, and old notes are not news.
    """
    return b"event: said\n%b\n" % _data(f"{pid}\n{html}")


def presence(html: str) -> bytes:
    """Who is here now, all of them, as HTML to swap in. It has no id: only the newest is true."""
    return b"event: presence\n%b\n" % _data(html)


def bye(milliseconds: int) -> bytes:
    """The server ends the stream on purpose; come back after that time."""
    return b"event: bye\ndata: %d\n\n" % milliseconds


def _data(text: str) -> bytes:
    """The text as data lines. An empty text is one empty line: browsers drop a bare event."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"data: {line}\n" for line in lines).encode()
