"""Exported Markdown is for people, and reads back as the same checklist."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from checklists.errors import Invalid
from checklists.formats.content import digest
from checklists.formats.markdown import read_markdown, write_markdown
from checklists.formats.tree import (
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)
from tests.formats.strategies import trees
from tests.fuzzing import examples

PLAIN = """\
# T

## S

### G

- [ ] First

  Explained.

  - here

  - [ ] Nested (if needed)
- [ ] Second

## Related Documentation

- [Runbook](runbook.md) - How
"""


def tree_of(*items: Item, section: str = "S", **fields: object) -> ChecklistTree:
    group = Group(f"{section.lower()}/g", "G", items=items)
    return ChecklistTree(
        "T", sections=(Section(section.lower(), section, groups=(group,)),), **fields
    )


def item(name: str, **fields: object) -> Item:
    return replace(Item("s/g/" + name.lower(), name), **fields)


def survives(tree: ChecklistTree) -> str:
    text = write_markdown(tree)
    assert read_markdown(text).tree == tree
    return text


@settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(trees())
def test_every_checklist_survives_being_written_and_read(tree):
    assert digest(read_markdown(write_markdown(tree)).tree) == digest(tree)


def test_a_plain_checklist_is_written_without_any_comment():
    text = survives(
        tree_of(
            item("First", guidance="Explained.\n\n- here"),
            item("Nested", parent="s/g/first", na_allowed=True, condition="if needed"),
            item("Second"),
            related=(RelatedDocument("Runbook", "runbook.md", "How"),),
        )
    )
    assert text == PLAIN


def test_what_markdown_cannot_hold_is_in_one_comment_of_the_item():
    text = survives(tree_of(item("A", key="s/g/old-key", due="T-2d", requirement="should")))
    assert (
        '- [ ] A <!-- readiness {"due":"T-2d","key":"s/g/old-key","requirement":"should"} -->'
        in (text.splitlines())
    )


def test_rules_are_in_one_comment_below_the_title():
    text = survives(tree_of(item("A"), rules=(SignoffRule("security", 2, ("s",), "close"),)))
    rule = '{"count":2,"role":"security","sections":["s"],"stage":"close"}'
    assert text.splitlines()[2] == f'<!-- readiness {{"rules":[{rule}]}} -->'


def test_titles_that_look_like_markup_are_escaped():
    text = survives(tree_of(item("x", title="Use *this* and [that](there)")))
    assert "- [ ] Use \\*this\\* and \\[that\\](there) <!--" in text


@pytest.mark.parametrize(
    "value",
    [
        "--",
        "-->",
        "--!>",
        "--->",
        "<!-- readiness {} -->",
        '--> <script>alert(1)</script> <!-- "',
        "&#45;&#45;&gt;",
        "- [ ] injected",
        "\n\n- [ ] injected\n\n## Injected",
        "```",
        "</details>",
    ],
)
def test_no_value_can_break_out_of_its_comment(value):
    tree = tree_of(
        item("A", guidance=("x " + value + " [ ]\n- [ ] y\n" + value).strip("\n")), item("B")
    )
    text = survives(tree)
    for comment in re.findall(r"<!--.*?-->", text, re.DOTALL):
        assert "--" not in comment[4:-3]
        assert "<" not in comment[4:-3]
        assert ">" not in comment[4:-3]
    assert "injected\n" not in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def test_guidance_that_would_become_items_is_kept_in_the_comment():
    text = survives(tree_of(item("A", guidance="- [ ] not an item")))
    assert '<!-- readiness {"guidance":"- [ ] not an item"} -->' in text


def test_a_list_above_the_items_does_not_become_part_of_them():
    group = Group("s/g", "G", "Notes:\n\n- one", (item("A"),))
    tree = ChecklistTree("T", sections=(Section("s", "S", groups=(group,)),))
    assert "- one\n\n* [ ] A\n" in survives(tree)
    assert read_markdown(write_markdown(tree)).ignored == ()


def test_texts_that_change_each_other_are_all_kept_in_comments():
    group = Group("s/g", "G", "See [a].\n\n[a]: http://one", (item("A", guidance="See [a]."),))
    text = survives(ChecklistTree("T", sections=(Section("s", "S", groups=(group,)),)))
    assert '"guidance":"See [a]."' in text


def test_a_section_called_references_without_items_stays_a_section():
    reference = Section("see-also", "See also", "[a](b)")
    tree = tree_of(item("A"))
    survives(replace(tree, sections=(*tree.sections, reference)))


def test_keys_that_titles_would_not_give_are_written_down_and_no_others():
    tree = tree_of(item("A"), item("B", key="s/g/a-2"), item("A", key="s/g/a-3"))
    text = survives(tree)
    assert text.count("<!--") == 2


def test_a_checklist_that_breaks_a_rule_is_refused():
    with pytest.raises(Invalid):
        write_markdown(ChecklistTree("T"))
