"""What one audience is sent, in order: its watchers, its last frames, and who is given what.

Runs on the event loop alone and never waits, so there is nothing to lock.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, field
from typing import Any, cast

from checklists.stream.sharing import Shared
from checklists.stream.source import Audience, Head, Viewer
from checklists.stream.wire import HEARTBEAT

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Looks = Mapping[int, int]
"""Hashes of what was last given out, by item id: enough to see that a row looks different."""

RING_FRAMES = 256
MOST_PENDING = 256


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a channel has come. `sweep` asks also for what time alone has changed."""

    head: Head
    shown: Looks = field(default_factory=dict)
    sweep: bool = False
    watchers: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Bytes that cover the events first..last. Both are 0 for bytes that cover none."""

    first: int
    last: int
    body: bytes


class Watcher:
    """One open stream. `pending` collects frames while older ones are being replayed."""

    __slots__ = ("ended", "pending", "send", "sent", "slot", "task", "until", "viewer")

    def __init__(self, send: Send, viewer: Viewer, *, after: int) -> None:
        self.send = send
        self.viewer = viewer
        self.sent = after
        self.pending: list[Frame] | None = []
        self.task = asyncio.current_task()
        self.ended = False
        self.slot = 0
        self.until = 0.0

    def wants(self, frame: Frame) -> bool:
        """Not twice: a frame whose events were all delivered is not for this watcher."""
        return not frame.last or frame.last > self.sent

    def offer(self, frames: Sequence[Frame], all_of_them: Message) -> bool:
        """Deliver the frames, or keep them until the replay is over. False if it is too slow."""
        if self.pending is not None:
            self.pending += frames
            return len(self.pending) <= MOST_PENDING
        # Frames come in order: whoever wants the first wants all, and all share one message.
        if self.wants(frames[0]):
            message = all_of_them
        elif wanted := [frame for frame in frames if self.wants(frame)]:
            message = message_of(wanted)
        else:
            return True
        self.sent = max(self.sent, *(frame.last for frame in frames))
        return try_send(self.send, message)

    async def write(self, body: bytes) -> None:
        """Send and wait until the client takes it; only while it is being brought up to date."""
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def go_live(self) -> None:
        """Send what came meanwhile until nothing is left; from then on frames go out at once."""
        while kept := self._take_pending():
            await self.send(message_of(kept))
        self.pending = None

    def beat(self) -> bool:
        """Send a heartbeat. False if the client does not read."""
        if self.pending is not None:
            return True
        return try_send(
            self.send, {"type": "http.response.body", "body": HEARTBEAT, "more_body": True}
        )

    def end(self, body: bytes = b"") -> None:
        """Finish the response with these last bytes, as far as the client takes them."""
        if self.ended:
            return
        self.ended = True
        try_send(self.send, {"type": "http.response.body", "body": body, "more_body": False})
        self._leave()

    def drop(self) -> None:
        """Give the watcher up without another byte: it does not read what it gets."""
        self.ended = True
        self._leave()

    def _leave(self) -> None:
        """Get the stream's task out of what it waits for, unless it is the one asking."""
        if self.task is not None and self.task is not asyncio.current_task():
            self.task.cancel()

    def _take_pending(self) -> list[Frame]:
        kept, self.pending = self.pending or [], []
        wanted = [frame for frame in kept if self.wants(frame)]
        self.sent = max([self.sent, *(frame.last for frame in wanted)])
        return wanted


def message_of(frames: Iterable[Frame]) -> Message:
    """The frames as one ASGI message: one write, one chunk."""
    body = b"".join(frame.body for frame in frames)
    return {"type": "http.response.body", "body": body, "more_body": True}


def try_send(send: Send, message: Message) -> bool:
    """Send without waiting: drive the server's coroutine once. False if it would have blocked.

    A client that does not read is dropped; it reconnects and gets what it missed. This keeps the
    slowest client from holding up the others, and costs no task per client and event.
    """
    attempt = cast(Coroutine[Any, Any, None], send(message))
    try:
        attempt.send(None)
    except StopIteration:
        return True
    except (OSError, RuntimeError):
        return False
    attempt.close()
    return False


class Channel:
    """A release watched in one language.

    `last` is the newest seq given out, `revision` the probes' state.

    `here` is what was last told of who is present, for those who come later.

    `fresh_at` is when something that is no event was last given out, `shown` what it looked like.
    """

    def __init__(self, audience: Audience, head: Head, shown: Looks) -> None:
        self.audience = audience
        self.last = head.seq
        self.revision = head.revision
        self.fresh_at = self.swept_at = time.time()
        self.sweep_due = False
        self.shown = shown
        self.here = b""
        self.watchers: set[Watcher] = set()
        self.replays: Shared[bytes] = Shared()
        self.unwatched_since: float | None = None
        self._ring: deque[Frame] = deque(maxlen=RING_FRAMES)

    def mark(self) -> Mark:
        """How far this channel has come, for the question what is new."""
        head = Head(self.last, self.revision)
        return Mark(head, self.shown, self.sweep_due, len(self.watchers))

    def swept(self, at: float, revision: int) -> None:
        """Remember that also what changes without an event was looked at."""
        self.swept_at, self.revision = at, revision
        self.sweep_due = False

    def push(self, frames: Sequence[Frame], said: bytes = b"") -> list[Watcher]:
        """Give the frames to everybody and keep them. Returns the watchers that are too slow.

        `said` goes with them but is not kept: who comes later gets what is, not what was done.
        """
        for frame in frames:
            if frame.first != self.last + 1:
                raise RuntimeError(f"seq {frame.first} after {self.last}: an event was skipped.")
            self.last = frame.last
        self._ring.extend(frames)
        self.replays.forget_all()
        return self._give([*frames, Frame(0, 0, said)]) if frames else []

    def push_fresh(self, body: bytes, at: float) -> list[Watcher]:
        """Give out bytes without an id. Frames kept from before would show rows as they were."""
        self.fresh_at = at
        self._ring.clear()
        self.replays.forget_all()
        return self._give([Frame(0, 0, body)])

    def tell_presence(self, body: bytes) -> list[Watcher]:
        """Give out who is here now. Returns the watchers that are too slow."""
        self.here = body
        return self._give([Frame(0, 0, body)])

    def recall(self, after: int) -> list[Frame] | None:
        """The kept frames that cover everything after that seq; None if some are gone."""
        if after >= self.last:
            return []
        if not self._ring or self._ring[0].first > after + 1:
            return None
        return [frame for frame in self._ring if frame.last > after]

    def _give(self, frames: Sequence[Frame]) -> list[Watcher]:
        message = message_of(frames)
        slow = [w for w in tuple(self.watchers) if not w.offer(frames, message)]
        self.watchers.difference_update(slow)
        return slow
