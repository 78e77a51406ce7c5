"""The German catalogue: complete, of the same shape as the English, and compiled."""

from __future__ import annotations

import gettext
import re

from tests.language.strings import CATALOGUE, catalogue, messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|(?<!%)%[sd]|\{\w*\}|%%")
HOW = "run `make messages`, then translate what is new in locale/de"


def test_everything_marked_is_in_the_catalogue_and_nothing_else():
    entries, _ = catalogue()
    assert messages() - set(entries) == set(), HOW
    assert set(entries) - messages() == set(), HOW


def test_every_message_has_a_translation():
    entries, guesses = catalogue()
    assert [text for (_, text, _), said in entries.items() if not all(said)] == []
    assert guesses == []


def test_translations_hold_the_same_placeholders():
    entries, _ = catalogue()
    for (_, text, many), said in entries.items():
        wanted = [text, many] if many else [text]
        for english, german in zip(wanted, said, strict=True):
            # The singular may say "one" in words.
            needed = set(PLACEHOLDER.findall(many or english))
            assert set(PLACEHOLDER.findall(german)) <= needed, english
            assert many or set(PLACEHOLDER.findall(german)) == needed, english
            assert (german[:1].isspace(), german[-1:].isspace()) == (
                english[:1].isspace(),
                english[-1:].isspace(),
            ), english


def test_the_compiled_catalogue_is_that_of_the_source():
    entries, _ = catalogue()
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    expected = {"": compiled[""]}
    for (context, text, many), said in entries.items():
        key = f"{context}\x04{text}" if context else text
        expected |= {(key, at): each for at, each in enumerate(said)} if many else {key: said[0]}
    assert compiled == expected, HOW
