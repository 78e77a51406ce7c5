"""Checklists as people write them: each file beside what a person finds in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from checklists.formats import detect
from checklists.formats.content import digest, to_content
from checklists.formats.markdown import read_markdown, write_markdown
from checklists.formats.tree import MUST, ChecklistTree, ImportResult, LineKind
from tests.formats.oracle import boxes_a_gfm_reader_sees, words_of

FILES = Path(__file__).parent / "checklists"
NAMES = sorted(path.stem for path in FILES.glob("*.md"))
_LETTERS = re.compile(r"[^\W_]{2,}")


def result_of(name: str) -> ImportResult:
    return read_markdown((FILES / f"{name}.md").read_text(encoding="utf-8"))


def outline(tree: ChecklistTree) -> Iterator[str]:
    """Headings and items as an indented text, with what is not usual about an item behind it."""
    for section in tree.sections:
        if section.title:
            yield f"## {section.title}"
        for group in section.groups:
            if group.title:
                yield f"### {group.title}"
            depths = {"": -1}
            for item in group.items:
                depths[item.key] = depths[item.parent] + 1
                marks = [item.requirement] if item.requirement != MUST else []
                marks += ["close"] if item.stage == "close" else []
                marks += ["n/a"] if item.na_allowed else []
                notes = f" <{', '.join(marks)}>" if marks else ""
                yield "  " * depths[item.key] + f"- {item.title}{notes}"


def seen(result: ImportResult) -> dict[str, object]:
    answers = {
        answer.line: " | ".join(filter(None, (answer.answer, answer.words)))
        for answer in result.answers
    }
    found: dict[str, object] = {
        "title": result.tree.title,
        "outline": "\n".join(outline(result.tree)) + "\n",
        "answers": answers,
        "odd": [line.line for line in result.ignored],
    }
    return {name: value for name, value in found.items() if value}


def test_there_are_twenty_of_them():
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", ["list.md", "list.html", "LIST.HTM", "list.markdown"])
def test_its_name_says_so(name):
    assert detect(name, "<!doctype html><ul><li>☐ a</ul>") == "markdown"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_as_a_person_reads_it(name):
    expected = yaml.safe_load((FILES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert seen(result_of(name)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_listed_once_and_every_left_out_line_has_a_reason(name):
    source = (FILES / f"{name}.md").read_text(encoding="utf-8")
    result = result_of(name)
    assert [line.text for line in result.lines] == source.removesuffix("\n").split("\n")
    assert [line.number for line in result.lines] == list(range(1, len(result.lines) + 1))
    assert all(line.why for line in result.lines if line.kind == LineKind.IGNORED)
    assert all((line.kind == LineKind.BLANK) == (not line.text.strip()) for line in result.lines)
    reported = [(line.number, line.why) for line in result.lines if line.why]
    assert [(line.line, line.why) for line in result.ignored] == reported


@pytest.mark.parametrize("name", NAMES)
def test_the_keys_of_lines_are_those_of_parts(name):
    result = result_of(name)
    items = {item.key for item in result.tree.items()}
    sections = {section.key for section in result.tree.sections}
    groups = {group.key for section in result.tree.sections for group in section.groups}
    known = {
        LineKind.ITEM: items,
        LineKind.GROUP: groups,
        LineKind.SECTION: sections,
        LineKind.GUIDANCE: {"", *items, *groups, *sections},
    }
    for line in result.lines:
        assert line.kind not in known or line.key in known[line.kind]
    assert {line.key for line in result.lines if line.kind == LineKind.ITEM} == items


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_file_is_lost(name):
    result = result_of(name)
    content = to_content(result.tree).replace("\\n", " ").replace("\\t", " ")
    kept = " ".join([content, *(answer.words for answer in result.answers)])
    known = set(_LETTERS.findall(kept.casefold()))
    for line in result.lines:
        if line.kind in (LineKind.GUIDANCE, LineKind.TITLE, LineKind.SECTION, LineKind.GROUP):
            lost = set(_LETTERS.findall(bare(line.text).casefold())) - known
            assert not lost, line


def bare(text: str) -> str:
    return re.sub(r"</?[a-zA-Z!][^<>]*>|&#?\w+;", " ", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_item_stands_in_the_file(name):
    result = result_of(name)
    lines = {line.key: line.text for line in result.lines if line.kind == LineKind.ITEM}
    for item in result.tree.items():
        title = set(_LETTERS.findall(item.title))
        assert title, item
        text = bare(lines[item.key])
        assert title & set(_LETTERS.findall(text)) or not set(_LETTERS.findall(text))


@pytest.mark.parametrize("name", NAMES)
def test_every_box_that_a_gfm_reader_sees_is_an_item(name):
    source = (FILES / f"{name}.md").read_text(encoding="utf-8")
    result = result_of(name)
    apart = {line.number for line in result.lines if line.kind != LineKind.ITEM}
    for number, text in boxes_a_gfm_reader_sees(source):
        if number not in apart:
            continue
        why = next(line.why for line in result.lines if line.number == number)
        assert why.startswith(("Answers to choose", "A table of contents")), text


@pytest.mark.parametrize("name", NAMES)
def test_exporting_and_importing_gives_the_same_digest(name):
    tree = result_of(name).tree
    assert digest(read_markdown(write_markdown(tree)).tree) == digest(tree)
    assert words_of(tree) == words_of(read_markdown(write_markdown(tree)).tree)
