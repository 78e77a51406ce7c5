"""What a person says of a line holds over what was read."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.errors import Invalid
from checklists.formats.markdown import read_markdown, words
from checklists.formats.tree import ImportResult, LineKind
from checklists.formats.validate import check_tree
from tests.formats.strategies import files
from tests.fuzzing import examples

TEXT = """\
# Launch

Read this first.

## Before

- [ ] Parent
  Two lines of
  guidance.
  - [ ] Child
- Not a box

| Word | Meaning |
|------|---------|
| Zone | A place |

```
echo one
echo two
```

## After

<!-- a hint -->
- [ ] Last
"""


def said(**kinds: LineKind) -> ImportResult:
    return read_markdown(TEXT, {int(name[1:]): kind for name, kind in kinds.items()})


def titles(result: ImportResult) -> list[str]:
    return [item.title for item in result.tree.items()]


def kinds(result: ImportResult, *numbers: int) -> list[LineKind]:
    return [result.lines[number - 1].kind for number in numbers]


def test_nothing_said_changes_nothing():
    plain = read_markdown(TEXT)
    same = {line.number: line.kind for line in plain.lines}
    assert read_markdown(TEXT, same) == plain


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (3, "Read this first."),
        (8, "Two lines of"),
        (11, "Not a box"),
        (13, "Word Meaning"),
        (15, "Zone A place"),
        (18, "echo one"),
        (24, "a hint"),
        (5, "Before"),
        (1, "Launch"),
    ],
)
def test_any_line_becomes_an_item_without_its_marks(line, title):
    result = said(**{f"l{line}": LineKind.ITEM})
    assert title in titles(result)
    assert kinds(result, line) == [LineKind.ITEM]
    check_tree(result.tree)


def test_a_line_inside_a_text_leaves_the_rest_of_it():
    result = said(l8=LineKind.ITEM)
    parent, line, child, _ = result.tree.items()
    assert (parent.guidance, line.title, child.title) == ("guidance.", "Two lines of", "Child")
    assert line.parent == child.parent == ""
    assert result.lines[8].key == parent.key


def test_an_item_becomes_guidance_of_what_stands_above():
    result = said(l10=LineKind.GUIDANCE)
    assert titles(result) == ["Parent", "Last"]
    assert next(result.tree.items()).guidance == "Two lines of\nguidance.\nChild"
    assert result.lines[9].key.endswith("/parent")


def test_what_was_below_a_parent_that_is_none_any_more_stays():
    result = said(l7=LineKind.GUIDANCE)
    section = result.tree.sections[0]
    assert titles(result) == ["Child", "Last"]
    assert next(result.tree.items()).parent == ""
    assert section.guidance.startswith("Parent\nTwo lines of\nguidance.")


def test_a_line_opens_a_section_or_a_group():
    result = said(l11=LineKind.SECTION, l10=LineKind.GROUP, l24=LineKind.GROUP)
    assert [s.title for s in result.tree.sections] == ["Before", "Not a box", "After"]
    assert [g.title for g in result.tree.sections[0].groups] == ["", "Child"]
    assert [g.title for g in result.tree.sections[2].groups] == ["a hint"]


def test_a_heading_that_is_none_leaves_its_items_with_the_one_above():
    result = said(l22=LineKind.IGNORED)
    assert [s.title for s in result.tree.sections] == ["Before"]
    assert titles(result)[-1] == "Last"
    assert result.lines[21].why == words.SAID_IGNORED


def test_a_line_that_is_left_out_is_reported_so():
    result = said(l3=LineKind.IGNORED, l25=LineKind.IGNORED)
    assert result.tree.intro == ""
    assert titles(result) == ["Parent", "Child"]
    assert [line.line for line in result.ignored if line.why == words.SAID_IGNORED] == [3, 25]


def test_another_line_becomes_the_title():
    result = said(l3=LineKind.TITLE)
    assert result.tree.title == "Read this first."
    assert "Launch" in result.tree.intro


def test_a_line_becomes_a_related_document():
    text = "- [ ] a\n\nSee [the runbook](runbook.md)\n"
    result = read_markdown(text, {3: LineKind.RELATED})
    assert [document.url for document in result.tree.related] == ["runbook.md"]


@pytest.mark.parametrize(
    ("said_of", "line"),
    [
        ({99: LineKind.ITEM}, 99),
        ({2: LineKind.ITEM}, 2),
        ({14: LineKind.ITEM}, 14),
        ({3: LineKind.TITLE, 11: LineKind.TITLE}, 11),
        ({3: LineKind.BLANK}, 3),
        ({7: LineKind.SETTING}, 7),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(said_of, line):
    with pytest.raises(Invalid) as caught:
        read_markdown(TEXT, said_of)
    assert caught.value.details["line"] == line
    assert str(line) in caught.value.message


def test_leaving_out_every_item_is_refused():
    with pytest.raises(Invalid) as caught:
        said(l7=LineKind.IGNORED, l10=LineKind.IGNORED, l25=LineKind.IGNORED)
    assert caught.value.code == "no_items"


def test_a_file_without_items_is_read_once_somebody_says_which_they_are():
    assert titles(read_markdown("Do this.\nDo that.\n", {1: LineKind.ITEM, 2: LineKind.ITEM})) == [
        "Do this.",
        "Do that.",
    ]


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(files(), st.dictionaries(st.integers(1, 40), st.sampled_from(LineKind), max_size=8))
def test_whatever_is_said_the_result_holds(text, kinds_said):
    with suppress(Invalid):
        result = read_markdown(text, kinds_said)
        check_tree(result.tree)
        for number, kind in kinds_said.items():
            line = result.lines[number - 1]
            assert line.kind == kind or not line.text.strip() or line.why or kind == "related"
