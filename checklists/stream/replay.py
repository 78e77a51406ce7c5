"""What a client has missed: from the frames kept in memory, or from the database, once for all."""

from __future__ import annotations

from checklists.stream import frames, wire
from checklists.stream.channel import Channel, Watcher
from checklists.stream.desk import Desk
from checklists.stream.source import Ask

SEEN_STEP_MS = 10_000


async def missed(desk: Desk, channel: Channel, watcher: Watcher, ask: Ask) -> list[bytes]:
    """The bytes that bring the client up to `channel.last`; `watcher.sent` says so afterwards."""
    bodies = []
    if watcher.sent > channel.last:
        bodies.append(await _from_the_future(desk, channel, watcher))
    elif watcher.sent < channel.last:
        bodies.append(await _events(desk, channel, watcher))
    if ask.seen is not None and ask.seen < round(channel.fresh_at * 1000):
        bodies.append(await _fresh(desk, channel, ask.seen))
    return [body for body in bodies if body]


async def _from_the_future(desk: Desk, channel: Channel, watcher: Watcher) -> bytes:
    """The client knows more than the hub: it was quicker, or the database was put back."""
    heads, _ = await desk.door(lambda source: source.heads([channel.audience.release_id]))
    head = heads[channel.audience.release_id].seq
    if watcher.sent <= head:
        return b""
    watcher.sent = head
    return wire.resync(head)


async def _events(desk: Desk, channel: Channel, watcher: Watcher) -> bytes:
    audience, after, upto = channel.audience, watcher.sent, channel.last
    watcher.sent = upto
    kept = channel.recall(after)
    if kept is not None:
        return b"".join(frame.body for frame in kept)
    return await channel.replays.get(
        ("events", after, upto),
        desk.door(lambda source: frames.replay(source, audience, after, upto)),
    )


async def _fresh(desk: Desk, channel: Channel, seen: int) -> bytes:
    audience, last = channel.audience, channel.last
    # Rounded down, so that pages opened within a few seconds share one rendering.
    since = seen - seen % SEEN_STEP_MS
    return await channel.replays.get(
        ("fresh", since), desk.door(lambda source: frames.catch_up(source, audience, since, last))
    )
