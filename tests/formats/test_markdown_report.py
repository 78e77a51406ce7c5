"""What a file's reader is told about the lines that became something else."""

from __future__ import annotations

import pytest

from checklists.formats.markdown import read_markdown, words
from checklists.formats.tree import Item
from tests.formats.reading import ignored, items, only, read, refused


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[ ] b", words.LOOKS_LIKE_BOX),
        ("[x] b", words.LOOKS_LIKE_BOX),
        ("- [] b", words.LOOKS_LIKE_BOX),
        ("- [✓] b", words.TICKED),
        ("- [-] b", words.NOT_APPLICABLE),
        ("- [\u00a0] b", words.LOOKS_LIKE_BOX),
        ("☐ b", words.LOOKS_LIKE_BOX),
        ("> - [ ] b", words.QUOTED),
        ("    - [ ] b", words.INDENTED),
        ("---", words.RULE),
        ("<!-- note -->", words.COMMENT),
        ("[b]: http://unused", words.UNUSED_LINK),
    ],
)
def test_the_report_names_lines_that_are_not_what_they_look_like(line, why):
    assert ignored(f"- [ ] a\n\n# T\n\n{line}\n")[-1] == (5, why)


@pytest.mark.parametrize(
    "line", ["[1] footnote", "[a](b) link", "[link][x] to", "- [a](b)", "array[ ] x", "`[ ] x`"]
)
def test_the_report_is_silent_about_ordinary_text(line):
    assert ignored(f"# T\n\n{line}\n\n1. [ ] a\n") == []


def test_the_report_names_boxes_inside_guidance():
    assert ignored("- [ ] a\n\n  [ ] b\n\n  > - [ ] c\n") == [
        (3, words.LOOKS_LIKE_BOX),
        (5, words.QUOTED),
    ]


def test_the_report_names_a_line_that_only_seems_to_begin_a_list():
    assert ignored("- [ ] a\n[ ] b\n") == [(2, words.LOOKS_LIKE_BOX)]


def test_the_report_names_every_line_of_front_matter():
    text = "---\ntitle: x\ntags:\n  - a\n---\n# T\n- [ ] a\n"
    assert read(text).title == "T"
    assert ignored(text) == [(number, words.FRONT_MATTER) for number in range(1, 6)]


def test_the_report_takes_no_checklist_between_lines_for_front_matter():
    assert [i.title for i in items("---\nnote: x\n- [ ] a\n---\n- [ ] b\n")] == ["a", "b"]


def test_the_report_names_a_code_block_that_swallows_boxes():
    assert ignored("- [ ] a\n\n# T\n\n```\n- [ ] b\n") == [
        (3, words.SECOND_TITLE),
        (5, words.UNCLOSED),
    ]


def test_the_report_shortens_long_lines():
    (line,) = read_markdown("- [ ] a\n\n<!-- " + "x" * 1000 + " -->").ignored
    assert len(line.text) == 200


def test_comments_carry_what_markdown_cannot():
    item = only(
        '- [ ] New title <!-- readiness {"key":"a/b/old","stage":"close","requirement":"may",'
        '"na_allowed":true,"evidence_required":true,"due":"T-2d","owner_role":"sre",'
        '"guidance":"hidden"} -->\n'
    )
    assert item == Item(
        key="a/b/old",
        title="New title",
        guidance="hidden",
        stage="close",
        requirement="may",
        na_allowed=True,
        evidence_required=True,
        due="T-2d",
        owner_role="sre",
    )


@pytest.mark.parametrize(
    "comment",
    ["{nonsense}", '{"stage":"never"}', '{"key":"one"}', '{"x":1}', '{"na_allowed":1}', "{"],
)
def test_comments_that_cannot_be_used_are_reported(comment):
    result = read_markdown(f"- [ ] a <!-- readiness {comment} -->\n")
    assert [i.title for i in result.tree.items()] == ["a"]
    (line,) = result.ignored
    assert line.why.startswith("This comment of Readiness could not be used: ")


def test_comments_that_take_the_key_of_another_are_reported():
    comment = '<!-- readiness {"key":"a/b/c"} -->'
    text = f"- [ ] a {comment}\n- [ ] b {comment}\n"
    assert [i.key for i in items(text)] == ["a/b/c", "general/general/b"]
    assert ignored(text) == [(2, words.KEY_TAKEN)]


def test_comments_that_hold_sign_off_rules_nobody_can_use_refuse_the_file():
    refusal = refused('# T\n<!-- readiness {"rules":[{"role":"x"}]} -->\n- [ ] a\n')
    assert (refusal.code, refusal.details) == ("bad_comment", {"line": 2})


def test_comments_with_rules_for_no_section_refuse_the_file():
    rule = '{"role":"x","count":1,"sections":["no"],"stage":"deploy"}'
    refusal = refused(f'# T\n<!-- readiness {{"rules":[{rule}]}} -->\n- [ ] a\n')
    assert "there is no such section" in refusal.message


def test_comments_of_others_are_only_reported():
    assert ignored("- [ ] a\n\n<!-- readiness check -->\n") == [(3, words.COMMENT)]
