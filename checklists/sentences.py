"""Sentences that are put into words when they are shown, not when they are made.

What the gate says is kept, and shown to people of several languages. So it is the English text and
the values in it; `str()` looks the text up in the language of whoever reads now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext

from checklists.moments import day


@dataclass(frozen=True, slots=True)
class Sentence:
    """The English text, marked with `gettext_noop`, and what stands for its `%(name)s`.

    A moment is written as its day; of several texts each is named, with commas between.
    """

    text: str
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        said = gettext(self.text)
        return (
            said % {name: _written(value) for name, value in self.values} if self.values else said
        )

    def naming(self, names: Mapping[str, str]) -> Sentence:
        """The sentence with names in place of slugs and keys; what has none stays as it is."""
        return replace(self, values=tuple((key, _named(v, names)) for key, v in self.values))


Value = str | int | datetime | Sentence | tuple[str, ...]


def sentence(text: str, **values: Value) -> Sentence:
    """A sentence with these values."""
    return Sentence(text, tuple(values.items()))


def _written(value: Value) -> str:
    if isinstance(value, datetime):
        return day(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _named(value: Value, names: Mapping[str, str]) -> Value:
    if isinstance(value, tuple):
        return tuple(names.get(each, each) for each in value)
    if isinstance(value, Sentence):
        return value.naming(names)
    return names.get(value, value) if isinstance(value, str) else value
