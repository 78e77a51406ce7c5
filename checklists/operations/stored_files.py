"""Files in the store that no evidence names: left by a transaction that was refused or lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from checklists.files.folder import FolderStorage
from checklists.files.store import digests_kept, name_of, the_store
from checklists.models import Evidence

logger = logging.getLogger(__name__)

SPARED = timedelta(days=1)
"""A file this young may belong to a request that has not ended."""

BATCH = 500


def sweep_files() -> int:
    """Take away files that nothing names and nobody is about to name; answers how many.

    Evidence is never deleted, so what is named once stays. Whoever attaches the same bytes again
    keeps them anew first, so a file that is taken away here is no longer wanted.
    """
    oldest = timezone.now() - SPARED
    swept, batch = 0, []
    for digest in digests_kept():
        batch.append(digest)
        if len(batch) == BATCH:
            swept, batch = swept + _sweep(batch, oldest.timestamp()), []
    swept += _sweep(batch, oldest.timestamp())
    _sweep_drafts(oldest.timestamp())
    if swept:
        logger.info("Took away %d stored files that nothing names.", swept)
    return swept


def _sweep(digests: list[str], oldest: float) -> int:
    """Take away those of the files that are old, and that no row names."""
    store = the_store()
    named = set(Evidence.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    left = [name_of(digest) for digest in digests if digest not in named]
    old = [name for name in left if store.get_modified_time(name).timestamp() < oldest]
    for name in old:
        store.delete(name)
    return len(old)


def _sweep_drafts(oldest: float) -> None:
    """Take away what crashes left half written."""
    store = the_store()
    places: list[Iterable[Path]] = [Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")]
    if isinstance(store, FolderStorage):
        places.append(store.drafts())
    for place in places:
        for draft in place:
            if draft.stat().st_mtime < oldest:
                draft.unlink(missing_ok=True)
