"""Finds the people that a text names with an @. Pure.

Somebody is called by their address, by what stands before its @, or by the first word or words of
their name, in any case. A call that would mean two people means neither: the longest call that
means one alone counts, and what names nobody is just text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

SHORTEST = 2
"""Characters of a call: one letter is too easily meant otherwise."""

# An address in running text is no call: nothing that could be part of one stands before the @.
_AT = re.compile(r"(?<![\w@.+/-])@(?=\w)")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can be named. `pid` is who they are, whatever they are called."""

    pid: str
    name: str
    email: str = ""

    @property
    def calls(self) -> Iterator[str]:
        """Everything they can be called by; of several words each beginning."""
        words = self.name.split()
        yield from (" ".join(words[:count]) for count in range(1, len(words) + 1))
        if self.email:
            yield self.email
            yield self.email.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a text names somebody; the @ is at `start`, and `end` is behind the name."""

    start: int
    end: int
    pid: str


def find(text: str, people: Iterable[Named]) -> Iterator[Found]:
    """Every place where one of these people, and nobody else of them, is named, in order."""
    calls = _calls(people)
    lengths = sorted({len(call) for call in calls}, reverse=True)
    for at in _AT.finditer(text):
        if found := _longest(text, at.end(), calls, lengths):
            length, pid = found
            yield Found(at.start(), at.end() + length, pid)


def named_in(text: str, people: Iterable[Named]) -> list[str]:
    """The pids of those whom a text names, each once, in order."""
    return list(dict.fromkeys(found.pid for found in find(text, people)))


def how_to_call(people: Sequence[Named]) -> dict[str, str]:
    """What to write behind the @ for each person by pid: their name, or what means them alone.

    Whoever cannot be told apart from somebody else is left out.
    """
    calls = _calls(people)
    found = {}
    for person in people:
        whole = " ".join(person.name.split())
        ways = (whole, person.email.partition("@")[0], person.email)
        if call := next((way for way in ways if calls.get(way.lower()) == person.pid), ""):
            found[person.pid] = call
    return found


def _calls(people: Iterable[Named]) -> Mapping[str, str]:
    """Who is meant by what, where it means one alone."""
    meant: dict[str, set[str]] = {}
    for person in people:
        for call in person.calls:
            if len(call) >= SHORTEST:
                meant.setdefault(call.lower(), set()).add(person.pid)
    return {call: next(iter(pids)) for call, pids in meant.items() if len(pids) == 1}


def _longest(
    text: str, start: int, calls: Mapping[str, str], lengths: Sequence[int]
) -> tuple[int, str] | None:
    """How long the longest call is that stands there as whole words, and who is meant."""
    for length in lengths:
        end = start + length
        ends = end <= len(text) and (end == len(text) or not _goes_on(text, end))
        if ends and (pid := calls.get(text[start:end].lower())):
            return length, pid
    return None


def _goes_on(text: str, end: int) -> bool:
    """Whether the word before `end` goes on there: "@Sam" is not named by "@Samantha"."""
    return text[end].isalnum() or text[end] == "_"
