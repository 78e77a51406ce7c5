"""Files as they arrive and as they are stored."""

from __future__ import annotations

from checklists.files import ArrivedFile, FileFacts, keep
from checklists.files.arriving import MeasuringHandler

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
CHUNK = 64 * 1024


def arrived(name: str, content: bytes, *, content_type: str = "image/png") -> ArrivedFile:
    """A file that was sent in chunks, with whatever type its sender claims."""
    handler = MeasuringHandler()
    handler.new_file("file", name, content_type, None, None, None)
    for start in range(0, len(content), CHUNK):
        handler.receive_data_chunk(content[start : start + CHUNK], start)
    return handler.file_complete(len(content))


def stored(name: str, content: bytes) -> FileFacts:
    """A file in the store."""
    with arrived(name, content) as file:
        return keep(file)
