"""What a file is, by its first bytes: never by its name, and never by what the sender calls it.

A type is for people to read and for the log. No file is served by it, and archives are not opened,
so a file that is two things at once, or swells when unpacked, gains nothing here. Pure.
"""

from __future__ import annotations

import re
from pathlib import PurePath

UNKNOWN = "application/octet-stream"

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (257, b"ustar", "application/x-tar"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<svg\b", re.IGNORECASE), "image/svg+xml"),
    (re.compile(r"<(?:!doctype\s+html|html|head|body|script|iframe)\b", re.I), "text/html"),
    (re.compile(r"^<\?xml\s", re.IGNORECASE), "application/xml"),
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_BY_ENDING = {
    "png": ("image/png",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "pdf": ("application/pdf",),
    "zip": ("application/zip",),
    "gz": ("application/gzip",),
    "tgz": ("application/gzip",),
    "docx": ("application/zip",),
    "xlsx": ("application/zip",),
    "pptx": ("application/zip",),
    "mp4": ("video/mp4",),
    "webm": ("video/webm",),
}
"""What a file with such a name must be."""


def media_type(head: bytes) -> str:
    """The type of a file that begins so; UNKNOWN for what is neither known nor text."""
    for start, magic, name in _MAGIC:
        if head[start : start + len(magic)] == magic:
            return name
    text = _text(head)
    if text is None:
        return UNKNOWN
    beginning = text.lstrip("\ufeff \t\r\n")
    return next((name for found, name in _MARKUP if found.search(beginning)), "text/plain")


def contradicts(name: str, seen: str) -> bool:
    """Whether the name promises a type that the content is not."""
    ending = PurePath(name).suffix.removeprefix(".").lower()
    return ending in _BY_ENDING and seen not in _BY_ENDING[ending]


def _text(head: bytes) -> str | None:
    """The beginning as text, if it is some; a character cut at the end counts for nothing."""
    try:
        text = head.decode("utf-16") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else _utf8(head)
    except UnicodeDecodeError:
        return None
    return None if _BINARY.search(text) else text


def _utf8(head: bytes) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError as cut:
        if cut.reason != "unexpected end of data":
            raise
        return head[: cut.start].decode()
