"""What a Markdown file becomes, and what the report says of the rest."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid
from checklists.formats.markdown import read_markdown, words
from checklists.formats.tree import ChecklistTree, Ignored, Item, RelatedDocument


def read(text: str) -> ChecklistTree:
    return read_markdown(text).tree


def items(text: str) -> list[Item]:
    return list(read(text).items())


def only(text: str) -> Item:
    (item,) = items(text)
    return item


def ignored(text: str) -> list[tuple[int, str]]:
    return [(line.line, line.why) for line in read_markdown(text).ignored]


def refused(text: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_markdown(text)
    return caught.value


class TestHeadings:
    def test_become_title_section_and_group(self):
        tree = read("# T\n\n## S\n\n### G\n\n- [ ] a\n")
        assert tree.title == "T"
        assert [s.title for s in tree.sections] == ["S"]
        assert [g.title for g in tree.sections[0].groups] == ["G"]
        assert [i.key for i in tree.items()] == ["s/g/a"]

    def test_may_be_underlined(self):
        tree = read("T\n===\n\nS\n---\n\n- [ ] a\n")
        assert (tree.title, tree.sections[0].title) == ("T", "S")

    def test_deeper_than_groups_become_groups_with_a_path(self):
        tree = read(
            "## S\n### A\n- [ ] a\n#### B\n- [ ] b\n##### C\n- [ ] c\n"
            "#### D\n- [ ] d\n### E\n- [ ] e\n"
        )
        assert [g.title for g in tree.sections[0].groups] == [
            "A",
            "A / B",
            "A / B / C",
            "A / D",
            "E",
        ]

    def test_that_hold_only_deeper_headings_live_on_in_their_titles(self):
        tree = read("## S\n### A\n#### B\n- [ ] b\n#### C\n- [ ] c\n")
        assert [g.title for g in tree.sections[0].groups] == ["A / B", "A / C"]

    def test_missing_above_items_leave_an_unnamed_section_and_group(self):
        tree = read("- [ ] a\n\n### G\n\n- [ ] b\n\n## S\n\n- [ ] c\n")
        assert [i.key for i in tree.items()] == ["general/general/a", "general/g/b", "s/general/c"]
        assert [s.title for s in tree.sections] == ["", "S"]

    def test_of_the_same_name_stay_apart(self):
        tree = read("## Logs\n### A\n- [ ] x\n### A\n- [ ] x\n## Logs\n- [ ] x\n")
        assert [s.key for s in tree.sections] == ["logs", "logs-2"]
        assert [g.key for g in tree.sections[0].groups] == ["logs/a", "logs/a-2"]
        assert [i.key for i in tree.items()] == ["logs/a/x", "logs/a-2/x", "logs-2/general/x"]

    def test_of_the_first_level_after_the_title_become_sections_and_are_reported(self):
        text = "# T\n## S\n- [ ] a\n# U\n- [ ] b\n"
        assert [s.title for s in read(text).sections] == ["S", "U"]
        assert ignored(text) == [(4, words.SECOND_TITLE)]

    def test_without_text_are_reported(self):
        assert ignored("## S\n- [ ] a\n##\n- [ ] b\n") == [(3, words.EMPTY_HEADING)]

    def test_without_items_keep_their_text(self):
        tree = read("## How\n\nLike this.\n\n## S\n\n- [ ] a\n")
        assert (tree.sections[0].title, tree.sections[0].guidance) == ("How", "Like this.")


class TestItems:
    @pytest.mark.parametrize("marker", ["-", "*", "+", "1.", "7)", "-  "])
    @pytest.mark.parametrize("box", ["[ ]", "[x]", "[X]", "[\t]"])
    def test_have_any_marker_and_box(self, marker, box):
        assert only(f"{marker} {box} Do it\n").title == "Do it"

    def test_that_are_ticked_are_imported_unticked_and_reported(self):
        assert read_markdown("- [ ] a\n- [x] b\n").ignored == (Ignored(2, "- [x] b", words.TICKED),)

    def test_may_be_nested(self):
        found = items("- [ ] a\n  - [ ] b\n    1. [ ] c\n  - [ ] d\n- [ ] e\n")
        assert [(i.title, i.parent.rpartition("/")[2]) for i in found] == [
            ("a", ""),
            ("b", "a"),
            ("c", "b"),
            ("d", "a"),
            ("e", ""),
        ]

    def test_nested_below_an_entry_without_box_are_imported_and_that_is_reported(self):
        text = "- Backend\n  - [ ] a\n- [ ] b\n"
        assert [i.title for i in items(text)] == ["a", "b"]
        assert read(text).intro == "- Backend"
        assert ignored(text) == [(1, words.NO_BOX_ABOVE)]

    def test_take_what_is_indented_below_them_as_guidance(self):
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

    def test_take_the_line_below_them_as_guidance_too(self):
        assert only("- [ ] a\n  Explained here.\n").guidance == "Explained here."

    def test_keep_text_and_bullets_around_nested_items(self):
        first, second = items("- [ ] a\n\n  before\n  - note\n  - [ ] b\n\n  after\n")
        assert first.guidance == "before\n- note\n\nafter"
        assert second.title == "b"

    def test_broken_at_the_margin_are_put_together(self):
        long = "Configure the database connection pool of every service so that it"
        assert only(f"- [ ] {long}\n  survives a failover\n").title == f"{long} survives a failover"

    def test_without_text_are_reported(self):
        text = "- [ ] a\n- [ ]\n- [x]\n"
        assert [i.title for i in items(text)] == ["a"]
        assert ignored(text) == [(2, words.NO_TITLE), (3, words.NO_TITLE)]

    def test_may_have_their_text_on_the_next_line(self):
        assert only("- [ ]\n  a\n").title == "a"

    def test_with_a_title_over_the_limit_are_refused_with_their_line(self):
        refusal = refused("- [ ] a\n- [ ] " + "b" * 501)
        assert (refusal.code, refusal.details["line"]) == ("title_too_long", 2)
        assert "The title on line 2 is 501 characters long; the limit is 500." in refusal.message

    def test_with_guidance_over_the_limit_are_refused_with_their_line(self):
        refusal = refused("- [ ] a\n- [ ] b\n\n" + "  word word\n" * 2001)
        assert (refusal.code, refusal.details["line"]) == ("text_too_long", 2)

    def test_there_must_be_one(self):
        refusal = refused("# T\n\nText.\n\n- a\n")
        assert refusal.code == "no_items"
        assert "no checklist item" in refusal.message

    def test_that_nearly_are_some_are_named_when_there_is_none(self):
        assert "Line 2 (“[ ] a”)" in refused("# T\n[ ] a\n").message


class TestTitles:
    @pytest.mark.parametrize(
        ("source", "title"),
        [
            ("Use **bold** and _this_ and `code`", "Use bold and this and code"),
            ("Escaped \\* and &amp;", "Escaped * and &"),
            ("snake_case_name * 2", "snake_case_name * 2"),
            ("a   b\tc", "a b c"),
            ("See <https://x.y>", "See https://x.y"),
            ("# no heading", "# no heading"),
        ],
    )
    def test_are_plain_text(self, source, title):
        item = only(f"- [ ] {source}\n")
        assert (item.title, item.guidance) == (title, "")

    @pytest.mark.parametrize(
        ("source", "title"),
        [
            ("Read [the runbook](runbook.md)", "Read the runbook"),
            ("Look ![at this](x.png)", "Look at this"),
            ("~~Old~~ New", "Old New"),
            ("A <kbd>key</kbd>", "A key"),
        ],
    )
    def test_that_say_less_than_their_markdown_keep_it_as_guidance(self, source, title):
        item = only(f"- [ ] {source}\n\n  More.\n")
        assert (item.title, item.guidance) == (title, f"{source}\n\nMore.")

    def test_of_headings_keep_their_links_too(self):
        tree = read("# [T](t)\n## [S](s)\n### [G](g)\n- [ ] a\n")
        section = tree.sections[0]
        group = section.groups[0]
        assert (tree.title, section.title, group.title) == ("T", "S", "G")
        assert (tree.intro, section.guidance, group.guidance) == ("[T](t)", "[S](s)", "[G](g)")

    @pytest.mark.parametrize(
        ("source", "title", "condition"),
        [
            ("Configure CDN (if needed)", "Configure CDN", "if needed"),
            ("Set up MFA (If Applicable)", "Set up MFA", "if applicable"),
            ("Set up MFA *(if applicable)*.", "Set up MFA.", "if applicable"),
            ("Configure (if  needed) the CDN", "Configure the CDN", "if needed"),
            (
                "Configure CDN (if needed) (if applicable)",
                "Configure CDN (if applicable)",
                "if needed",
            ),
            ("(if needed)", "(if needed)", ""),
            ("Do it if needed", "Do it if needed", ""),
        ],
    )
    def test_lose_their_condition_which_allows_not_applicable(self, source, title, condition):
        item = only(f"- [ ] {source}\n")
        assert (item.title, item.condition, item.na_allowed) == (title, condition, bool(condition))


class TestStages:
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
    def test_are_close_in_a_section_about_the_time_after(self, title):
        assert only(f"## {title}\n- [ ] a\n").stage == "close"

    @pytest.mark.parametrize(
        "title",
        ["Deployment", "Pre-Deployment", "Post", "Deployment posts", "After deployment fails"],
    )
    def test_are_deploy_elsewhere(self, title):
        assert only(f"## {title}\n- [ ] a\n").stage == "deploy"

    def test_end_with_the_section(self):
        found = items("## Post-Deployment\n### A\n- [ ] a\n## Other\n- [ ] b\n")
        assert [i.stage for i in found] == ["close", "deploy"]


class TestText:
    def test_before_the_first_section_is_the_intro(self):
        assert read("# T\n\nOne.\n\nTwo.\n\n## S\n- [ ] a\n").intro == "One.\n\nTwo."

    def test_under_a_heading_is_its_guidance_wherever_it_stands(self):
        section = read("## S\n\nsays\n\n### G\n\none\n\n- [ ] a\n\ntwo\n").sections[0]
        assert (section.guidance, section.groups[0].guidance) == ("says", "one\n\ntwo")

    def test_in_a_list_without_boxes_is_guidance_and_no_news(self):
        text = "## S\n\n- one\n- two\n\n1. [ ] a\n"
        assert read(text).sections[0].guidance == "- one\n- two"
        assert ignored(text) == []

    def test_in_a_list_with_boxes_is_guidance_and_reported(self):
        text = "## S\n\n- [ ] a\n- plain\n"
        assert read(text).sections[0].guidance == "- plain"
        assert ignored(text) == [(4, words.NO_BOX)]


class TestTheReport:
    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("[ ] b", words.LOOKS_LIKE_BOX),
            ("[x] b", words.LOOKS_LIKE_BOX),
            ("- [] b", words.LOOKS_LIKE_BOX),
            ("- [✓] b", words.LOOKS_LIKE_BOX),
            ("- [-] b", words.LOOKS_LIKE_BOX),
            ("- [\u00a0] b", words.LOOKS_LIKE_BOX),
            ("☐ b", words.LOOKS_LIKE_BOX),
            ("> - [ ] b", words.QUOTED),
            ("    - [ ] b", words.INDENTED),
            ("---", words.RULE),
            ("<!-- note -->", words.COMMENT),
            ("[b]: http://unused", words.UNUSED_LINK),
        ],
    )
    def test_names_lines_that_are_not_what_they_look_like(self, line, why):
        assert ignored(f"- [ ] a\n\n# T\n\n{line}\n")[-1] == (5, why)

    @pytest.mark.parametrize(
        "line", ["[1] footnote", "[a](b) link", "[link][x] to", "- [a](b)", "array[ ] x", "`[ ] x`"]
    )
    def test_is_silent_about_ordinary_text(self, line):
        assert ignored(f"# T\n\n{line}\n\n1. [ ] a\n") == []

    def test_names_boxes_inside_guidance(self):
        assert ignored("- [ ] a\n\n  [ ] b\n\n  > - [ ] c\n") == [
            (3, words.LOOKS_LIKE_BOX),
            (5, words.QUOTED),
        ]

    def test_names_a_line_that_only_seems_to_begin_a_list(self):
        assert ignored("- [ ] a\n[ ] b\n") == [(2, words.LOOKS_LIKE_BOX)]

    def test_names_every_line_of_front_matter(self):
        text = "---\ntitle: x\ntags:\n  - a\n---\n# T\n- [ ] a\n"
        assert read(text).title == "T"
        assert ignored(text) == [(number, words.FRONT_MATTER) for number in range(1, 6)]

    def test_takes_no_checklist_between_lines_for_front_matter(self):
        assert [i.title for i in items("---\nnote: x\n- [ ] a\n---\n- [ ] b\n")] == ["a", "b"]

    def test_names_a_code_block_that_swallows_boxes(self):
        assert ignored("- [ ] a\n\n# T\n\n```\n- [ ] b\n") == [
            (3, words.SECOND_TITLE),
            (5, words.UNCLOSED),
        ]

    def test_shortens_long_lines(self):
        (line,) = read_markdown("- [ ] a\n\n> - [ ] " + "x" * 1000).ignored
        assert len(line.text) == 200


class TestRelatedDocuments:
    @pytest.mark.parametrize(
        "title",
        [
            "Related Documentation",
            "Related documents",
            "See also",
            "References",
            "9. Related Links",
        ],
    )
    def test_are_the_links_of_a_section_of_that_name(self, title):
        tree = read(f"## S\n- [ ] a\n\n## {title}\n\n- [Runbook](runbook.md) - How to run\n")
        assert [s.title for s in tree.sections] == ["S"]
        assert tree.related == (RelatedDocument("Runbook", "runbook.md", "How to run"),)

    def test_are_read_from_every_way_to_write_a_link(self):
        text = """\
