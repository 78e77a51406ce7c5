"""Evidence in a folder of this host: behind Django's storage API, like any other store."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

ARRIVING = ".arriving"
"""Where a file is while it is written; a crash leaves it here, under no name that counts."""


class FolderStorage(FileSystemStorage):
    """A file appears under its name at once and whole, or not at all.

    Writing under a name that is taken replaces the file: names are digests, so it is the same one.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself."""
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        arriving = Path(self.location) / ARRIVING
        for folder in (Path(self.location), arriving, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=arriving)  # its owner's alone: 0600
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in content.chunks():
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _make_lasting(target.parent)
        return name

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files; none before the first file."""
        return super().listdir(path) if Path(self.path(path)).exists() else ([], [])

    def drafts(self) -> Iterator[Path]:
        """What is being written now, and what crashes left half written."""
        return (Path(self.location) / ARRIVING).glob("*")


def _make_lasting(folder: Path) -> None:
    """The name, too, survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
