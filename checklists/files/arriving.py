"""A file while it arrives: written to disk piece by piece, counted and hashed on the way.

This is the upload handler of every form and of the API, so no file is ever whole in memory. What is
longer than a file may be is read past and not kept; whoever asked for the file says so in words.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

HEAD_BYTES = 4096
"""So much of a file's beginning is enough to say what it is."""


class ArrivedFile(TemporaryUploadedFile):
    """A file that has arrived whole, or is `too_large` and was not kept.

    `sha256` is that of its bytes, `head` their beginning, and `size` how many were sent.
    """

    sha256: str
    head: bytes
    too_large: bool


def written_here(name: str, content: bytes) -> ArrivedFile:
    """A file that nobody sent: the same, with content made by the program."""
    handler = MeasuringHandler()
    handler.new_file("file", name, "", None, None, None)
    handler.receive_data_chunk(content, 0)
    return handler.file_complete(len(content))


class MeasuringHandler(TemporaryFileUploadHandler):
    """Keeps what arrives, up to EVIDENCE_MAX_BYTES, as an ArrivedFile."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.file: ArrivedFile = ArrivedFile(
            self.file_name or "", self.content_type, 0, self.charset, self.content_type_extra
        )
        self._digest = hashlib.sha256()
        self._head = b""
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece, unless the file is too large already."""
        self._size += len(raw_data)
        if self._size > settings.EVIDENCE_MAX_BYTES:
            return
        self._digest.update(raw_data)
        if len(self._head) < HEAD_BYTES:
            self._head = (self._head + raw_data)[:HEAD_BYTES]
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> ArrivedFile:
        """The file, ready to be read from its start."""
        file = self.file
        file.too_large = self._size > settings.EVIDENCE_MAX_BYTES
        if file.too_large:
            file.truncate(0)
        file.seek(0)
        file.size = self._size
        file.sha256, file.head = self._digest.hexdigest(), self._head
        return file
