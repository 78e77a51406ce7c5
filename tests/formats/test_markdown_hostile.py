"""Files made to crash, stall or mislead: each is read or refused in words, and soon."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

from checklists.errors import Invalid
from checklists.formats.content import digest, to_content
from checklists.formats.markdown import read_markdown, write_markdown
from checklists.formats.markdown.blocks import MAX_LISTS
from checklists.formats.markdown.reader import Reader
from checklists.formats.source import MAX_BYTES, MAX_LINES, clean_text
from checklists.formats.tree import ImportResult
from tests.formats.strategies import files
from tests.fuzzing import examples

SECONDS = 6.0
"""Of processor time. The slowest file takes less than 2; what is quadratic takes minutes."""
_GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(tasklists_plugin)
_WORD = re.compile(r"box\d+")


def boxes_a_gfm_reader_sees(text: str) -> set[str]:
    tokens = _GFM.parse(text)
    seen = set()
    for place, token in enumerate(tokens):
        if "task-list-item" in str(token.attrGet("class") or ""):
            seen.update(_WORD.findall(tokens[place + 2].content.split("\n")[0])[:1])
    return seen


def result_of(text: str) -> ImportResult:
    """As `read_markdown`, but a file without an item has a report, too."""
    return Reader(clean_text(text)).read()


def words_of(result: ImportResult, *, content: bool) -> set[str]:
    reported = [line.text for line in result.ignored]
    if not any(True for _ in result.tree.items()):
        kept = [result.tree.intro, *(s.guidance for s in result.tree.sections)]
    else:
        kept = [to_content(result.tree)]
    titles = [item.title for item in result.tree.items()]
    return set(_WORD.findall(" ".join([*reported, *(kept if content else titles)])))


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_every_box_a_gfm_reader_sees_is_imported_or_reported(text):
    assert boxes_a_gfm_reader_sees(text) <= words_of(result_of(text), content=False)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_no_text_beside_a_box_is_lost(text):
    try:
        result = read_markdown(text)
    except Invalid:
        return
    assert set(_WORD.findall(text)) <= words_of(result, content=True)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_whatever_was_read_survives_being_written_and_read(text):
    try:
        tree = read_markdown(text).tree
    except Invalid:
        return
    assert digest(read_markdown(write_markdown(tree)).tree) == digest(tree)


@settings(max_examples=examples(200), deadline=None)
@given(st.one_of(st.text(), st.binary()))
def test_nothing_but_a_refusal_is_ever_raised(source):
    with suppress(Invalid):
        read_markdown(source)


def test_lists_nested_too_deep_are_refused_with_their_line():
    def nested(depth: int) -> str:
        return "\n".join("  " * level + f"- [ ] {level}" for level in range(depth))

    assert len(list(read_markdown(nested(MAX_LISTS)).tree.items())) == MAX_LISTS
    with pytest.raises(Invalid) as caught:
        read_markdown(nested(MAX_LISTS + 1))
    assert (caught.value.code, caught.value.details["line"]) == ("too_deep", MAX_LISTS + 1)


def filled(unit: str, *, before: str = "", lines: int = 5_000) -> str:
    """A file with lines as long as 20,000 of them can be, each the unit over and over."""
    width = (MAX_BYTES - 100) // (MAX_LINES - 10) - 1
    line = (before + unit * (width // len(unit) + 1)).encode()[:width].decode("utf-8", "ignore")
    return "\n".join([line] * lines)


ATTACKS = {
    "words": filled("word "),
    "long items": filled("word ", before="- [ ] ", lines=MAX_LINES - 10),
    "long items in Cyrillic": filled("слово ", before="- [ ] "),
    "quotations": filled("> "),
    "lists": filled("- + "),
    "numbered lists": filled("1. "),
    "lists in quotations": filled("> - "),
    "brackets in titles": filled("[", before="- [ ] "),
    "images in titles": filled("![", before="- [ ] "),
    "links in titles": filled("[a](", before="- [ ] "),
    "stars in titles": filled("a*", before="- [ ] "),
    "backticks in titles": filled("` ``", before="- [ ] "),
    "entities in titles": filled("&#", before="- [ ] "),
    "declarations in titles": filled("<![CDATA[", before="- [ ] "),
    "comments in titles": filled("<!-- readiness {", before="- [ ] "),
    "conditions in titles": filled("(if needed ", before="- [ ] "),
    "deep comments": "\n".join(["- [ ] x <!-- readiness {" + "[" * 200 + " -->"] * 5_000),
    "claimed keys": "\n".join(['- [ ] x <!-- readiness {"key":"a/b/c"} -->'] * 5_000),
    "namesakes": "- [ ] x\n" * 10_000,
    "tables": filled("|-"),
    "tags": filled("<div "),
    "attributes": filled(' a="', before="<a"),
    "fences": filled("`"),
    "tabs": filled("\t- "),
    "spaces": filled(" "),
    "stairs": "\n".join("  " * (number % MAX_LISTS) + "- [ ] x" for number in range(9_990)),
    "lazy quotation": "> a\n" + "b\n" * 19_900,
    "lazy list": "- " * 10 + "a\n" + "b\n" * 19_900,
    "front matter": "---\n" + "a: b\n" * 19_900,
    "sections of links": "- [ ] x\n\n" + "## See also\n" * 19_900,
    "headings of links": "- [ ] x\n\n" + "## See also\n### x\n" * 9_900,
    "documents": "- [ ] x\n\n## See also\n" + "- [a](b)\n" * 9_900,
    "definitions": "- [ ] [a1]\n\n" + "".join(f"[a{n}]: http://x\n" for n in range(19_900)),
    "uses of definitions": "".join(f"- [ ] x\n\n  [a]{'[b]' * 80}\n" for _ in range(6_000))
    + "\n[a]: x\n[b]: y\n",
    "boxes in quotations": filled("> ", before="> - [ ] x "),
    "quotations of boxes": filled("> ")[:-8] + "- [ ] x",
    "tables of boxes": "| a | b |\n|---|---|\n" + "| [ ] | x |\n" * 19_000,
    "wide tables": "|a" * 60_000 + "|\n" + "|-" * 60_000 + "|\n" + "|x" * 60_000,
    "tables over tables": "| a |\n|---|\n" * 9_900,
    "loose boxes": "[ ] x\n" * 19_900,
    "boxes in one line": "☐ x " * 30_000,
    "half boxes": "\n".join(["[" + " " * 200] * 19_000),
    "lists in HTML": "<ul>" + "<li>☐ x\n" * 19_000,
    "lists in lists in HTML": "<ul><li>☐ x\n" * 9_000,
    "lists that end nowhere": "<ul>\n\n" * 9_900,
    "details": "<details><summary>x</summary>\n\n- [ ] y\n\n" * 4_900,
    "details that end": "<details>\n\n" * 4_900 + "- [ ] x\n\n" + "</details>\n\n" * 4_900,
    "unclosed comments": "<!--\n\n" * 9_900,
    "comments": "- [ ] x\n<!-- y -->\n" * 9_900,
    "tags without end in a page": "<html>" + "<" * (MAX_BYTES // 50),
    "a page": "<html><body>" + "<p>☐ x</p>\n" * 19_900,
    "a page of tables": "<html>" + "<table><tr><td>☐<td>x\n" * 19_900,
    "questions": "## x?\n\nAnswer: y\n\n" * 4_900,
    "answers to choose from": "- [ ] Yes\n- [ ] No\n\nx?\n\n" * 3_900,
    "bold lines": "**x**\n\n- [ ] y\n\n" * 4_900,
    "colons": "x:\n- [ ] y\n\n" * 6_600,
    "bullets": "- x\n" * 19_900,
    "contents": "- [x](#y)\n" * 19_000 + "\n# y\n",
    "badges": "[![x](y)](z)" * 9_000,
    "codes": "```\n- [ ] x\n```\n" * 6_600,
    "severities": "\n".join(["- [ ] " + "(critical " * 25] * 9_900),
    "answers": "- [ ] x\n  Answer: y\n" * 9_900,
    "one long line": "x" * (MAX_BYTES - 10),
    "50 long lines": "\n".join(["[ " * 50_000] * 50),
    "50 long tags": "\n".join(["<a b c d " * 11_000] * 50),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_file_is_read_or_refused_soon(attack):
    started = time.process_time()
    with suppress(Invalid):
        read_markdown(ATTACKS[attack])
    assert time.process_time() - started < SECONDS
