"""Every checklist survives every format; no text does harm to any of them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.errors import Invalid
from checklists.formats import FORMATS, WRITTEN, detect, format_named, writer_named
from checklists.formats.content import digest
from checklists.formats.data import read_json, read_yaml
from checklists.formats.data.compact import compact_text
from checklists.formats.data.plain import plain_data
from checklists.formats.tree import NOTHING_SAID, LineKind
from tests.formats.strategies import files, lines, prose, trees
from tests.fuzzing import examples

DATA = [name for name in WRITTEN if name != "markdown"]
EVERY = settings(max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck))


def read_or_refused(name, text, said=NOTHING_SAID):
    """What a text reads as; None if it is refused in words. Anything else raised is a fault."""
    try:
        return format_named(name).read(text, said)
    except Invalid as refused:
        if not (refused.message and refused.code):
            raise AssertionError("a refusal without words") from refused
        return None


@pytest.mark.parametrize("name", WRITTEN)
@EVERY
@given(tree=trees())
def test_every_checklist_survives_every_format(name, tree):
    text = writer_named(name)(tree)
    result = format_named(name).read(text)
    assert result.tree == tree
    assert digest(result.tree) == digest(tree)


@pytest.mark.parametrize("name", DATA)
@EVERY
@given(tree=trees())
def test_what_we_write_is_understood_whole(name, tree):
    result = format_named(name).read(writer_named(name)(tree).encode())
    assert result.ignored == ()
    assert not [line for line in result.lines if line.kind == LineKind.IGNORED or line.why]
    keys = {line.key for line in result.lines if line.kind == LineKind.ITEM}
    assert keys == {item.key for item in tree.items()}


@pytest.mark.parametrize("read", [read_json, read_yaml])
@EVERY
@given(tree=trees())
def test_the_short_form_for_long_checklists_survives_as_both(read, tree):
    assert read(compact_text(plain_data(tree))).tree == tree


@pytest.mark.parametrize("name", DATA)
@EVERY
@given(tree=trees())
def test_what_we_write_is_known_without_its_name(name, tree):
    assert detect("", writer_named(name)(tree)) == name


@EVERY
@given(tree=trees())
def test_no_cell_that_we_write_is_run_by_a_spreadsheet(tree):
    for row in csv.reader(io.StringIO(writer_named("csv")(tree).removeprefix("\ufeff"))):
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")]


_PIECES = st.sampled_from(
    [
        *("{", "}", "[", "]", ":", ",", '"', "- ", "\n", "  ", "title", "items", "sections"),
        *("&a", "*a", "#", "|", ">", "'", "null", "true", "1e999", "NaN", "<<", "!!binary "),
        *("---\n", "...\n", "%", "? ", "\t", ";", "=1+1", "done", "key", "kind", "format"),
        *("readiness-checklist", "rules", "related", "level", "\u2028", "\x85", "\ufeff", "a"),
        *("body", "type", "lists", "cards", "- [ ] x"),
    ]
)
_SOUP = st.lists(_PIECES, max_size=40).map("".join)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.one_of(st.text(max_size=200), _SOUP, prose(), files(), lines(), st.binary(max_size=99))
)
def test_no_text_does_harm(name, text):
    result = read_or_refused(name, text)
    if result is None:
        return
    assert [line.number for line in result.lines] == list(range(1, len(result.lines) + 1))
    reported = {found.line for found in result.ignored}
    for line in result.lines:
        assert line.kind != LineKind.IGNORED or line.number in reported
    keys = {item.key for item in result.tree.items()}
    assert {filled.key for filled in result.answers} <= keys


@pytest.mark.parametrize("name", FORMATS)
@EVERY
@given(
    text=st.one_of(_SOUP, prose(), files()),
    said=st.dictionaries(st.integers(1, 30), st.sampled_from(list(LineKind)), max_size=6),
)
def test_whatever_a_person_says_of_lines_is_read_or_refused(name, text, said):
    read_or_refused(name, text, said)


@EVERY
@given(text=st.one_of(st.text(max_size=200), _SOUP), name=st.sampled_from(["", "a.txt", "a.md"]))
def test_every_text_has_a_format(text, name):
    assert detect(name, text) in FORMATS
