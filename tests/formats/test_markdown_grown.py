"""Files grown from every shape: nothing that a reader sees is lost, nothing is made up."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from checklists.errors import Invalid
from checklists.formats.content import digest, to_content
from checklists.formats.markdown import read_markdown, words, write_markdown
from checklists.formats.tree import ImportResult, LineKind
from tests.formats.growing import documents
from tests.formats.oracle import boxes_a_gfm_reader_sees
from tests.formats.strategies import files
from tests.fuzzing import examples

GROWN = settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
_WORD = re.compile(r"(?:box|text)\d+")


def read(text: str) -> ImportResult:
    """The result; a file without any item teaches nothing here."""
    try:
        return read_markdown(text)
    except Invalid as refused:
        assume(refused.code != "no_items")
        raise


@GROWN
@given(st.one_of(documents(), files()))
def test_every_box_a_gfm_reader_sees_is_an_item(text):
    try:
        result = read(text)
    except Invalid:
        return
    kinds = {line.number: line for line in result.lines}
    for number, shown in boxes_a_gfm_reader_sees(text):
        line = kinds[number]
        apart = (words.OPTIONS, words.CONTENTS)
        assert line.kind == LineKind.ITEM or line.why in apart, (line, shown)


@GROWN
@given(documents())
def test_no_item_is_made_up_and_each_stands_on_its_line(text):
    try:
        result = read(text)
    except Invalid:
        return
    by_key = {line.key: line.text for line in result.lines if line.kind == LineKind.ITEM}
    for item in result.tree.items():
        named = _WORD.findall(item.title)
        if item.key in by_key and named:
            assert set(named) <= set(_WORD.findall(text))
    lines = [line for line in result.lines if line.kind == LineKind.ITEM]
    titles = " ".join(item.title for item in result.tree.items())
    assert all(set(_WORD.findall(line.text)[:1]) <= set(_WORD.findall(titles)) for line in lines)


@GROWN
@given(documents())
def test_no_word_is_lost(text):
    try:
        result = read(text)
    except Invalid:
        return
    kept = [to_content(result.tree), *(answer.words for answer in result.answers)]
    reported = [line.text for line in result.lines if line.why]
    assert set(_WORD.findall(text)) <= set(_WORD.findall(" ".join([*kept, *reported])))


@GROWN
@given(documents())
def test_every_line_is_listed_once_and_none_is_dropped_in_silence(text):
    try:
        result = read(text)
    except Invalid:
        return
    assert [line.text for line in result.lines] == text.removesuffix("\n").split("\n")
    assert all(line.why for line in result.lines if line.kind == LineKind.IGNORED)
    reported = [(line.number, line.why) for line in result.lines if line.why]
    assert [(line.line, line.why) for line in result.ignored] == reported


@GROWN
@given(documents())
def test_exporting_and_importing_gives_the_same_digest(text):
    try:
        tree = read(text).tree
    except Invalid:
        return
    assert digest(read_markdown(write_markdown(tree)).tree) == digest(tree)
