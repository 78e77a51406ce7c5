"""Titles are plain text, and nothing that their Markdown said is lost."""

from __future__ import annotations

import pytest

from checklists.formats.markdown import words
from tests.formats.reading import ignored, only, read


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
def test_titles_are_plain_text(source, title):
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
def test_titles_that_say_less_than_their_markdown_keep_it_as_guidance(source, title):
    item = only(f"- [ ] {source}\n\n  More.\n")
    assert (item.title, item.guidance) == (title, f"{source}\n\nMore.")


def test_titles_of_headings_keep_their_links_too():
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
def test_titles_lose_their_condition_which_allows_not_applicable(source, title, condition):
    item = only(f"- [ ] {source}\n")
    assert (item.title, item.condition, item.na_allowed) == (title, condition, bool(condition))


def test_link_definitions_go_with_every_text_that_uses_them():
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
    assert second.guidance == ('Follow [the guide][more]\n\n[More]: http://more.example "title"')
    assert ignored(text) == []


def test_link_definitions_that_come_second_are_reported():
    text = "- [ ] [a]\n\n[a]: x\n[a]: y\n"
    assert only(text).guidance == "[a]\n\n[a]: x"
    assert ignored(text) == [(4, words.UNUSED_LINK)]
