"""Every way to write a box, and every way to do without one, in a line or two."""

from __future__ import annotations

import pytest

from checklists.formats.markdown import read_markdown, words
from checklists.formats.tree import DONE, NOT_APPLICABLE
from tests.formats.reading import ignored, items, only


@pytest.mark.parametrize(
    ("box", "answer"),
    [
        ("[ ]", ""), ("[]", ""), ("[  ]", ""), ("[\u00a0]", ""), ("\uff3b \uff3d", ""),
        ("\\[ \\]", ""), ("☐", ""), ("⬜", ""), ("&#9744;", ""), ("&#x2610;", ""), ("( )", ""),
        (":white_large_square:", ""), ('<input type="checkbox">', ""), ("**[ ]**", ""),
        ("[x]", DONE), ("[X]", DONE), ("[✅]", DONE), ("[ x ]", DONE), ("[*]", DONE), ("[✔️]", DONE),
        ("\\[x\\]", DONE), ("☑", DONE), ("☒", DONE), ("✅", DONE), ("&#9745;", DONE), ("(x)", DONE),
        (":heavy_check_mark:", DONE), ("<input type=checkbox checked disabled>", DONE),
        ("[N/A]", NOT_APPLICABLE), ("[n/a]", NOT_APPLICABLE), ("[NA]", NOT_APPLICABLE),
        ("[-]", NOT_APPLICABLE), ("[~]", NOT_APPLICABLE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("marker", ["-", "2."])
def test_a_box_is_taken_off_and_its_answer_kept(marker, box, answer):
    result = read_markdown(f"{marker} {box} Rotate keys\n")
    (item,) = result.tree.items()
    assert item.title == "Rotate keys"
    assert [found.answer for found in result.answers] == ([answer] if answer else [])
    assert item.na_allowed == (answer == NOT_APPLICABLE)


@pytest.mark.parametrize("box", ["[x](y)", "[x][y]", "[1]", "[link]", "array[ ]", "`[ ] x`"])
def test_what_only_looks_like_a_box_is_none(box):
    assert [item.title for item in items(f"- [ ] a\n- {box} text\n")] == ["a"]


def test_a_mark_that_is_no_answer_is_kept_in_words():
    result = read_markdown("- [/] a\n- [ ] b\n")
    assert [(found.answer, found.words) for found in result.answers] == [("", "/")]
    assert result.ignored[0].why == words.UNCLEAR_MARK


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("-[ ] a\n*[x] b\n", ["a", "b"]),
        ("• [ ] a\n– [x] c\n", ["a", "c"]),  # noqa: RUF001
        ("☐ a ☐ b ☑ c\n", ["a", "b", "c"]),
        ("* [] a\n** [] b\n", ["a", "b"]),
        ("- a [ ]\n- b ☑\n", ["a", "b"]),
        ("### [ ] a\ntext\n### [x] b\n", ["a", "b"]),
        ("[ ] a\n---\n", ["a"]),
        ("• a\n• b\n", ["a", "b"]),
        ("| ☐ | a |\n|---|---|\n| ☑ | b |\n", ["a", "b"]),
        ("| Net | Checks |\n|---|---|\n| x | ☐ a<br>☐ b |\n", ["a", "b"]),
        ("| Prüfpunkt | Erledigt |\n|---|---|\n| a | |\n| b | x |\n", ["a", "b"]),
        ("| Wer | Etwas | ✓ |\n|---|---|---|\n| x | a | |\n| x | b | |\n", ["a", "b"]),
        ("Done | Task\n:-: | ---\n[ ] | a\n", ["a"]),
        ("## a?\n\n## b?\n", ["a?", "b?"]),
        ("## a\nAnswer:\n## b\nAnswer: 1\n", ["a", "b"]),
        ("**a?**\n\nYes / No\n\n**b?**\n", ["a?", "b?"]),
        ("<details><summary>a</summary>x</details>\n\n<details><summary>b</summary>y</details>\n",
         ["a", "b"]),
        ("> > - [ ] a\n", ["a"]),
        ("> - [ ] a\nlazy\n> - [ ] b\n", ["a", "b"]),
        ("```\n- [ ] a\n```\n\n~~~\n- [ ] b\n~~~\n", ["a", "b"]),
        ("<ul><li>☐ a<li>☐ b</ul>\n", ["a", "b"]),
        ("<table><tr><td>☐<td>a<tr><td>☑<td>b</table>\n", ["a", "b"]),
    ],
)  # fmt: skip
def test_a_person_finds_the_items(text, titles):
    assert [item.title for item in items(text)] == titles


@pytest.mark.parametrize(
    "text",
    [
        "- ✅ Do\n- ❌ Don't\n",
        "| Symbol | Meaning |\n|---|---|\n| ☐ | open |\n",
        "| Feature | Free | Paid |\n|---|---|---|\n| Mail | ✅ | ✅ |\n",
        "| Name | Signature |\n|---|---|\n| ☐ | |\n",
        "- [A](#a)\n- [B](#b)\n\n# A\n\n# B\n",
        "<!-- - [ ] commented out -->\n",
        "```\n- [ ] code\n```\n",
        "- [ ] Yes\n- [ ] No\n",
    ],
)
def test_beside_real_items_these_are_none(text):
    found = items(f"# T\n\n- [ ] item\n\n## Is it so?\n\n{text}")
    assert [item.title for item in found if item.title != "Is it so?"] == ["item"]


@pytest.mark.parametrize(
    ("title", "plain", "requirement"),
    [
        ("[MUST] a", "a", "must"), ("(optional) a", "a", "may"), ("P0: a", "a", "must"),
        ("a (recommended)", "a", "should"), ("🟡 a", "a", "should"), ("a 🟢", "a", "may"),
        ("a - nice to have", "a", "may"), ("**Required:** a", "a", "must"),
        ("![low](x.png) a", "a", "may"), ("a <!-- should -->", "a", "should"),
        ("The API SHOULD answer", "The API SHOULD answer", "should"),
        ("High availability", "High availability", "must"), ("You may go", "You may go", "must"),
    ],
)  # fmt: skip
def test_a_word_of_severity_is_taken_off_where_it_is_a_tag(title, plain, requirement):
    item = only(f"- [ ] {title}\n")
    assert (item.title, item.requirement) == (plain, requirement)


def test_a_comment_is_a_hint():
    result = read_markdown("- [ ] a <!-- ask Ben -->\n<!-- or Ana -->\n- [ ] b\n")
    assert [item.guidance for item in result.tree.items()] == ["ask Ben\n\nor Ana", ""]
    assert ignored("<!-- prettier-ignore -->\n- [ ] a\n") == [(1, words.TOOL_COMMENT)]
