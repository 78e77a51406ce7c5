"""A log in memory and clients without a network, for tests of the hub's order and limits."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checklists.errors import Unauthenticated
from checklists.stream.hub import Hub
from checklists.stream.places import Limits
from checklists.stream.source import Ask, Audience, Change, Head, Viewer


@dataclass
class MemoryPicture:
    """Rows by number; counters count events."""

    probed: dict[int, str]
    count: int
    language: str = "en"

    def rows(self, item_ids: Collection[int] | None = None) -> dict[int, str]:
        wanted = self.probed if item_ids is None else item_ids
        return {i: self.probed.get(i, f"<li>{i}</li>") for i in sorted(wanted)}

    def said(self, changes: Sequence[Change]) -> list[tuple[str, str]]:
        return [("p_1", f"<p>{change.event}</p>") for change in changes if change.event]

    def counters(self, item_ids: Collection[int]) -> str:
        return (
            f"<b lang={self.language}>{self.count}</b>"
            if self.language != "en"
            else f"<b>{self.count}</b>"
        )


@dataclass
class MemorySource:
    """Releases as lists of changes. `html` counts what was rendered."""

    log: dict[int, list[Change]] = field(default_factory=lambda: {1: []})
    revisions: dict[int, int] = field(default_factory=dict)
    probed: dict[int, str] = field(default_factory=dict)
    installation: int = 0
    allowed: bool = True
    broken: Exception | None = None
    poll_every: float = 0.01
    rendered: int = 0
    replayed: int = 0
    asked_who: int = 0
    gate: Any = None

    def add(self, release_id: int = 1, count: int = 1, **kwargs: Any) -> None:
        for _ in range(count):
            events = self.log[release_id]
            item_ids = frozenset([len(events) + 1])
            events.append(Change(len(events) + 1, **{"item_ids": item_ids, **kwargs}))

    def authenticate(self, ask: Ask) -> Viewer:
        if "cookie" not in ask.headers:
            raise Unauthenticated("Sign in first.")
        shown = ask.headers.get("x-shown") == "yes"
        return Viewer(int(ask.headers["cookie"]), ask.release_id, shown=shown)

    def still_allowed(self, viewers: Collection[Viewer]) -> set[Viewer]:
        return set(viewers) if self.allowed else set()

    def changed(self) -> bool:
        return True

    def heads(self, release_ids: Collection[int]) -> tuple[Mapping[int, Head], int]:
        heads = {
            i: Head(len(self.log[i]), self.revisions.get(i, 0))
            for i in release_ids
            if i in self.log
        }
        return heads, self.installation

    def changes(self, release_id: int, after: int, upto: int) -> list[Change]:
        self.replayed += 1
        if self.gate is not None:
            self.gate()
        if self.broken:
            raise self.broken
        return self.log[release_id][after:upto]

    def picture(self, audience: Audience) -> MemoryPicture:
        self.rendered += 1
        count = len(self.log[audience.release_id])
        return MemoryPicture(dict(self.probed), count, audience.language)

    def present(self, audience: Audience, people: Sequence[int]) -> str:
        self.asked_who += 1
        return f"<p>{audience.language}: {' '.join(map(str, people))}</p>" if people else ""

    def volatile(self, release_id: int, since: datetime) -> Collection[int]:
        return list(self.probed)

    def rest(self) -> None:
        pass

    def leave(self) -> None:
        pass


@dataclass
class Received:
    """One server-sent event."""

    id: int | None = None
    event: str = "message"
    data: str = ""


class Client:
    """One request at the hub, in this process. `reads = False` blocks the server's send."""

    def __init__(
        self,
        hub: Hub,
        release: int = 1,
        *,
        after: int | str | None = None,
        person: int | None = 7,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        seen: int | None = None,
        language: str | None = None,
    ) -> None:
        asked = {"after": after, "seen": seen, "language": language}
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
        given = {"cookie": str(person)} if person else {}
        self.scope = {
            "type": "http",
            "method": method,
            "path": f"/releases/{release}/live/",
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in {**given, **(headers or {})}.items()],
        }
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.complete = False
        self.reads = True
        self._gone = asyncio.Event()
        self._blocked = asyncio.Event()
        self.task = asyncio.create_task(hub(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Mapping[str, Any]) -> None:
        if not self.reads:
            await self._blocked.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            return
        if self.complete:
            raise RuntimeError("sent after the end")
        self.body += message["body"]
        self.complete = not message.get("more_body", False)

    async def leave(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, 2)

    def events(self) -> list[Received]:
        return parse(self.body)

    def ids(self) -> list[int]:
        return [event.id for event in self.events() if event.id is not None]


def parse(body: bytes) -> list[Received]:
    """The events in a stream of bytes, comments left out."""
    events = []
    for block in body.decode().split("\n\n"):
        event, data = Received(), []
        for line in block.splitlines():
            name, _, value = line.partition(":")
            if name == "id":
                event.id = int(value)
            elif name == "event":
                event.event = value.strip()
            elif name == "data":
                data.append(value.removeprefix(" "))
        if data:
            event.data = "\n".join(data)
            events.append(event)
    return events


async def until(condition: Any, seconds: float = 2.0) -> None:
    """Let the loop run until the condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


def hub_on(source: MemorySource, **limits: Any) -> Hub:
    return Hub(source, limits=Limits(**limits))