- [ ] a

## References
- [**A**](<a b.md> "title"): first
* See [B](b) and [C](c)
  - <https://d.example>
- [E][e]

[e]: http://e.example
"""
        assert read(text).related == (
            RelatedDocument("A", "a b.md", "first"),
            RelatedDocument("B", "b", "See and"),
            RelatedDocument("C", "c"),
            RelatedDocument("https://d.example", "https://d.example"),
            RelatedDocument("E", "http://e.example"),
        )
        assert ignored(text) == []

    def test_without_link_or_with_a_dangerous_one_are_reported(self):
        text = "- [ ] a\n\n## See also\n\n- nothing\n- [x](javascript:alert(1))\n- [f](ftp://x)\n"
        assert read(text).related == ()
        assert [line for line, _ in ignored(text)] == [5, 6, 7]

    def test_are_a_section_like_any_other_if_it_has_a_box(self):
        tree = read("## References\n- [ ] Update references\n- [a](b)\n")
        assert tree.related == ()
        assert [i.title for i in tree.items()] == ["Update references"]


class TestLinkDefinitions:
    def test_go_with_every_text_that_uses_them(self):
        text = """\
## S

See [docs][1].

- [ ] a

  Read [docs][1] and [more].
- [ ] Follow [the guide][more]

[1]: http://docs.example
[More]: http://more.example "title"
"""
        section = read(text).sections[0]
        first, second = section.items()
        assert section.guidance == "See [docs][1].\n\n[1]: http://docs.example"
        assert first.guidance.endswith(
            '\n\n[1]: http://docs.example\n[More]: http://more.example "title"'
        )
        assert second.title == "Follow the guide"
        assert second.guidance == (
            'Follow [the guide][more]\n\n[More]: http://more.example "title"'
        )
        assert ignored(text) == []

    def test_that_come_second_are_reported(self):
        text = "- [ ] [a]\n\n[a]: x\n[a]: y\n"
        assert only(text).guidance == "[a]\n\n[a]: x"
        assert ignored(text) == [(4, words.UNUSED_LINK)]


class TestComments:
    def test_carry_what_markdown_cannot(self):
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
    def test_that_cannot_be_used_are_reported(self, comment):
        result = read_markdown(f"- [ ] a <!-- readiness {comment} -->\n")
        assert [i.title for i in result.tree.items()] == ["a"]
        (line,) = result.ignored
        assert line.why.startswith("This comment of Readiness could not be used: ")

    def test_that_take_the_key_of_another_are_reported(self):
        comment = '<!-- readiness {"key":"a/b/c"} -->'
        text = f"- [ ] a {comment}\n- [ ] b {comment}\n"
        assert [i.key for i in items(text)] == ["a/b/c", "general/general/b"]
        assert ignored(text) == [(2, words.KEY_TAKEN)]

    def test_that_hold_sign_off_rules_nobody_can_use_refuse_the_file(self):
        refusal = refused('# T\n<!-- readiness {"rules":[{"role":"x"}]} -->\n- [ ] a\n')
        assert (refusal.code, refusal.details) == ("bad_comment", {"line": 2})

    def test_with_rules_for_no_section_refuse_the_file(self):
        rule = '{"role":"x","count":1,"sections":["no"],"stage":"deploy"}'
        refusal = refused(f'# T\n<!-- readiness {{"rules":[{rule}]}} -->\n- [ ] a\n')
        assert "there is no such section" in refusal.message

    def test_of_others_are_only_reported(self):
        assert ignored("- [ ] a\n\n<!-- readiness check -->\n") == [(3, words.COMMENT)]
