"""Checklists as other teams write them: nothing that a person sees as an item is lost."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from checklists.errors import Invalid
from checklists.formats import detect
from checklists.formats.data import read_yaml
from checklists.formats.markdown import read_markdown
from checklists.formats.markdown_answers import write_answered
from checklists.formats.table import read_csv
from checklists.formats.tree import CLOSE, MAY, MUST, SHOULD
from tests.formats.reading import ignored, items, only, read


def titles(text: str) -> list[str]:
    return [item.title for item in items(text)]


def told(text: str) -> dict[str, tuple[str, str]]:
    """What is answered in a text, by the last part of the key."""
    found = read_markdown(text).answers
    return {a.key.rpartition("/")[2]: (a.answer, a.words) for a in found}


def places(text: str) -> list[tuple[str, str, str]]:
    tree = read(text)
    return [
        (section.title, group.title, item.title)
        for section in tree.sections
        for group in section.groups
        for item in group.items
    ]


def test_answers_to_choose_from_are_no_boxes_that_hide_the_other_questions() -> None:
    text = (
        "# Review\n\n## Load\n\n**What is the peak?**\n\n_Answer:_ 450\n\n"
        "**Was it tested?**\n\n- [x] Yes\n- [ ] No\n\n**Who agreed?**\n\n_Answer:_\n"
    )
    assert titles(text) == ["What is the peak?", "Was it tested?", "Who agreed?"]
    assert told(text) == {"what-is-the-peak": ("", "450"), "was-it-tested": ("done", "")}


def test_signs_in_one_block_with_boxes_are_boxes() -> None:
    text = "## Done?\n✅ Contract\n❌ Mail moved\n☐ Newsletter\n( ) Cache\n\n## Rest\n- ✅ Nice\n"
    assert titles(text) == ["Contract", "Mail moved", "Newsletter", "Cache"]
    assert told(text)["contract"] == ("done", "")


@pytest.mark.parametrize(
    "bullet",
    [
        "\u0661. ",
        "\uff11\uff0e",
        "1、",
        "\u30fb",
        "· ",
        "a) ",
        "iv. ",
        "3.1.1. ",
        "3.1 ",
        "(2) ",
        "→ ",
    ],
)
def test_a_box_after_any_bullet_is_an_item(bullet: str) -> None:
    assert titles(f"## List\n\nSome text\n{bullet}[ ] Watch the logs\n") == ["Watch the logs"]


@pytest.mark.parametrize("mark", ["\u0445", "\u0425", "\uff58", "\u03c7"])
def test_an_x_of_another_alphabet_is_a_tick(mark: str) -> None:
    assert told(f"- [{mark}] Run the tests\n- [ ] Other\n") == {"run-the-tests": ("done", "")}


@pytest.mark.parametrize("box", ["[_]", "[__]", "[ _ ]", "[____]"])
def test_a_line_to_write_on_is_an_empty_box(box: str) -> None:
    result = read_markdown(f"{box} Smoke test\n")
    assert [item.title for item in result.tree.items()] == ["Smoke test"]
    assert result.answers == ()


@pytest.mark.parametrize("words", ["❌", "?", "!", "✘"])
def test_an_answer_of_one_sign_is_written_and_read(words: str) -> None:
    text = f"| Check | Done | Comment |\n|---|---|---|\n| Legal | | {words} |\n"
    result = read_markdown(text)
    answers = {answer.key: answer for answer in result.answers}
    assert [answer.words for answer in result.answers] == [words]
    assert told(write_answered(result.tree, answers)) == {"legal": ("", words)}


def test_a_number_beside_a_bold_row_is_no_content() -> None:
    text = (
        "| Sr. | Question | Yes | No |\n|---|---|---|---|\n"
        "| 1 | **Contract** | | |\n| a. | Signed? | ☑ | ☐ |\n"
    )
    assert places(text) == [("", "Contract", "Signed?")]


def test_moscow_columns_say_how_much_is_required() -> None:
    rows = "".join(f"| {word} {place} | {word} | |\n" for place, word in enumerate(_MOSCOW))
    text = f"| Criterion | MoSCoW | Done |\n|---|---|---|\n{rows}"
    assert [item.requirement for item in items(text)] == list(_MOSCOW.values())


_MOSCOW = {"Must": MUST, "Should": SHOULD, "Could": MAY, "Won't": MAY, "M": MUST, "S": SHOULD}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Tier 1 requirements (required)", MUST),
        ("Tier 2 requirements (recommended)", SHOULD),
        ("Extras [optional]", MAY),
        ("🟡 Docs", SHOULD),
    ],
)
def test_a_tag_of_a_heading_counts_for_its_items(heading: str, expected: str) -> None:
    assert only(f"## {heading}\n\n- [ ] Canary\n").requirement == expected
    assert read(f"## {heading}\n\n- [ ] Canary\n").sections[0].title == heading


def test_a_badge_is_no_part_of_a_title() -> None:
    badge = "[![Awesome](https://awesome.example/badge.svg)](https://awesome.example)"
    tree = read(f"# API checklist {badge}\n\n- [ ] Limits ![ci](https://x.example/ci/badge.svg)\n")
    assert tree.title == "API checklist"
    assert badge in tree.intro
    assert [item.title for item in tree.items()] == ["Limits"]


@pytest.mark.parametrize(
    ("text", "title", "sections"),
    [
        ("# Launch\n\n- [Setup](#setup)\n\n## Setup\n\n- [ ] a\n", "Launch", ["Setup"]),
        (
            "# Launch\n\n## Backend\n\n- [API](#api)\n\n### API\n\n- [ ] a\n",
            "Launch",
            ["Backend"],
        ),
        (
            "# Launch\n\n## Where is what\n\n- [Setup](#setup)\n\n## Setup\n\n- [ ] a\n",
            "Launch",
            ["Setup"],
        ),
        ("# Contents\n\n- [Setup](#setup)\n\n## Setup\n\n- [ ] a\n", "", ["Setup"]),
    ],
)
def test_a_heading_with_others_below_it_is_more_than_that_of_a_table_of_contents(
    text: str, title: str, sections: list[str]
) -> None:
    tree = read_markdown(text).tree
    assert (tree.title, [section.title for section in tree.sections]) == (title, sections)


def test_links_in_bold_are_a_table_of_contents_too() -> None:
    text = (
        "# A\n\n## Contents\n\n1. **[Design](#design)**\n2. *[Limits](#limits)*\n\n"
        "## Design\n\n- [ ] a\n\n**[⬆ back to top](#contents)**\n\n## Limits\n\n- [ ] b\n"
    )
    tree = read(text)
    assert [section.title for section in tree.sections] == ["Design", "Limits"]
    assert [section.guidance for section in tree.sections] == ["", ""]
    assert [line for line, _why in ignored(text)] == [3, 5, 6, 12]


def test_a_footnote_is_guidance_of_what_has_its_mark() -> None:
    notes = "[^1]: Chapter 4.\n[^b]: Or talk.\n"
    tree = read(f"## Drills[^1]\n\n- [ ] Game day[^b]\n- [ ] Restore\n\n{notes}")
    assert tree.sections[0].title == "Drills"
    assert tree.sections[0].guidance == "Drills[^1]\n\n[^1]: Chapter 4."
    assert [(item.title, item.guidance) for item in tree.items()] == [
        ("Game day", "Game day[^b]\n\n[^b]: Or talk."),
        ("Restore", ""),
    ]


def test_an_anchor_is_no_part_of_a_heading() -> None:
    assert read("## Legal {#legal}\n\n- [ ] a\n").sections[0].title == "Legal"


def test_the_frame_of_an_admonition_is_no_text() -> None:
    text = (
        ":::tip\nStart early.\n:::\n\n## A\n\n- [ ] a\n\n:::warning Not on Fridays\n- [ ] b\n:::\n"
    )
    tree = read(text)
    assert tree.intro == "Start early."
    assert [(item.title, item.guidance) for item in tree.items()] == [("a", ""), ("b", "")]
    assert tree.sections[0].guidance == "**warning:** Not on Fridays"


def test_lines_above_boxes_are_sections_where_there_is_no_heading() -> None:
    boxes = "A. Security\n\n☐\tSSO tested\n☐\tKeys\n\nB. Hosts\n\n☐\tHardened\n"
    text = f"Go-live\n\n{boxes}\nName: ____\n"
    assert read(text).title == "Go-live"
    assert [place[0] for place in places(text)] == ["A. Security", "A. Security", "B. Hosts"]


def test_lines_in_capitals_above_boxes_are_groups() -> None:
    text = "LIST\n----\n\nBEFORE\n[ ] announce\n\nDURING\n[ ] migrate\n\nAFTER\n[ ] test\n"
    assert [place[:2] for place in places(text)] == [
        ("LIST", "BEFORE"),
        ("LIST", "DURING"),
        ("LIST", "AFTER"),
    ]


@pytest.mark.parametrize("mark", ["== {}", "== {} ==", "h2. {}"])
def test_headings_of_wikis_are_headings(mark: str) -> None:
    text = f"{mark.format('Before')}\n\n* [ ] a\n\n{mark.format('After')}\n* [ ] b\n"
    assert [place[0] for place in places(text)] == ["Before", "After"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Label every cable with the rack,", "before it is unplugged"),
        ("Ask marketing (product", "owner)"),
        ("Verify that the signature of every archive is the very one from", "`KEYS`, twice"),
        ("Verify that the signature of every archive is the very one from", "(and only from) us"),
    ],
)
def test_a_broken_title_is_one_title(first: str, second: str) -> None:
    assert only(f"- [ ] {first}\n      {second}\n").title == f"{first} {second}".replace("`", "")


def test_a_title_that_begins_struck_through_is_reported() -> None:
    assert "struck through" in ignored("- [ ] ~~Fuzzing~~ N/A: unchanged\n")[0][1]


def test_the_deepest_headings_are_items_where_nothing_else_is() -> None:
    text = (
        "# Cutover\n\n## Data\n\n### Back up\n\n```\npg_dump\n```\n\n### Migrate\n\n"
        "## DNS\n\n### TTL\n"
    )
    assert places(text) == [
        ("Data", "", "Back up"),
        ("Data", "", "Migrate"),
        ("DNS", "", "TTL"),
    ]
    assert items(text)[0].guidance == "```\npg_dump\n```"
    assert [line for line, _why in ignored(text)] == [5]


def test_numbered_lines_that_are_no_list_to_markdown_are_one() -> None:
    text = "## Move\n\n3.1.1. Stop\n3.1.2. Export\n\n## Switch\n\na) DNS\nb) Open\n"
    assert titles(text) == ["Stop", "Export", "DNS", "Open"]


def test_a_section_by_that_name_is_one_in_yaml() -> None:
    tree = read_yaml(
        "service: checkout desk\nchecklist:\n  - section: Load\n    items:\n      - SLO agreed\n"
        "  - section: Keys\n    items:\n      - title: Rotated\n"
    ).tree
    assert [section.title for section in tree.sections] == ["Load", "Keys"]
    assert [item.title for item in tree.items()] == ["SLO agreed", "Rotated"]


def test_what_a_table_marks_as_not_applicable_may_be_so() -> None:
    result = read_csv("Task;Status\nDNS;done\nFax;n/a\n")
    assert [item.na_allowed for item in result.tree.items()] == [False, True]


def test_a_task_list_of_github_is_no_code() -> None:
    text = "- [ ] Cut\n\n```[tasklist]\n### Docs\n- [x] Guide\n```\n\n```sh\n- [ ] no\n```\n"
    assert titles(text) == ["Cut", "Guide"]


def test_boxes_and_choices_in_any_column_are_answers() -> None:
    text = (
        "| | Task |\n|---|---|\n| ☑ | Search |\n| - [ ] | Pay |\n\n"
        "Task | OK\n--- | ---\nHome | ☑ Yes ☐ No\nCart | ☐ Yes ☐ No\n\n"
        "| Role | Signed here |\n|---|---|\n| Lead | ☑ |\n| Owner | ☐ |\n"
    )
    assert titles(text) == ["Search", "Pay", "Home", "Cart", "Lead", "Owner"]
    assert {key: answer for key, (answer, _words) in told(text).items()} == {
        "search": "done",
        "home": "done",
        "lead": "done",
    }
    assert not any("☐" in item.guidance for item in items(text))


@pytest.mark.parametrize("mark", [">", "<", "/"])
def test_marks_of_note_apps_are_words_that_are_written_and_read(mark: str) -> None:
    result = read_markdown(f"- [{mark}] Half done\n- [ ] b\n")
    assert [answer.words for answer in result.answers] == [mark]
    answers = {answer.key: answer for answer in result.answers}
    assert told(write_answered(result.tree, answers)) == {"half-done": ("", mark)}


def test_lists_with_tabs_are_no_yaml() -> None:
    text = "Prepare:\n\t- book\n\t- print\n\nRun:\n\t- open\n"
    assert detect("", text.encode()) == "markdown"
    assert places(text) == [
        ("Prepare", "", "book"),
        ("Prepare", "", "print"),
        ("Run", "", "open"),
    ]


def test_what_a_result_column_says_is_the_answer() -> None:
    result = read_csv(
        "Check,Result,Status\nLogin,PASS,\nLogout,FAIL,\nDark,N/A: web only,\nFax,ok,open\n"
    )
    assert [item.na_allowed for item in result.tree.items()] == [False, False, True, False]
    found = {answer.key.rpartition("/")[2]: answer.answer for answer in result.answers}
    assert found == {"login": "done", "logout": "", "dark": "not_applicable", "fax": ""}


def test_one_line_between_boxes_divides_them() -> None:
    text = "☐ Lights on\n☐ Alarm off\n\nAfternoon\n\n☐ Bins out\n☐ Float checked\n"
    assert [place[0] for place in places(text)] == ["", "", "Afternoon", "Afternoon"]


def test_steps_above_the_first_section_are_items_too() -> None:
    assert titles("# Deploy\n\n1. a\n2. b\n\n## Rollback\n\n1. x\n2. y\n") == ["a", "b", "x", "y"]
    assert titles("# Review\n\n- Which ports?\n- Who?\n\n## Later\n\n- Model?\n") == [
        "Which ports?",
        "Who?",
        "Model?",
    ]


def test_german_and_french_headings_mean_the_same() -> None:
    tree = read(
        "## Nach dem Deployment\n\n- [ ] Muss: Monitoring\n- [ ] Kann: Kekse\n\n"
        "## Après la mise en production\n\n- [ ] Surveillance\n\n"
        "## Weiterführende Dokumente\n\n- [Handbuch](https://doku.example.de/)\n"
    )
    assert [(item.title, item.stage, item.requirement) for item in tree.items()] == [
        ("Monitoring", CLOSE, MUST),
        ("Kekse", CLOSE, MAY),
        ("Surveillance", CLOSE, MUST),
    ]
    assert [document.title for document in tree.related] == ["Handbuch"]


def test_tables_and_signs_of_jira_are_read() -> None:
    text = (
        "h2. Code\n\n||Check||Owner||Done||\n|Merged|Ivo|(/)|\n|[Bump|https://x.example/]|Ivo|(x)|\n"
        "|Docs|Mo| |\n\nh2. Deploy\n\n* (/) Signed\n* (x) Chart\n"
    )
    assert places(text) == [
        ("Code", "", "Merged"),
        ("Code", "", "Bump"),
        ("Code", "", "Docs"),
        ("Deploy", "", "Signed"),
        ("Deploy", "", "Chart"),
    ]
    assert {key: answer for key, (answer, _words) in told(text).items() if answer} == {
        "merged": "done",
        "signed": "done",
    }
    assert "[Bump](https://x.example/)" in items(text)[1].guidance


@pytest.mark.parametrize(
    "line",
    [
        ":::" + " " * 50_000 + "{",
        "= a" + " " * 50_000 + "b",
        "Answer: " + "_" * 50_000 + "x",
        "a) " * 20_000,
        "|" + " " * 50_000 + "(/)x",
        "[^" + "a" * 50_000,
        "**[" + "[" * 20_000 + "](#top)",
    ],
)
def test_no_line_takes_long(line: str) -> None:
    started = time.perf_counter()
    with suppress(Invalid):  # too much text for one place is refused, but at once
        read(f"- [ ] a\n\n{line}\n\n- [ ] b\n")
    assert time.perf_counter() - started < 2
