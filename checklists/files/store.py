"""The store of evidence: bytes under their SHA-256, behind Django's storage API.

A file is kept before the row that names it, so that no row is without its file. A file whose row
never came is harmless; `operations.stored_files` takes it away after a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.files.arriving import ArrivedFile
from checklists.files.kinds import contradicts, media_type
from checklists.files.names import clean_name

BLOCK = 256 * 1024
FRESH = timedelta(hours=1)
"""A file kept this recently is not kept again; an older one is, so that no sweep takes it."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file in the store, as an event and a row tell of it."""

    name: str
    sha256: str
    size: int
    media_type: str


class Changed(Exception):
    """The file under this digest holds other bytes; the argument is their digest."""


def the_store() -> Storage:
    """Where evidence is kept, as EVIDENCE_URL says."""
    return storages["evidence"]


def name_of(sha256: str) -> str:
    """Where the file with these bytes lies: ``ab/abcdef…``."""
    return f"{sha256[:2]}/{sha256}"


def checked_file(file: ArrivedFile) -> FileFacts:
    """What the file is. Raises Invalid (too_large, empty_file, not_what_it_says)."""
    name = clean_name(file.name or "")
    if file.too_large:
        raise Invalid(
            _("“%(name)s” is larger than %(limit)s, the limit for one file. Attach a link to it.")
            % {"name": name, "limit": filesizeformat(settings.EVIDENCE_MAX_BYTES)},
            code="too_large",
            field="file",
        )
    if not file.size:
        raise Invalid(
            _("“%(name)s” is empty, so it shows nothing.") % {"name": name},
            code="empty_file",
            field="file",
        )
    seen = media_type(file.head)
    if contradicts(name, seen):
        raise Invalid(
            _(
                "“%(name)s” is not what its name says: its content is %(seen)s. Give it the "
                "right name, or attach the right file."
            )
            % {"name": name, "seen": seen},
            code="not_what_it_says",
            field="file",
        )
    return FileFacts(name, file.sha256, file.size, seen)


def keep(file: ArrivedFile) -> FileFacts:
    """Check the file and keep its bytes, once however often they are given.

    Not to be called in a transaction: nobody waits for a lock while bytes are written. Raises what
    `checked_file` raises, and OSError if the store does not take it.
    """
    facts = checked_file(file)
    store, name = the_store(), name_of(facts.sha256)
    if not _is_fresh(store, name, facts.size):
        store.save(name, file)
    return facts


def kept(sha256: str) -> File[Any]:
    """The file with these bytes, verified, and to be read from its start.

    Raises FileNotFoundError, and Changed if its bytes are others.
    """
    store = the_store()
    name = name_of(sha256)
    if not store.exists(name):
        raise FileNotFoundError(name)
    file = store.open(name)
    try:
        found = _digest(file)
        if found != sha256:
            raise Changed(found)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def look_at(sha256: str) -> str:
    """The digest of what lies under this one; nothing if no file does."""
    try:
        kept(sha256).close()
    except FileNotFoundError:
        return ""
    except Changed as changed:
        return str(changed)
    return sha256


def digests_kept() -> Iterator[str]:
    """The digests under which something lies."""
    store = the_store()
    for folder in store.listdir("")[0]:
        if len(folder) == 2:
            yield from store.listdir(folder)[1]


def _is_fresh(store: Storage, name: str, size: int) -> bool:
    if not store.exists(name) or store.size(name) != size:
        return False
    return timezone.now() - store.get_modified_time(name) < FRESH


def _digest(file: IO[bytes] | File[Any]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(BLOCK):
        digest.update(piece)
    return digest.hexdigest()
