"""Edits of a checklist: whatever the sequence, the tree keeps its rules, the parts their keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.errors import Refused
from checklists.formats.content import digest, from_content, to_content
from checklists.formats.editing import (
    add_group,
    add_item,
    add_section,
    change_checklist,
    change_heading,
    change_item,
    delete,
    keys_of,
    new_checklist,
    rename,
    split_item,
)
from checklists.formats.markdown import read_markdown
from checklists.formats.moving import indent, move_step, move_to, outdent
from checklists.formats.steps import step_back, undone
from checklists.formats.tree import ChecklistTree, SignoffRule
from checklists.formats.validate import check_tree
from tests.formats.strategies import trees
from tests.fuzzing import examples

TEXT = """\
# T

## Ops

### Web

- [ ] a
- [ ] b
  - [ ] b1
  - [ ] b2
    - [ ] b2x
- [ ] c

### Data

- [ ] d

## Empty

## After

- [ ] e
"""
TREE = read_markdown(TEXT).tree
WEB, AFTER = "ops/web", "after/general"


def shape(tree: ChecklistTree) -> str:
    """The outline in a line: `S` section, `G` group, items with a dot for each level."""
    words = []
    for section in tree.sections:
        words.append(f"S{section.title}")
        for group in section.groups:
            words += [f"G{group.title}"] if group.title else []
            depth = {"": 0}
            for item in group.items:
                depth[item.key] = depth[item.parent] + 1
                words.append("." * (depth[item.key] - 1) + item.title)
    return " ".join(words)


SHAPE = "SOps GWeb a b .b1 .b2 ..b2x c GData d SEmpty SAfter e"


def test_the_outline_of_the_example():
    assert shape(TREE) == SHAPE


@pytest.mark.parametrize(
    ("key", "up", "expected"),
    [
        ("ops/web/b", True, "SOps GWeb b .b1 .b2 ..b2x a c GData d SEmpty SAfter e"),
        ("ops/web/b", False, "SOps GWeb a c b .b1 .b2 ..b2x GData d SEmpty SAfter e"),
        ("ops/web/a", True, SHAPE),
        ("ops/web/c", False, "SOps GWeb a b .b1 .b2 ..b2x GData c d SEmpty SAfter e"),
        ("ops/data/d", True, "SOps GWeb a b .b1 .b2 ..b2x c d GData SEmpty SAfter e"),
        ("ops/data/d", False, "SOps GWeb a b .b1 .b2 ..b2x c GData SEmpty d SAfter e"),
        ("ops/web/b1", True, "SOps GWeb a b1 b .b2 ..b2x c GData d SEmpty SAfter e"),
        ("ops/web/b2", False, "SOps GWeb a b .b1 b2 .b2x c GData d SEmpty SAfter e"),
        ("ops/data", True, "SOps GData d GWeb a b .b1 .b2 ..b2x c SEmpty SAfter e"),
        ("ops/data", False, "SOps GWeb a b .b1 .b2 ..b2x c SEmpty GData d SAfter e"),
        ("after", True, "SOps GWeb a b .b1 .b2 ..b2x c GData d SAfter e SEmpty"),
        ("after", False, SHAPE),
        ("after/general/e", False, SHAPE),
    ],
)
def test_a_step_goes_past_a_neighbour_and_at_the_edge_next_door(key, up, expected):
    assert shape(move_step(TREE, key, up=up).tree) == expected


@pytest.mark.parametrize(
    ("key", "near", "after", "expected"),
    [
        ("ops/web/c", "ops/web/a", False, "SOps GWeb c a b .b1 .b2 ..b2x GData d SEmpty SAfter e"),
        ("ops/web/a", "ops/web/b", True, "SOps GWeb b .b1 .b2 ..b2x a c GData d SEmpty SAfter e"),
        ("ops/web/a", "ops/web/b1", True, "SOps GWeb b .b1 .a .b2 ..b2x c GData d SEmpty SAfter e"),
        ("ops/web/b", "after/general/e", False, "SOps GWeb a c GData d SEmpty SAfter b .b1 .b2 ..b2x e"),  # noqa: E501
        ("ops/web/b2", "ops/data", False, "SOps GWeb a b .b1 c GData b2 .b2x d SEmpty SAfter e"),
        ("ops/web/a", "empty", False, "SOps GWeb b .b1 .b2 ..b2x c GData d SEmpty a SAfter e"),
        ("after/general/e", "ops/web/a", False, "SOps GWeb e a b .b1 .b2 ..b2x c GData d SEmpty SAfter"),  # noqa: E501
        ("ops/web/b", "ops/web/b2x", True, SHAPE),
        ("ops/web", "ops/data/d", True, "SOps GData d GWeb a b .b1 .b2 ..b2x c SEmpty SAfter e"),
        ("ops/web", "after", False, "SOps GData d SEmpty SAfter e GWeb a b .b1 .b2 ..b2x c"),
        ("after", "ops/web/a", False, "SAfter e SOps GWeb a b .b1 .b2 ..b2x c GData d SEmpty"),
    ],
)  # fmt: skip
def test_a_part_goes_where_somebody_points(key, near, after, expected):
    assert shape(move_to(TREE, key, near, after=after).tree) == expected


def test_an_item_is_nested_below_the_one_above_and_comes_out_after_it():
    nested = indent(TREE, "ops/web/c").tree
    assert shape(nested) == "SOps GWeb a b .b1 .b2 ..b2x .c GData d SEmpty SAfter e"
    assert outdent(nested, "ops/web/c").tree == TREE
    out = outdent(TREE, "ops/web/b1").tree
    assert shape(out) == "SOps GWeb a b .b2 ..b2x b1 c GData d SEmpty SAfter e"
    assert indent(TREE, "ops/web/a").tree == outdent(TREE, "ops/web/a").tree == TREE


def test_new_parts_get_keys_of_their_own():
    tree, key = add_item(TREE, "ops/web/b", "  A \n")
    assert (key, shape(tree)) == (
        "ops/web/a-2",
        "SOps GWeb a b .b1 .b2 ..b2x A c GData d SEmpty SAfter e",
    )
    assert add_item(TREE, "empty", "x").key == "empty/general/x"
    assert add_group(TREE, "ops/web/a", "Web").key == "ops/web-2"
    assert add_section(TREE, "ops/web/a", "???").key == "section"
    assert shape(split_item(TREE, "ops/web/a", "one", "two").tree).startswith("SOps GWeb one two b")


def test_a_part_keeps_its_key_through_titles_and_moves():
    tree = rename(TREE, "ops/web/a", "Other words").tree
    tree = move_to(tree, "ops/web/a", "after/general/e", after=True).tree
    tree, fresh = add_item(tree, "ops/web", "a")
    assert fresh == "ops/web/a-2"
    assert [item.title for item in tree.items() if item.key == "ops/web/a"] == ["Other words"]


def test_what_is_nested_below_a_deleted_item_moves_up():
    tree, focus = delete(TREE, "ops/web/b2")
    assert (shape(tree), focus) == (
        "SOps GWeb a b .b1 .b2x c GData d SEmpty SAfter e",
        "ops/web/b1",
    )
    assert delete(TREE, "ops").key == "empty"


def test_a_rule_whose_sections_are_gone_covers_the_whole_stage():
    tree = replace(TREE, rules=(SignoffRule("sre", 2, ("after",)), SignoffRule("qa", 1, ())))
    assert delete(tree, "after").tree.rules[0] == SignoffRule("sre", 2, ())


def test_refusals_say_what_to_do():
    whole = new_checklist("T", "Before", "One")
    for edit, code in (
        (lambda: delete(whole, "before"), "last_item"),
        (lambda: rename(TREE, "ops", "  "), "no_title"),
        (lambda: move_step(TREE, AFTER, up=True), "no_title"),
        (lambda: indent(TREE, WEB), "no_level"),
        (lambda: rename(TREE, "ops/web/gone", "x"), "part_gone"),
        (lambda: change_item(TREE, WEB, stage="close"), "part_gone"),
    ):
        with pytest.raises(Refused) as refused:
            edit()
        assert refused.value.code == code


def test_an_evidence_kind_goes_with_the_evidence():
    tree = change_item(TREE, "ops/web/a", evidence_required=True, evidence_kind="file").tree
    tree = change_item(tree, "ops/web/a", evidence_required=False).tree
    assert next(tree.items()).evidence_kind == ""
    check_tree(tree)
    with pytest.raises(ValueError, match="indent"):
        change_item(TREE, "ops/web/a", parent="ops/web/b")


def one_edit(draw: st.DrawFn, tree: ChecklistTree) -> tuple[ChecklistTree, str]:
    """Any edit of any part; refused ones change nothing. And the key that it was about."""
    keys = sorted(keys_of(tree))
    key, near = draw(st.sampled_from(keys)), draw(st.sampled_from(keys))
    title, flag = (
        draw(st.sampled_from(["x", "General", "???", "Configure DNS", "日本"])),
        draw(st.booleans()),
    )
    edits = [
        lambda: add_section(tree, key, title),
        lambda: add_group(tree, key, title),
        lambda: add_item(tree, key, title),
        lambda: rename(tree, key, title),
        lambda: delete(tree, key),
        lambda: move_step(tree, key, up=flag),
        lambda: move_to(tree, key, near, after=flag),
        lambda: indent(tree, key),
        lambda: outdent(tree, key),
        lambda: change_item(tree, key, guidance=title, evidence_required=flag),
        lambda: change_heading(tree, key, title=title, guidance="text"),
        lambda: change_checklist(tree, title=title, intro="\n text \n"),
    ]
    try:
        return draw(st.sampled_from(edits))().tree, key
    except Refused:
        return tree, key


@settings(deadline=None, max_examples=examples(150))
@given(st.data(), trees())
def test_any_sequence_of_edits_keeps_the_rules_and_the_keys_of_the_others(data, tree):
    for _ in range(data.draw(st.integers(1, 8))):
        titles = {item.key: item.title for item in tree.items()}
        rules = {rule.role: set(rule.sections) for rule in tree.rules}
        edited, key = one_edit(data.draw, tree)
        check_tree(edited)
        for item in edited.items():
            if item.key in titles and item.key != key:
                assert item.title == titles[item.key]
        lost = titles.keys() - {item.key for item in edited.items()}
        assert all(k == key or not _untouched(tree, k, key) for k in lost)
        for rule in edited.rules:
            assert set(rule.sections) <= rules[rule.role]
        tree = edited


def _untouched(tree: ChecklistTree, item: str, key: str) -> bool:
    """Whether the item lay outside of the section or group with the key."""
    for section in tree.sections:
        for group in section.groups:
            if any(one.key == item for one in group.items):
                return key not in (section.key, group.key)
    return True


@settings(deadline=None, max_examples=examples(100))
@given(st.data(), trees())
def test_every_edit_can_be_taken_back_to_the_same_digest(data, tree):
    edited, _ = one_edit(data.draw, tree)
    former, later = to_content(tree), to_content(edited)
    step = step_back(former, later)
    assert undone(later, step) == former
    assert digest(tree) == digest(from_content(undone(later, step)))


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_the_step_back_is_the_shortest_that_keeps_both_ends(former, later):
    step = step_back(former, later)
    assert undone(later, step) == former
    assert step.start <= step.end
