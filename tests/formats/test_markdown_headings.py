"""Headings open sections and groups, and decide the stage."""

from __future__ import annotations

import pytest

from checklists.formats.markdown import words
from tests.formats.reading import ignored, items, only, read


def test_headings_become_title_section_and_group():
    tree = read("# T\n\n## S\n\n### G\n\n- [ ] a\n")
    assert tree.title == "T"
    assert [s.title for s in tree.sections] == ["S"]
    assert [g.title for g in tree.sections[0].groups] == ["G"]
    assert [i.key for i in tree.items()] == ["s/g/a"]


def test_headings_may_be_underlined():
    tree = read("T\n===\n\nS\n---\n\n- [ ] a\n")
    assert (tree.title, tree.sections[0].title) == ("T", "S")


def test_headings_deeper_than_groups_become_groups_with_a_path():
    tree = read(
        "## S\n### A\n- [ ] a\n#### B\n- [ ] b\n##### C\n- [ ] c\n#### D\n- [ ] d\n### E\n- [ ] e\n"
    )
    assert [g.title for g in tree.sections[0].groups] == [
        "A",
        "A / B",
        "A / B / C",
        "A / D",
        "E",
    ]


def test_headings_that_hold_only_deeper_headings_live_on_in_their_titles():
    tree = read("## S\n### A\n#### B\n- [ ] b\n#### C\n- [ ] c\n")
    assert [g.title for g in tree.sections[0].groups] == ["A / B", "A / C"]


def test_headings_missing_above_items_leave_an_unnamed_section_and_group():
    tree = read("- [ ] a\n\n### G\n\n- [ ] b\n\n## S\n\n- [ ] c\n")
    assert [i.key for i in tree.items()] == ["general/general/a", "general/g/b", "s/general/c"]
    assert [s.title for s in tree.sections] == ["", "S"]


def test_headings_of_the_same_name_stay_apart():
    tree = read("## Logs\n### A\n- [ ] x\n### A\n- [ ] x\n## Logs\n- [ ] x\n")
    assert [s.key for s in tree.sections] == ["logs", "logs-2"]
    assert [g.key for g in tree.sections[0].groups] == ["logs/a", "logs/a-2"]
    assert [i.key for i in tree.items()] == ["logs/a/x", "logs/a-2/x", "logs-2/general/x"]


def test_headings_of_the_first_level_after_the_title_become_sections_and_are_reported():
    text = "# T\n## S\n- [ ] a\n# U\n- [ ] b\n"
    assert [s.title for s in read(text).sections] == ["S", "U"]
    assert ignored(text) == [(4, words.SECOND_TITLE)]


def test_headings_without_text_are_reported():
    assert ignored("## S\n- [ ] a\n##\n- [ ] b\n") == [(3, words.EMPTY_HEADING)]


def test_headings_without_items_keep_their_text():
    tree = read("## How\n\nLike this.\n\n## S\n\n- [ ] a\n")
    assert (tree.sections[0].title, tree.sections[0].guidance) == ("How", "Like this.")


@pytest.mark.parametrize(
    "title",
    [
        "Post-Deployment",
        "Post Deployment",
        "POST-DEPLOYMENT",
        "Postdeployment",
        "After deployment",
        "After the deployment",
        "Post-release",
        "11. Post-Deployment",
        "Post-Deployment Checks",
    ],
)
def test_stages_are_close_in_a_section_about_the_time_after(title):
    assert only(f"## {title}\n- [ ] a\n").stage == "close"


@pytest.mark.parametrize(
    "title",
    ["Deployment", "Pre-Deployment", "Post", "Deployment posts", "After deployment fails"],
)
def test_stages_are_deploy_elsewhere(title):
    assert only(f"## {title}\n- [ ] a\n").stage == "deploy"


def test_stages_end_with_the_section():
    found = items("## Post-Deployment\n### A\n- [ ] a\n## Other\n- [ ] b\n")
    assert [i.stage for i in found] == ["close", "deploy"]
