"""Files that people attach: how they arrive, what they are, and where their bytes are kept.

Nothing here knows of releases or people. A file is never unpacked, rendered or trusted: it is
counted, hashed, looked at for what it is, and kept under its SHA-256.
"""

from checklists.files.arriving import ArrivedFile, written_here
from checklists.files.names import clean_name
from checklists.files.store import FileFacts, checked_file, keep, kept, look_at

__all__ = [
    "ArrivedFile",
    "FileFacts",
    "checked_file",
    "clean_name",
    "keep",
    "kept",
    "look_at",
    "written_here",
]
