"""The live stream: one pure ASGI callable that sends every watcher of a release what changed.

The audit log is the stream. `hub` holds the connections, `channel` keeps what one release sends
in order, `tail` finds out that a chain has grown, `source` says what the hub asks of the
database, `database` answers it, `frames` and `wire` make the bytes.
"""
