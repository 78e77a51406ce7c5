"""The embedded cache: files that all processes of one host share."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class SharedFileCache(FileBasedCache):
    """Django's file cache with an atomic add(), on which one-time codes and rate limits rely.

    Django looks first and writes then, so two sign-ins could use one code at the same moment.
    """

    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        self._createdir()  # type: ignore[attr-defined]
        with open(Path(self._dir) / "add.lock", "w") as lock:  # type: ignore[attr-defined]
            fcntl.flock(lock, fcntl.LOCK_EX)
            return super().add(key, value, timeout, version)
