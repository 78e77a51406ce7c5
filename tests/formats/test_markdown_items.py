"""A list entry with a box is an item; what belongs to it is its guidance."""

from __future__ import annotations

import pytest

from checklists.formats.markdown import read_markdown, words
from checklists.formats.tree import Ignored
from tests.formats.reading import ignored, items, only, read, refused


@pytest.mark.parametrize("marker", ["-", "*", "+", "1.", "7)", "-  "])
@pytest.mark.parametrize("box", ["[ ]", "[x]", "[X]", "[\t]"])
def test_items_have_any_marker_and_box(marker, box):
    assert only(f"{marker} {box} Do it\n").title == "Do it"


def test_items_that_are_ticked_are_imported_unticked_and_reported():
    assert read_markdown("- [ ] a\n- [x] b\n").ignored == (Ignored(2, "- [x] b", words.TICKED),)


def test_items_may_be_nested():
    found = items("- [ ] a\n  - [ ] b\n    1. [ ] c\n  - [ ] d\n- [ ] e\n")
    assert [(i.title, i.parent.rpartition("/")[2]) for i in found] == [
        ("a", ""),
        ("b", "a"),
        ("c", "b"),
        ("d", "a"),
        ("e", ""),
    ]


def test_items_nested_below_an_entry_without_box_are_imported_and_that_is_reported():
    text = "- Backend\n  - [ ] a\n- [ ] b\n"
    assert [i.title for i in items(text)] == ["a", "b"]
    assert read(text).intro == "- Backend"
    assert ignored(text) == [(1, words.NO_BOX_ABOVE)]


def test_items_take_what_is_indented_below_them_as_guidance():
    text = """\
- [ ] a

  A paragraph
  of two lines.

  > a quote

  ```sh
  - [ ] not an item
  @tab
  ```

  - a bullet
    - a deeper one

      indented code
- [ ] b
"""
    first, second = items(text.replace("@", "\t"))
    assert first.guidance == (
        "A paragraph\nof two lines.\n\n> a quote\n\n```sh\n- [ ] not an item\n\ttab\n```\n\n"
        "- a bullet\n  - a deeper one\n\n    indented code"
    )
    assert second.guidance == ""
    assert ignored(text) == []


def test_items_take_the_line_below_them_as_guidance_too():
    assert only("- [ ] a\n  Explained here.\n").guidance == "Explained here."


def test_items_keep_text_and_bullets_around_nested_items():
    first, second = items("- [ ] a\n\n  before\n  - note\n  - [ ] b\n\n  after\n")
    assert first.guidance == "before\n- note\n\nafter"
    assert second.title == "b"


def test_items_broken_at_the_margin_are_put_together():
    long = "Configure the database connection pool of every service so that it"
    assert only(f"- [ ] {long}\n  survives a failover\n").title == f"{long} survives a failover"


def test_items_without_text_are_reported():
    text = "- [ ] a\n- [ ]\n- [x]\n"
    assert [i.title for i in items(text)] == ["a"]
    assert ignored(text) == [(2, words.NO_TITLE), (3, words.NO_TITLE)]


def test_items_may_have_their_text_on_the_next_line():
    assert only("- [ ]\n  a\n").title == "a"


def test_items_with_a_title_over_the_limit_are_refused_with_their_line():
    refusal = refused("- [ ] a\n- [ ] " + "b" * 501)
    assert (refusal.code, refusal.details["line"]) == ("title_too_long", 2)
    assert "The title on line 2 is 501 characters long; the limit is 500." in refusal.message


def test_items_with_guidance_over_the_limit_are_refused_with_their_line():
    refusal = refused("- [ ] a\n- [ ] b\n\n" + "  word word\n" * 2001)
    assert (refusal.code, refusal.details["line"]) == ("text_too_long", 2)


def test_a_file_without_items_is_refused():
    refusal = refused("# T\n\nText.\n\n- a\n")
    assert refusal.code == "no_items"
    assert "no checklist item" in refusal.message


def test_what_is_nearly_an_item_is_named_when_there_is_none():
    assert "Line 2 (“- [ ]”)" in refused("# T\n- [ ]\n").message


def test_text_before_the_first_section_is_the_intro():
    assert read("# T\n\nOne.\n\nTwo.\n\n## S\n- [ ] a\n").intro == "One.\n\nTwo."


def test_text_under_a_heading_is_its_guidance_wherever_it_stands():
    section = read("## S\n\nsays\n\n### G\n\none\n\n- [ ] a\n\ntwo\n").sections[0]
    assert (section.guidance, section.groups[0].guidance) == ("says", "one\n\ntwo")


def test_text_in_a_list_without_boxes_is_guidance_and_no_news():
    text = "## S\n\n- one\n- two\n\n1. [ ] a\n"
    assert read(text).sections[0].guidance == "- one\n- two"
    assert ignored(text) == []


def test_text_in_a_list_with_boxes_is_guidance_and_reported():
    text = "## S\n\n- [ ] a\n- plain\n"
    assert read(text).sections[0].guidance == "- plain"
    assert ignored(text) == [(4, words.NO_BOX)]
