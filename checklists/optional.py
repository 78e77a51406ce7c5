"""Packages that only some installations use, loaded at their first use.

Loading redis costs a quarter of a second of every start and 20 MB of every process; the embedded
default never needs it.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    import redis
else:
    redis = SimpleLazyObject(partial(import_module, "redis"))

__all__ = ["redis"]
