"""Keeping what is made of words: for each language on its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.utils.translation import get_language

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


class Spoken(Generic[Arguments, Made]):
    """A function whose results are kept as `lru_cache` does, by argument and active language."""

    def __init__(self, function: Callable[Arguments, Made], maxsize: int) -> None:
        update_wrapper(self, function)

        @lru_cache(maxsize=maxsize)
        def kept(language: str | None, *args: Hashable, **kwargs: Hashable) -> Made:
            make: Callable[..., Made] = function
            return make(*args, **kwargs)

        self._kept: Any = kept
        self.cache_info = kept.cache_info
        self.cache_clear = kept.cache_clear

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        made: Made = self._kept(get_language(), *args, **kwargs)
        return made


def kept_in_each_language(
    maxsize: int,
) -> Callable[[Callable[Arguments, Made]], Spoken[Arguments, Made]]:
    """Decorate a function of hashable arguments that puts something into words."""

    def decorate(function: Callable[Arguments, Made]) -> Spoken[Arguments, Made]:
        return Spoken(function, maxsize)

    return decorate
